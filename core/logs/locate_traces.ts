import type { Files } from "../workspace/files.ts";
import { isLibraryFile } from "./_is_library_file.ts";
import type { Trace, TraceFrame } from "./parse_traces.ts";

/** An error that a log ties to a file of the workspace. */
export interface LocatedTrace {
  /** The line that names it; empty when none is near. */
  readonly error: string;
  /** Relative to the root. */
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
  /** How many times the log has it. */
  readonly count: number;
  /** Further places in the workspace, outwards. */
  readonly callers: readonly { readonly path: string; readonly line: number }[];
}

/** Options of {@linkcode locateTraces}. */
export interface LocateOptions {
  /** How many at most. Default 10. */
  readonly limit?: number;
}

const JAVA_ROOTS = ["", "src/main/java/", "src/test/java/", "src/main/kotlin/", "src/test/kotlin/"];

/** Folders that a container may have put the workspace in are at most this deep. */
const MAX_DROPPED = 8;

/**
 * Ties traces to files that exist in the workspace; frames of libraries and of places that do not
 * exist here are left out. A path from a container (`/app/src/a.py`) counts when its end names a
 * file here.
 *
 * @param files the files of the workspace.
 * @param traces from `parseTraces`.
 * @returns one for each error and place, newest first.
 */
export async function locateTraces(
  files: Files,
  traces: readonly Trace[],
  { limit = 10 }: LocateOptions = {},
): Promise<LocatedTrace[]> {
  const known = new Map<string, string | undefined>();
  const found = new Map<string, LocatedTrace>();
  for (const trace of traces.toReversed()) {
    const places: { path: string; line: number }[] = [];
    for (const frame of trace.frames) {
      const path = await locate(files, frame, known);
      if (path !== undefined) places.push({ path, line: frame.line });
    }
    const [place, ...callers] = places;
    if (!place) continue;
    const key = `${place.path}:${place.line} ${trace.error}`;
    const old = found.get(key);
    if (!old && found.size >= limit) continue;
    const count = (old?.count ?? 0) + 1;
    found.set(key, old ? { ...old, count } : { error: trace.error, ...place, count, callers });
  }
  return [...found.values()];
}

async function locate(
  files: Files,
  { file }: TraceFrame,
  known: Map<string, string | undefined>,
): Promise<string | undefined> {
  if (known.has(file)) return known.get(file);
  let path: string | undefined;
  for (const candidate of isLibraryFile(file) ? [] : candidates(files.root, file)) {
    const info = await files.info(candidate).catch(() => undefined);
    if (info?.kind !== "file") continue;
    path = candidate;
    break;
  }
  known.set(file, path);
  return path;
}

function candidates(root: string, file: string): string[] {
  const path = file.replaceAll("\\", "/").replace(/^\.\//, "");
  if (path.startsWith(`${root}/`)) return [path.slice(root.length + 1)];
  if (/\.(java|kt)$/.test(path)) return JAVA_ROOTS.map((folder) => folder + path);
  if (!/^([A-Za-z]:)?\//.test(path)) return path.split("/").includes("..") ? [] : [path];
  const parts = path.split("/").filter(Boolean);
  // The bare name alone says little: take it only from a shallow path such as /app/main.py.
  const last = parts.length <= 3 ? parts.length : parts.length - 1;
  return parts.slice(1, Math.min(last, MAX_DROPPED)).map((_, i) => parts.slice(i + 1).join("/"));
}
