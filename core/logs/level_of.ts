/** A kind of line. */
export type LogLevel = "fatal" | "error" | "warning" | "info" | "debug";

const LEVEL_WORD =
  /\b(FATAL|CRITICAL|PANIC|EMERG|SEVERE|ERROR|ERR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE)\b/;
const LEVEL_FIELD = /\b(?:level|severity|lvl)"?\s*[=:]\s*"?(\w+)/i;
const LEVELS: Readonly<Record<string, LogLevel>> = {
  fatal: "fatal",
  critical: "fatal",
  panic: "fatal",
  emerg: "fatal",
  severe: "error",
  error: "error",
  err: "error",
  warning: "warning",
  warn: "warning",
  notice: "info",
  info: "info",
  debug: "debug",
  trace: "debug",
};

/**
 * The level that a line names as a word, a field or in JSON.
 *
 * @param head the line's start: some hundred characters are enough.
 * @returns undefined when it names none.
 */
export function levelOf(head: string): LogLevel | undefined {
  const word = LEVEL_FIELD.exec(head)?.[1] ?? LEVEL_WORD.exec(head)?.[1];
  return word === undefined ? undefined : LEVELS[word.toLowerCase()];
}
