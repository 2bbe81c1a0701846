import { describeError, UserError } from "../core/errors.ts";
import type { WireError } from "./protocol.ts";

/** An error as it is told to the session. */
export function wireError(error: unknown): WireError {
  if (!(error instanceof UserError)) return { kind: "failed", message: describeError(error) };
  const { kind, message, hint, rule } = error;
  return { kind, message, hint, rule };
}
