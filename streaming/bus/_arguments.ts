import { UserError } from "../../core/errors.ts";
import type { MessageHandler } from "./types.ts";

/** The function and the options of a subscription, of which either may be left out. */
export function splitArguments<T, O>(
  second: MessageHandler<T> | O | undefined,
  third: O | undefined,
): [MessageHandler | undefined, O] {
  return typeof second === "function"
    ? [second as MessageHandler, third ?? {} as O]
    : [undefined, second ?? {} as O];
}

/** For what comes too late. */
export function closedError(): UserError {
  return new UserError("failed", "the bus is closed");
}

/** What is said of an error in the reason of a dead letter. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
