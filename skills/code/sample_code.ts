import { posix } from "node:path";
import { UserError } from "../../core/errors.ts";
import type { Files } from "../../core/workspace/files.ts";
import { fileRole } from "../plan/file_role.ts";
import { type FileFacts, fileFacts } from "./file_facts.ts";

/** A file that was read. */
export interface SampledFile {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** All of its text. */
  readonly text: string;
  /** What its text tells. */
  readonly facts: FileFacts;
}

/** The files of a folder, and the texts of some of them. */
export interface CodeSample {
  /** All files of the folder, sorted. */
  readonly paths: readonly string[];
  /** Whether there are more files than were listed. */
  readonly partial: boolean;
  /** Those read, in the order of reading. */
  readonly files: readonly SampledFile[];
}

/** Options of {@linkcode sampleCode}. */
export interface SampleOptions {
  /** How many files to read at most. Default 50. */
  readonly most?: number;
  /** Stops the reading. */
  readonly signal?: AbortSignal;
  /** Told of each file that is read. */
  readonly onFile?: (path: string) => void;
}

const MAX_PATHS = 20_000;
const MAX_BYTES = 256 * 1024;

/** Names of files at which one starts to read. */
export const ENTRY_NAME = /^(main|index|mod|lib|app|cli|server|manage|__main__|__init__)\.\w+$/i;

/**
 * Reads some files of a folder: source first, tests and the rest only to fill up, and from every
 * subfolder in turn, so that a large one does not hide the others. What is binary, too large or
 * unreadable is passed over.
 *
 * @param folder relative to the root.
 * @throws {UserError} `aborted` when `options.signal` fires.
 */
export async function sampleCode(
  files: Files,
  folder: string,
  { most = 50, signal, onFile }: SampleOptions = {},
): Promise<CodeSample> {
  const paths: string[] = [];
  const walk = { path: folder, ...(signal ? { signal } : {}) };
  for await (const batch of files.walk(walk)) {
    for (const { path } of batch) paths.push(path);
    if (paths.length > MAX_PATHS) break;
  }
  const sampled: SampledFile[] = [];
  for (const path of inTurn(paths)) {
    if (sampled.length >= most) break;
    if (signal?.aborted) throw new UserError("aborted", "reading the code was stopped");
    onFile?.(path);
    const file = await readFile(files, path);
    if (file !== undefined) sampled.push(file);
  }
  return {
    paths: paths.slice(0, MAX_PATHS).sort(),
    partial: paths.length > MAX_PATHS,
    files: sampled,
  };
}

/** Reads one file; undefined when it is no text that can be read. */
async function readFile(files: Files, path: string): Promise<SampledFile | undefined> {
  try {
    const text = await files.readText(path, { maxBytes: MAX_BYTES });
    return { path, text, facts: await fileFacts(path, text) };
  } catch (error) {
    if (error instanceof UserError && error.kind !== "missing") return undefined;
    throw error;
  }
}

/** Paths in the order of reading: by role, within a role one of each folder after the other. */
function* inTurn(paths: readonly string[]): Generator<string> {
  const byRole = Map.groupBy(paths, roleRank);
  for (const role of [...byRole.keys()].sort()) {
    const byFolder = Map.groupBy(byRole.get(role)!, (path) => posix.dirname(path));
    let queues = [...byFolder.entries()]
      .sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1))
      .map(([, queue]) => queue.sort((a, b) => entryRank(a) - entryRank(b) || (a < b ? -1 : 1)));
    for (let round = 0; queues.length > 0; round++) {
      for (const queue of queues) yield queue[round]!;
      queues = queues.filter((queue) => queue.length > round + 1);
    }
  }
}

function roleRank(path: string): number {
  const rank = ["source", "test", "docs", "config"].indexOf(fileRole(path));
  return rank < 0 ? 4 : rank;
}

function entryRank(path: string): number {
  return ENTRY_NAME.test(posix.basename(path)) ? 0 : 1;
}

function depth(folder: string): number {
  return folder === "." ? 0 : folder.split("/").length;
}
