import { UserError } from "../../core/errors.ts";
import { openGuarded } from "../../core/safety/open_guarded.ts";
import type { PathGuard } from "../../core/safety/paths.ts";
import { readGuarded } from "../../core/safety/read_guarded.ts";

/** Longest line, in bytes. */
const MAX_LINE = 64 * 1024;

/**
 * The numbers in the last whole line of a file of JSON lines: a list, or the list under `vector` or
 * `features`. Whoever appends to the file tells of the moment.
 *
 * @param path inside the workspace.
 * @throws {UserError} `failed` when there is no such line; `refused` for a path that is not to be
 * read.
 */
export function lastVector(guard: PathGuard, path: string): Float64Array {
  const line = lastLine(guard, path);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw noVector(path, line);
  }
  const { vector, features } = (value ?? {}) as { vector?: unknown; features?: unknown };
  const list = Array.isArray(value) ? value : vector ?? features;
  if (!Array.isArray(list) || list.length === 0 || !list.every(Number.isFinite)) {
    throw noVector(path, line);
  }
  return Float64Array.from(list);
}

function lastLine(guard: PathGuard, path: string): string {
  using file = openGuarded(guard, path);
  const { size } = file.info;
  const length = Math.min(size, MAX_LINE);
  const bytes = readGuarded(guard, path, { range: [size - length, length] });
  const lines = new TextDecoder().decode(bytes).split("\n");
  // What stands behind the last line end may still be written.
  if (lines.length > 1) lines.pop();
  return lines.findLast((line) => line.trim() !== "") ?? "";
}

function noVector(path: string, line: string): UserError {
  const shown = line.length > 60 ? `${line.slice(0, 59)}\u2026` : line;
  return new UserError("failed", `no numbers in the last line of ${path}: ${shown}`, {
    hint: 'expected a line such as [0.5, 1] or {"vector": [0.5, 1]}',
  });
}
