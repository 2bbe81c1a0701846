import { closest } from "../closest.ts";
import { UserError } from "../errors.ts";
import type { Issue } from "../schema.ts";

/** What zod 4 says of an issue besides its message; a schema that is no zod's says nothing. */
interface Details {
  readonly code?: string;
  readonly origin?: string;
  readonly expected?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly values?: readonly unknown[];
  readonly pattern?: string;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** Says in our words which field of an input does not fit, and why. */
export function inputProblem(issue: Issue | undefined): string {
  if (issue === undefined) return "input: does not fit";
  return `${issue.path.join(".") || "input"}: ${problemOf(issue)}`;
}

/** Says that a tool has no such field. */
export function unknownField(tool: string, field: string, known: readonly string[]): UserError {
  const near = closest(field, known, { limit: 1 })[0];
  return new UserError("usage", `${tool}: no field ${JSON.stringify(field)}`, {
    hint: near === undefined ? `it has ${known.join(", ")}` : `did you mean ${near}?`,
  });
}

function problemOf(issue: Issue & Details): string {
  const { code, expected, origin = "", minimum, maximum, values, pattern, message } = issue;
  if (code === "invalid_type" && expected !== undefined) {
    const [, received = ""] = /received (\w+)/.exec(message) ?? [];
    const got = received === "undefined" ? "nothing" : KINDS[received] ?? received;
    return `expected ${KINDS[expected] ?? expected}, got ${got || "something else"}`;
  }
  if (code === "too_small" && minimum !== undefined) {
    if (origin === "number" || origin === "int") return `must be at least ${minimum}`;
    return minimum === 1 ? "must not be empty" : `needs at least ${minimum} ${unitOf(origin)}`;
  }
  if (code === "too_big" && maximum !== undefined) {
    if (origin === "number" || origin === "int") return `must be at most ${maximum}`;
    return `has more than ${maximum} ${unitOf(origin)}`;
  }
  if (code === "invalid_value" && values !== undefined) {
    return `must be ${values.length > 1 ? "one of " : ""}${values.join(", ")}`;
  }
  // The one pattern that several tools have: something besides blanks.
  return pattern === "/\\S/" ? "must not be blank" : message;
}

function unitOf(origin: string): string {
  return origin === "string" ? "characters" : "entries";
}
