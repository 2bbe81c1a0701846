import { isKeyEvent } from "./extract_key_events.ts";
import { messageShape } from "./_message_shape.ts";
import { levelOf } from "./level_of.ts";

/** One complaint of a log, however often it came. */
export interface DistinctError {
  /** As it came first, trimmed, at most 2,000 characters. */
  readonly message: string;
  /** The same without what differs each time: no time, numbers and ids as `#`. */
  readonly shape: string;
  /** Whether it only warns. */
  readonly warning: boolean;
  /** How many lines say it. */
  readonly count: number;
  /** The first of these lines; lines count from 1. */
  readonly first: number;
  /** The last of them. */
  readonly last: number;
}

/** Options of {@linkcode distinctErrors}. */
export interface DistinctOptions {
  /** How many at most. Default 10. */
  readonly limit?: number;
}

const HEAD = 300;
const MAX_MESSAGE = 2_000;
const MAX_SHAPES = 5_000;

/** Lines that only announce what the next ones say. */
const ANNOUNCES = /Traceback \(most recent call last\)|^\s*During handling of the above|^\s*at\s/;

/**
 * The different errors and warnings of a log, with how often each came and where: lines that differ
 * only in times, numbers and ids count as one.
 *
 * @param text the log.
 * @returns errors before warnings, the most frequent first.
 *
 * @example
 * ```ts
 * import { distinctErrors } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const log = "10:00:01 ERROR user 7 not found\nINFO ok\n10:00:02 ERROR user 8 not found\n";
 * const [error] = distinctErrors(log);
 * assert.deepEqual([error?.count, error?.first, error?.last], [2, 1, 3]);
 * assert.equal(error?.message, "10:00:01 ERROR user 7 not found");
 * ```
 */
export function distinctErrors(
  text: string,
  { limit = 10 }: DistinctOptions = {},
): DistinctError[] {
  const found = new Map<string, DistinctError>();
  text.split(/\r?\n/).forEach((line, i) => {
    const head = line.slice(0, HEAD);
    if (!isKeyEvent(head) || ANNOUNCES.test(head)) return;
    const level = levelOf(head);
    if (level === "info" || level === "debug") return;
    const shape = messageShape(head);
    const old = found.get(shape);
    if (old) return void found.set(shape, { ...old, count: old.count + 1, last: i + 1 });
    if (found.size >= MAX_SHAPES) return;
    const warning = level === "warning" || (level === undefined && /^\W*warn/i.test(head));
    const message = line.trim().slice(0, MAX_MESSAGE);
    found.set(shape, { message, shape, warning, count: 1, first: i + 1, last: i + 1 });
  });
  return [...found.values()]
    .sort((a, b) => Number(a.warning) - Number(b.warning) || b.count - a.count || a.first - b.first)
    .slice(0, limit);
}
