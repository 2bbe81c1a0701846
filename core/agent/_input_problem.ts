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

/** Problems that the value itself explains best. */
const SHOWN: readonly (string | undefined)[] = [
  "invalid_type",
  "invalid_value",
  "too_small",
  "too_big",
];
/** Characters of a value that is shown. */
const MOST = 60;

/** Says in our words which field of an input does not fit, what it is, and why. */
export function inputProblem(issue: Issue | undefined, input?: unknown): string {
  if (issue === undefined) return "input: does not fit";
  const field = issue.path.join(".") || "input";
  const { code } = issue as Issue & Details;
  const value = SHOWN.includes(code) ? shown(valueAt(input, issue.path)) : undefined;
  return `${field}${value === undefined ? "" : ` is ${value}`}: ${problemOf(issue)}`;
}

function valueAt(input: unknown, path: Issue["path"]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    input,
  );
}

/** A plain value that is short; of others the kind says enough. */
function shown(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string" || value.trim() === "" || value.length > MOST) return undefined;
  return JSON.stringify(value);
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
