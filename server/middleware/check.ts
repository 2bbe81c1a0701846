import type { Context } from "hono";
import type { Call } from "../_call.ts";

/**
 * A look at a request before it is answered.
 *
 * @returns undefined when it may go on, else what it is answered with.
 */
export type Check = (c: Context, call: Call) => Response | Promise<Response> | undefined;
