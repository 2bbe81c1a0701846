import { isKeyEvent } from "./extract_key_events.ts";
import { levelOf, type LogLevel } from "./level_of.ts";
import { messageShape, TIME } from "./_message_shape.ts";

/** What a log holds, in numbers. */
export interface LogSummary {
  /** Lines of text. */
  readonly lines: number;
  /** Lines by level; lines that name none are not counted. */
  readonly levels: Readonly<Record<LogLevel, number>>;
  /** Earliest time, as the log writes it; undefined when no line has one. */
  readonly first: string | undefined;
  /** Latest time. */
  readonly last: string | undefined;
  /** Messages of errors and warnings that come more than once, numbers replaced by `#`. */
  readonly repeated: readonly { readonly message: string; readonly count: number }[];
}

/** Only the start of a line is searched for its level and time. */
const HEAD = 300;
const MAX_MESSAGES = 5_000;

/**
 * Counts a log's levels, finds its first and last time, and its most repeated complaints.
 *
 * @param text the log.
 *
 * @example
 * ```ts
 * import { summarizeLog } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const log = "2025-01-02 10:00:00 ERROR id 7 gone\n2025-01-02 10:00:05 ERROR id 8 gone\n";
 * const summary = summarizeLog(log);
 * assert.equal(summary.levels.error, 2);
 * assert.equal(summary.last, "2025-01-02 10:00:05");
 * assert.deepEqual(summary.repeated, [{ message: "ERROR id # gone", count: 2 }]);
 * ```
 */
export function summarizeLog(text: string): LogSummary {
  const levels = { fatal: 0, error: 0, warning: 0, info: 0, debug: 0 };
  const messages = new Map<string, number>();
  let first: Moment | undefined;
  let last: Moment | undefined;
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    const head = line.slice(0, HEAD);
    const level = levelOf(head);
    if (level) levels[level]++;
    const moment = momentOf(head);
    if (moment && (!first || moment.ms < first.ms)) first = moment;
    if (moment && (!last || moment.ms >= last.ms)) last = moment;
    if (level === "info" || level === "debug" || !isKeyEvent(head)) continue;
    const message = messageShape(head);
    if (messages.has(message) || messages.size < MAX_MESSAGES) {
      messages.set(message, (messages.get(message) ?? 0) + 1);
    }
  }
  const repeated = [...messages]
    .filter(([, count]) => count > 1)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([message, count]) => ({ message, count }));
  return { lines: lines.length, levels, first: first?.text, last: last?.text, repeated };
}

interface Moment {
  readonly text: string;
  readonly ms: number;
}

function momentOf(head: string): Moment | undefined {
  const text = TIME.exec(head)?.[0];
  if (text === undefined) return undefined;
  const iso = text
    .replace(/^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\S+) ?/, "$1 $2 $3 $4 ")
    .replace(/^(\d{4})\/(\d\d)\/(\d\d)/, "$1-$2-$3")
    .replace(",", ".");
  const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)\s*$/.test(iso) ? iso : `${iso.trim()}Z`);
  return Number.isNaN(ms) ? undefined : { text, ms };
}
