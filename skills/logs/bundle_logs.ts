import type { Files } from "../../core/workspace/files.ts";
import { plainLines } from "../../core/logs/plain_lines.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { findLogs, type LogFile } from "./find_logs.ts";
import { readCapped } from "./read_capped.ts";

/** One log of a bundle. */
export interface BundledLog extends LogFile {
  /** Its text: cut in the middle when large, without terminal escapes, JSON read. */
  readonly text: string;
  /** Whether the middle was cut out. */
  readonly cut: boolean;
}

/** The logs of a folder as one text. */
export interface LogBundle {
  /** `===== <path> =====` and the content for each file, joined by a blank line. */
  readonly text: string;
  /** How many files are in it. */
  readonly count: number;
  /** The logs, one by one. */
  readonly logs: readonly BundledLog[];
  /** Older logs that did not fit. */
  readonly left: readonly string[];
}

/** Options of {@linkcode bundleLogs}. */
export interface BundleOptions {
  /** Most bytes of one file. Default 512,000. */
  readonly maxBytes?: number;
  /** Most bytes in all; the newest files are kept. Default 16 times `maxBytes`. */
  readonly maxTotal?: number;
  /** Ends the reading with an error. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the logs of a folder, or one file, into a bundle.
 *
 * @param files the files of the workspace.
 * @param path file or folder.
 * @throws {UserError} what {@linkcode Files} throws for `path`.
 */
export async function bundleLogs(
  files: Files,
  path: string,
  { maxBytes = 512_000, maxTotal = 16 * maxBytes, signal }: BundleOptions = {},
): Promise<LogBundle> {
  const found = await findLogs(files, path, signal);
  const kept = new Set<LogFile>();
  let total = 0;
  for (const log of found.toSorted((a, b) => b.mtime - a.mtime)) {
    total += Math.min(log.size, maxBytes);
    if (kept.size > 0 && total > maxTotal) break;
    kept.add(log);
  }
  const logs: BundledLog[] = [];
  for (const log of found) {
    if (!kept.has(log)) continue;
    signal?.throwIfAborted();
    const raw = sanitize(await readCapped(files, log.path, maxBytes));
    // What was escaped in JSON may act on a terminal only now.
    const text = sanitize(plainLines(raw));
    logs.push({ ...log, text, cut: log.size > maxBytes });
  }
  return {
    text: logs.map(({ path, text }) => `===== ${path} =====\n${text}`).join("\n\n"),
    count: logs.length,
    logs,
    left: found.filter((log) => !kept.has(log)).map((log) => log.path),
  };
}
