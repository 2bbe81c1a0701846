import { createRedactor, redactJson } from "../../core/safety/redact.ts";
import { jsonProblem } from "./_json_problem.ts";
import type { DeadLetter } from "./dead_letter.ts";

/** Characters kept of a text that is too long to be kept whole. */
const PREVIEW = 1000;

const REDACTOR = createRedactor([]);

/**
 * A dead letter as one line of JSON. A value that JSON cannot hold, or that is too large, is left
 * out: `unkept` says why and `preview` shows how it begins.
 */
export function letterLine(letter: DeadLetter, maxBytes: number): string {
  const { message } = letter;
  let problem: string | undefined;
  try {
    problem = jsonProblem(message.value, maxBytes);
    // What could not be handled is kept for people to look at: keys and passwords are not.
    if (problem === undefined) return JSON.stringify(redactJson(letter, REDACTOR));
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const { value, ...rest } = message;
  const preview = typeof value === "string" ? { preview: value.slice(0, PREVIEW) } : {};
  return JSON.stringify(
    redactJson({ ...letter, message: rest, unkept: problem, ...preview }, REDACTOR),
  );
}
