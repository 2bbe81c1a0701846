import { distinctErrors } from "./distinct_errors.ts";
import type { LocatedTrace } from "./locate_traces.ts";
import { isLibraryFile } from "./_is_library_file.ts";
import { parseTraces } from "./parse_traces.ts";
import { STEP_RULES } from "./_step_rules.ts";

/** Options of {@linkcode nextSteps}. */
export interface NextStepsOptions {
  /** Traces with their files found here. Default: the places that the log itself names. */
  readonly located?: readonly LocatedTrace[];
  /** How many at most. Default 6. */
  readonly limit?: number;
}

/** A place that errors come from. */
interface Place {
  readonly at: string;
  readonly error: string;
  readonly count: number;
  readonly from: string | undefined;
}

/**
 * What to do next about the errors of a log, from what its lines say: places in traces to open,
 * what is missing, who does not answer, and commands that show more. No model is asked. A value of
 * the log stands in a command only when it is a plain name, path or address.
 *
 * @param text the log.
 * @returns sentences, the most telling first; empty for a log without errors.
 *
 * @example
 * ```ts
 * import { nextSteps } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const log = "Error: connect ECONNREFUSED 127.0.0.1:5432\n    at load (/app/src/db.ts:3:7)\n";
 * const [first, second] = nextSteps(log);
 * assert.match(first!, /^Open \/app\/src\/db\.ts at line 3/);
 * assert.match(second!, /nc -vz 127\.0\.0\.1 5432/);
 * ```
 */
export function nextSteps(
  text: string,
  { located, limit = 6 }: NextStepsOptions = {},
): string[] {
  const errors = distinctErrors(text, { limit: 20 });
  const places = located === undefined || located.length === 0 ? named(text) : located.map(placeOf);
  const steps = places.slice(0, 3).map(({ at, error, count, from }) =>
    `Open ${at}${error === "" ? "" : `: ${error.slice(0, 160)}`}${times(count)}` +
    (from === undefined ? "" : `; called from ${from}`)
  );
  for (const { message } of errors) {
    for (const { says, step } of STEP_RULES) {
      const match = says.exec(message);
      if (match === null) continue;
      steps.push(step(match));
      break;
    }
  }
  const [worst] = errors;
  const words = worst && literalOf(worst.shape);
  if (words !== undefined) {
    steps.push(`Find where it is written: \`dspy-code grep "${words}"\``);
  }
  return [...new Set(steps)].slice(0, limit);
}

/** Places that the log names outside libraries, the most frequent first. */
function named(text: string): Place[] {
  const found = new Map<string, Place>();
  for (const { error, frames } of parseTraces(text)) {
    const own = frames.filter(({ file }) => !isLibraryFile(file));
    const [place, caller] = own;
    if (place === undefined) continue;
    const at = `${place.file} at line ${place.line}`;
    const old = found.get(at);
    const from = caller && `${caller.file}:${caller.line}`;
    found.set(at, { at, error, count: (old?.count ?? 0) + 1, from });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

function placeOf({ path, line, error, count, callers: [caller] }: LocatedTrace): Place {
  const from = caller && `${caller.path}:${caller.line}`;
  return { at: `${path} at line ${line}`, error, count, from };
}

function times(count: number): string {
  return count > 1 ? ` (${count} times)` : "";
}

/** What the runtime says stands in no source of the project. */
const RUNTIME =
  /\b(?:(?:Type|Reference|Range|Syntax|Timeout|Abort|Attribute|Index|Key|Name|ZeroDivision|Recursion|FileNotFound|ConnectionRefused|ConnectionReset|BrokenPipe)Error|ConnectionRefused|ConnectionReset|NullPointerException)\b.*$/;

/** The longest run of words that is the same each time, and harmless between quotes. */
function literalOf(shape: string): string | undefined {
  const runs = shape.replace(RUNTIME, "").replace(
    /^\W*(?:ERROR|FATAL|CRITICAL|WARN(?:ING)?)\b:?\s*/i,
    "",
  )
    .split(/[^A-Za-z0-9 ,._-]+|-{2,}|\d+/).map((run) => run.trim());
  const longest = runs.reduce((best, run) => run.length > best.length ? run : best, "");
  return longest.length >= 8 ? longest.slice(0, 60).trim() : undefined;
}
