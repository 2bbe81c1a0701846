import type { Message } from "../bus/types.ts";

/** A line with its time, as windows take it. */
export interface WindowEvent {
  /** Whose line: windows are by key. */
  readonly key: string;
  /** The whole line. */
  readonly line: string;
  /** When it was written, in whole milliseconds since the epoch. */
  readonly ts: number;
  /** Its position in its topic (and partition): orders lines of one time. */
  readonly seq: number;
}

const HIT = /error|warn|traceback|exception|failed|timeout|fatal/i;
const ERROR = /fatal|error|traceback|exception|failed|timeout/i;

/** Numbers below this are seconds: as milliseconds they would lie before March 1973. */
const LEAST_MS = 1e11;

/**
 * The line of a message on `logs.raw.*`: `{line, ts}`, the same as JSON text, or plain text. Its time
 * is `ts`, in milliseconds or (below 100,000,000,000) in seconds since the epoch, fractions of a
 * millisecond cut off; without one the message's own.
 *
 * @returns undefined for what holds no line.
 */
export function windowEvent(message: Message, key: string): WindowEvent | undefined {
  const value = parsed(message.value);
  const { line, ts } = typeof value === "string"
    ? { line: value, ts: undefined }
    : Object(value) as { line?: unknown; ts?: unknown };
  if (typeof line !== "string") return undefined;
  return { key, line, ts: timeOf(ts) ?? Math.floor(message.ts), seq: message.seq };
}

/** How a line counts; undefined for one that is no hit. */
export function eventKind(line: string): "error" | "warning" | undefined {
  if (!HIT.test(line)) return undefined;
  return ERROR.test(line) ? "error" : "warning";
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    const object: unknown = JSON.parse(value);
    return typeof Object(object).line === "string" ? object : value;
  } catch {
    return value;
  }
}

function timeOf(ts: unknown): number | undefined {
  if (typeof ts !== "number" || !Number.isFinite(ts) || ts < 0) return undefined;
  return Math.floor(ts < LEAST_MS ? ts * 1000 : ts);
}
