import { UserError } from "../errors.ts";
import type { Module } from "./module.ts";
import { prints, type SavedProgram } from "./save.ts";
import type { State } from "./state.ts";

/** Options of {@linkcode load}. */
export interface LoadOptions {
  /** Whether every predictor must be there with the same signature. Default true. */
  readonly strict?: boolean;
  /** Told each mismatch when not strict: such a predictor keeps its state. Default not told. */
  readonly onMismatch?: (problem: string) => void;
}

/**
 * A program with what was saved about it. The program that is given stays as it is.
 *
 * @param saved what `save` gave, or the same read from JSON.
 * @throws {UserError} `usage` for what no `save` gave, and when strict with every mismatch at once.
 *
 * @example
 * ```ts
 * import { load, predict, save } from "@dspy/code/core/program";
 *
 * const saved = save(predict("question -> answer"));
 * const qa = load(predict("question -> answer"), saved);
 * console.assert(qa.state().predict?.instructions.startsWith("Given"));
 * ```
 */
export function load<M extends Module<never, unknown>>(
  program: M,
  saved: SavedProgram,
  { strict = true, onMismatch }: LoadOptions = {},
): M {
  checkShape(saved);
  const own = prints(program);
  const problems = new Map<string, string>();
  for (const name of new Set([...Object.keys(own), ...Object.keys(saved.state)])) {
    const problem = mismatch(name, own, saved);
    if (problem !== undefined) problems.set(name, problem);
  }
  if (strict && problems.size > 0) {
    throw new UserError(
      "usage",
      `what was saved is not of this program: ${[...problems.values()].join("; ")}`,
      { hint: "load(program, saved, { strict: false }) takes over what fits" },
    );
  }
  for (const problem of problems.values()) onMismatch?.(problem);
  const fitting: State = Object.fromEntries(
    Object.entries(saved.state).filter(([name]) => !problems.has(name)),
  );
  return program.with(fitting);
}

function mismatch(
  name: string,
  own: Readonly<Record<string, string>>,
  { state, signatures }: SavedProgram,
): string | undefined {
  if (!Object.hasOwn(own, name)) return `the program has no predictor "${name}"`;
  if (!Object.hasOwn(state, name)) return `nothing was saved of "${name}"`;
  const print = Object.hasOwn(signatures, name) ? signatures[name] : undefined;
  return print === own[name] ? undefined : `"${name}" has another signature`;
}

function checkShape(saved: SavedProgram): void {
  const isObject = (value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (
    isObject(saved) && saved.format === "dspy-code/1" && isObject(saved.state) &&
    isObject(saved.signatures)
  ) return;
  const format = isObject(saved) ? JSON.stringify(saved.format) : String(saved);
  throw new UserError("usage", `not a saved program: its format is ${format}`, {
    hint: 'give what save() gave: { format: "dspy-code/1", state, signatures, meta }',
  });
}
