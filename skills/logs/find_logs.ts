import type { Files } from "../../core/workspace/files.ts";

/** A log file. */
export interface LogFile {
  /** Relative to the root. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Last change, milliseconds since the epoch. */
  readonly mtime: number;
}

const LOG_NAME = /\.(log|out|err|txt)$/i;
const PROBE = 8 * 1024;

/**
 * Finds the logs of a folder: files that end in `.log`, `.out`, `.err` or `.txt`, in any case, also
 * those that `.gitignore` names. A file given by its path may have any ending. Binary files are
 * left out.
 *
 * @param files the files of the workspace.
 * @param path file or folder.
 * @returns sorted by path.
 * @throws {UserError} what {@linkcode Files} throws for `path`.
 */
export async function findLogs(
  files: Files,
  path: string,
  signal?: AbortSignal,
): Promise<LogFile[]> {
  const given = await files.info(path);
  if (given.kind === "file") return [{ path, size: given.size, mtime: given.mtime }];
  const logs: LogFile[] = [];
  for await (const batch of files.walk({ path, ignore: false, ...(signal ? { signal } : {}) })) {
    for (const entry of batch) {
      if (!LOG_NAME.test(entry.path)) continue;
      const info = await files.info(entry.path).catch(() => undefined);
      if (info?.kind !== "file" || await isBinary(files, entry.path)) continue;
      logs.push({ path: entry.path, size: info.size, mtime: info.mtime });
    }
  }
  return logs.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

async function isBinary(files: Files, path: string): Promise<boolean> {
  const start = await files.readBytes(path, { range: [0, PROBE] }).catch(() => undefined);
  return start === undefined || start.includes(0);
}
