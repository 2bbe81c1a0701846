import { UserError } from "../../core/errors.ts";

/** What a program that drives a session says, one JSON object per line. */
export type StreamMessage =
  /** A request; while one is worked on, something said to the model. */
  | { readonly type: "user"; readonly text: string }
  /** Stops the request. */
  | { readonly type: "cancel" }
  /** Answers an `approval.request` event. */
  | { readonly type: "approval"; readonly id: string; readonly granted: boolean };

const HINT = '{"type":"user","text":"…"}, {"type":"cancel"} or ' +
  '{"type":"approval","id":"…","granted":true}';

/**
 * Reads a line.
 *
 * @throws {UserError} `usage` for one that is none of these messages.
 */
export function parseMessage(line: string): StreamMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw bad("it is no JSON");
  }
  if (typeof value !== "object" || value === null) throw bad("it is no object");
  const { type, text, id, granted } = value as Record<string, unknown>;
  switch (type) {
    case "user":
      if (typeof text !== "string" || text.trim() === "") throw bad("text is missing");
      return { type, text: text.trim() };
    case "cancel":
      return { type };
    case "approval":
      if (typeof id !== "string") throw bad("id is missing");
      // Nothing but a clear yes allows anything.
      if (typeof granted !== "boolean") throw bad("granted is neither true nor false");
      return { type, id, granted };
    default:
      throw bad(`there is no type ${JSON.stringify(type) ?? "in it"}`);
  }
}

function bad(why: string): UserError {
  return new UserError("usage", why, { hint: `expected ${HINT}` });
}
