/** The part of a tool that its command line is made of. */
export interface CommandShape {
  /** Name of the tool. */
  readonly name: string;
  /** Keys of the input that are given as words, in order. Default none. */
  readonly positional?: readonly string[];
}

/**
 * A call as a person would type it: positional words first, the rest as flags; words that look like
 * flags last, after `--`.
 *
 * @example
 * ```ts
 * import { commandLine } from "@dspy/code/core/agent";
 * import assert from "node:assert/strict";
 *
 * const line = commandLine({ name: "grep", positional: ["pattern"] }, {
 *   pattern: "fn main",
 *   ignore_case: true,
 * });
 * assert.equal(line, 'grep "fn main" --ignore-case');
 * ```
 */
export function commandLine(tool: CommandShape, input: unknown): string {
  const fields = new Map(Object.entries((input ?? {}) as Record<string, unknown>));
  const words: string[] = [];
  for (const key of tool.positional ?? []) {
    const value = fields.get(key);
    fields.delete(key);
    if (value === undefined) continue;
    words.push(...(Array.isArray(value) ? value : [value]).map(quote));
  }
  // What starts with a dash, and all that follows it, to keep the order.
  const first = words.findIndex((word) => /^"?-/.test(word));
  const dashed = first < 0 ? [] : words.splice(first);
  for (const [key, value] of fields) words.push(...flagWords(key, value));
  return [tool.name, ...words, ...dashed.length > 0 ? ["--", ...dashed] : []].join(" ");
}

function flagWords(key: string, value: unknown): string[] {
  const name = key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`).replaceAll("_", "-");
  if (value === undefined) return [];
  if (value === true) return [`--${name}`];
  if (value === false) return [`--no-${name}`];
  return (Array.isArray(value) ? value : [value]).map(quote)
    .flatMap((word) => /^"?-/.test(word) ? [`--${name}=${word}`] : [`--${name}`, word]);
}

function quote(value: unknown): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
