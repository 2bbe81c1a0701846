import { isRecord } from "../is_record.ts";

const TIMES = ["ts", "time", "timestamp", "@timestamp"];
const LEVELS = ["level", "severity", "lvl", "levelname", "log.level"];
/** `log` is what Docker keeps of a line. */
const MESSAGES = ["msg", "message", "event", "log"];
const ERRORS = ["err", "error", "exception", "exc_info"];

/** Levels that are numbers, as of pino and bunyan. */
const NUMBERS: readonly (readonly [least: number, level: string])[] = [
  [60, "FATAL"],
  [50, "ERROR"],
  [40, "WARN"],
  [30, "INFO"],
  [0, "DEBUG"],
];

/**
 * Turns the lines of a log that are JSON objects with a message into lines as others write them:
 * time, level, message, and below it the stack of an error. Other lines stay as they are.
 *
 * @param text lines of a log.
 * @returns the same text when there is no such line.
 *
 * @example
 * ```ts
 * import { plainLines } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const log = '{"level":50,"time":1500,"msg":"no such table: users","pid":7}\nready';
 * assert.equal(plainLines(log), "1970-01-01T00:00:01.500Z ERROR no such table: users\nready");
 * ```
 */
export function plainLines(text: string): string {
  if (!/^\s*\{/m.test(text)) return text;
  return text.split("\n").map(plainLine).join("\n");
}

function plainLine(line: string): string {
  const fields = fieldsOf(line);
  if (fields === undefined) return line;
  const message = firstOf(fields, MESSAGES);
  if (typeof message !== "string") return line;
  const head = [timeOf(firstOf(fields, TIMES)), levelOf(firstOf(fields, LEVELS)), message.trim()];
  return head.filter((part) => part !== "").join(" ") + errorOf(firstOf(fields, ERRORS), message);
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> | undefined {
  const text = line.trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function firstOf(fields: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  return fields[names.find((name) => Object.hasOwn(fields, name)) ?? ""];
}

/** Numbers are seconds or milliseconds since the epoch. */
function timeOf(time: unknown): string {
  if (typeof time === "string") return time;
  if (typeof time !== "number" || !(time >= 0)) return "";
  const date = new Date(time < 1e10 && time > 1e8 ? time * 1_000 : time);
  return Number.isNaN(date.valueOf()) ? "" : date.toISOString();
}

function levelOf(level: unknown): string {
  if (typeof level === "string") return level.toUpperCase();
  if (typeof level !== "number") return "";
  return NUMBERS.find(([least]) => level >= least)?.[1] ?? "";
}

/** What the message does not say yet, and the stack. */
function errorOf(error: unknown, message: string): string {
  if (typeof error === "string") return message.includes(error) ? "" : `: ${error}`;
  if (!isRecord(error)) return "";
  const { type, name = type, message: text, stack } = error;
  const said = [name, text].filter((part) => typeof part === "string" && part !== "").join(": ");
  const more = said === "" || message.includes(said) ? "" : `: ${said}`;
  if (typeof stack !== "string") return more;
  const frames = stack.split("\n").filter((line) => /^\s+at |^\s*File "/.test(line));
  return [more, ...frames].join("\n");
}
