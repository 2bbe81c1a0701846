import type { Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { UserError } from "../../core/errors.ts";
import type { Call } from "../_call.ts";
import { fail } from "../_fail.ts";

/** Methods that a path may have. */
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Answers what was thrown: bad input with its own message, all else with 500 and the id of the
 * request, as a message from inside may name paths.
 *
 * @param told gets what was not foreseen.
 */
export function onError(
  c: Context,
  { id }: Call,
  error: unknown,
  told: (error: unknown) => void,
): Response {
  if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
  if (error instanceof UserError && error.kind === "usage") return fail(c, 400, error.line);
  told(error);
  return fail(c, 500, "internal error", { id });
}

/** Answers for what is not there, and for paths that are there with other methods. */
export function notFound(app: Hono): (c: Context) => Response {
  return (c) => {
    const { path } = c.req;
    const allowed = METHODS.filter((method) => hasRoute(app, method, path));
    if (allowed.length === 0) return fail(c, 404, "not found", { path });
    const methods = allowed.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]);
    c.header("Allow", methods.join(", "));
    return fail(c, 405, "method not allowed", { path, allow: methods });
  };
}

/** Whether something besides what looks at every request answers there. */
function hasRoute(app: Hono, method: string, path: string): boolean {
  const [found] = app.router.match(method, path);
  return found.some(([[, route]]) => route.path !== "/*");
}
