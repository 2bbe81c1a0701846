import { collapseTraces } from "./_collapse_traces.ts";

/** Lines that our own model adapters write while they fall back; they say nothing of the program. */
const NOISE: readonly RegExp[] = [
  /dspy\.adapters\.json_adapter.*structured output format/i,
  /json_adapter: Failed to use structured/i,
  /litellm(\.exceptions)?\.Timeout.*timed out after 600\.0 seconds/i,
  /httpcore\.ReadTimeout/i,
];

const HIT =
  /\b(ERROR|FATAL|EXCEPTION|WARNING|WARN|failed|failures?|timeout|not found)\b|Traceback \(most recent call last\):/i;
const NAMED_EXCEPTION = /\w(Error|Exception):/;

/** A count of nothing is no event: `12 passed, 0 failed`, `no errors`, `failures: 0`. */
const NONE =
  /\b(?:0|no|zero|without(?: any)?)\s+(?:errors?|warnings?|warn|failed|failures?|exceptions?|timeouts?)\b(?!:)|\b(?:errors|warnings|failed|failures|exceptions|timeouts)"?\s*[:=]\s*"?0\b(?!\.\d)/gi;

/** Lines kept before and after a hit. */
const AROUND = 2;

/** Options of {@linkcode extractKeyEvents}. */
export interface KeyEventOptions {
  /** What stays of the frames of a stack trace. Default `"none"`. */
  readonly frames?: "none" | "innermost";
}

/**
 * Picks the lines of a log that tell what went wrong: errors, warnings, failures and exceptions,
 * each with two lines around it. Windows that overlap or touch become one block, so no line comes
 * twice; each block ends with an empty line. Stack traces shrink to their exception, repeated lines
 * to one with a count. Without any hit the last lines are given.
 *
 * @param text the log.
 * @param maxLines most lines of the result. Default 120.
 * @param options `frames: "innermost"` keeps of each stack trace the frame it was thrown from.
 *
 * @example
 * ```ts
 * import { extractKeyEvents } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const log = "start\nload\nread\nERROR no such table: users\nretry\nretry\nretry\nend\n";
 * assert.equal(
 *   extractKeyEvents(log),
 *   "load\nread\nERROR no such table: users\nretry\n... repeated 1 times ...\n",
 * );
 * assert.equal(extractKeyEvents("a\nb\nc\n", 2), "b\nc");
 * ```
 */
export function extractKeyEvents(
  text: string,
  maxLines = 120,
  { frames = "none" }: KeyEventOptions = {},
): string {
  const all = text.split(/\r?\n/);
  if (all.at(-1) === "") all.pop();
  const lines = collapseTraces(all.filter((line) => !isNoise(line)), frames);
  const blocks = windows(lines);
  const events = blocks.length === 0
    ? collapseRuns(lines.slice(Math.max(0, lines.length - maxLines)))
    : blocks.flatMap(([start, end]) => [...collapseRuns(lines.slice(start, end)), ""]);
  return events.slice(0, maxLines).join("\n");
}

/**
 * Whether a line tells of something that went wrong.
 *
 * @param line of a log.
 */
export function isKeyEvent(line: string): boolean {
  return isHit(line) && !isNoise(line);
}

function isHit(line: string): boolean {
  return NAMED_EXCEPTION.test(line) || (HIT.test(line) && HIT.test(line.replace(NONE, "")));
}

function isNoise(line: string): boolean {
  return NOISE.some((noise) => noise.test(line));
}

/** Half-open ranges around the hits, in order, without overlap. */
function windows(lines: readonly string[]): [number, number][] {
  const blocks: [number, number][] = [];
  lines.forEach((line, i) => {
    if (!isHit(line)) return;
    const start = Math.max(0, i - AROUND);
    const end = Math.min(lines.length, i + AROUND + 1);
    const last = blocks.at(-1);
    if (last && start <= last[1]) last[1] = end;
    else blocks.push([start, end]);
  });
  return blocks;
}

function collapseRuns(lines: readonly string[]): string[] {
  const collapsed: string[] = [];
  for (let i = 0; i < lines.length;) {
    let next = i + 1;
    while (next < lines.length && lines[next] === lines[i]) next++;
    collapsed.push(lines[i]!);
    if (next - i > 1) collapsed.push(`... repeated ${next - i - 1} times ...`);
    i = next;
  }
  return collapsed;
}
