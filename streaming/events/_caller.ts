import type { EventRecord } from "./types.ts";

/** `at name (file:line:column)`, or `at file:line:column` outside of functions. */
const FRAME = /^\s*at (?:(?:async )?(.*?) \()?(.+?):(\d+):\d+\)?$/;

/**
 * Who called a function, from the stack; undefined where the runtime does not tell.
 *
 * @param above the function whose caller is wanted.
 * @param root folder that files are named relative to.
 */
export function callerOf(
  above: (...args: never[]) => unknown,
  root: string | undefined,
): EventRecord["caller"] | undefined {
  if (typeof Error.captureStackTrace !== "function") return undefined;
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, above);
  const frame = FRAME.exec(at.stack?.split("\n").find((line) => FRAME.test(line)) ?? "");
  if (frame === null) return undefined;
  return { file: relativeTo(root, frame[2]!), function: frame[1] ?? "", line: Number(frame[3]) };
}

function relativeTo(root: string | undefined, file: string): string {
  const path = file.startsWith("file://") ? decodeURIComponent(file.slice(7)) : file;
  const folder = root?.replace(/\/*$/, "/");
  return folder !== undefined && path.startsWith(folder) ? path.slice(folder.length) : path;
}
