import { describeError } from "../../core/errors.ts";
import type { Files } from "../../core/workspace/files.ts";
import { type Clock, systemClock } from "./clock.ts";
import { FolderState } from "./_folder_state.ts";
import { openFolderWatch } from "./_folder_watch.ts";

/** A change of a file; JSON as on the topic `code.fs.events`. */
export interface FileEvent {
  /** When it was seen, in milliseconds since the epoch. */
  readonly ts: number;
  /** `rename` is one file under another path; `from` is the old one. */
  readonly kind: "create" | "modify" | "remove" | "rename";
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** The path before; only for `rename`. */
  readonly from?: string;
}

/** Options of {@linkcode watchFiles}. */
export interface WatchFilesOptions {
  /** Milliseconds in which changes of a path become one event. Default 30. */
  readonly debounceMs?: number;
  /** Milliseconds between two looks at all files, whatever the system told. Default 30,000. */
  readonly rescanMs?: number;
  /** Milliseconds between two looks where the system tells nothing. Default 250. */
  readonly pollMs?: number;
  /** Whether to ask the system; false: only look. Default true. */
  readonly native?: boolean;
  /** Told of what a person may want to know. Default nobody. */
  readonly warn?: (text: string) => void;
  /** Ends it as {@linkcode FileWatch.stop} does. */
  readonly signal?: AbortSignal;
  /** Default the machine's. */
  readonly clock?: Clock;
}

/** A watch on the files of a workspace. */
export interface FileWatch extends AsyncDisposable {
  /** Whether the system tells of changes, or all files are looked at again and again. */
  readonly mode: "native" | "poll";
  /** Looks at all files now; resolves when every change up to now was told. */
  rescan(): Promise<void>;
  /** Counters since it was opened. */
  metrics(): FileWatchMetrics;
  /** Ends it; what changed until now is told first. */
  stop(): Promise<void>;
}

/** Counters of a watch; JSON. */
export interface FileWatchMetrics {
  /** Files known now. */
  readonly files: number;
  /** Folders watched. */
  readonly folders: number;
  /** Events given. */
  readonly events: number;
  /** Looks at all files. */
  readonly rescans: number;
  /** Whether the system said that it lost events, how often. */
  readonly overflows: number;
}

/** So many changed folders or files at once may be more than the system kept. */
const BURST = 300;
/** How long it must be quiet after a burst before all is looked at. Milliseconds. */
const QUIET_MS = 250;

/**
 * Tells of each file that is made, changed, removed or renamed below the root, in folders that are
 * not ignored. What the system tells says only where to look; events come from comparing what is
 * there with what was, so that one that the system lost is found by the next look: after each burst,
 * when it says that it lost some, and from time to time.
 *
 * @param files of the workspace: their walk decides what is seen.
 * @param onEvent called with each change.
 * @returns once the present files are known.
 *
 * @example
 * ```ts
 * import { openFiles } from "@dspy/code/core/workspace";
 * import { type FileEvent, watchFiles } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const root = await Deno.realPath(await Deno.makeTempDir());
 * const seen: FileEvent[] = [];
 * const watch = await watchFiles(openFiles(root), (event) => void seen.push(event));
 * await Deno.writeTextFile(`${root}/a.ts`, "1");
 * await watch.rescan();
 * assert.deepEqual(seen.map(({ kind, path }) => [kind, path]), [["create", "a.ts"]]);
 * await watch.stop();
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function watchFiles(
  files: Files,
  onEvent: (event: FileEvent) => void,
  options: WatchFilesOptions = {},
): Promise<FileWatch> {
  const { debounceMs = 30, rescanMs = 30_000, pollMs = 250, warn = () => {} } = options;
  const { clock = systemClock } = options;
  const counters = { events: 0, rescans: 0, overflows: 0 };
  const state = new FolderState(files);
  await state.look();
  let dirty = new Set<string>();
  let burst = false;
  let all = false;
  let stirred = Promise.withResolvers<void>();
  const ending = new AbortController();
  options.signal?.addEventListener("abort", () => ending.abort(), { signal: ending.signal });
  if (options.signal?.aborted) ending.abort();

  const native = options.native === false ? undefined : openFolderWatch(files.root, {
    onFolder(folder) {
      dirty.add(folder);
      stirred.resolve();
    },
    onOverflow() {
      counters.overflows++;
      all = true;
      stirred.resolve();
    },
    onBurst: () => void (burst = true),
    burst: BURST,
    warn,
  });
  const isNative = native !== undefined && native.watch(state.folders());
  if (!isNative) {
    warn(`files are looked at every ${pollMs} ms: the system does not tell of changes`);
  }

  /** One look at a time: the next one sees what came meanwhile. */
  let looking: Promise<void> = Promise.resolve();
  function look(everything: boolean): Promise<void> {
    return looking = looking.then(async () => {
      const folders = everything ? undefined : dirty;
      dirty = new Set();
      if (everything) counters.rescans++;
      const before = state.folderCount;
      for (const change of await state.look(folders)) {
        counters.events++;
        onEvent({ ts: clock.now(), ...change });
      }
      // New folders are watched from now on; what came into them before is found by looking again.
      if (isNative && state.folderCount !== before) {
        native!.watch(state.folders());
        for (const change of await state.look()) {
          counters.events++;
          onEvent({ ts: clock.now(), ...change });
        }
      }
    }).catch((error) => warn(`files could not be looked at: ${describeError(error)}`));
  }

  async function work(): Promise<void> {
    const { signal } = ending;
    let lookedAt = clock.elapsed();
    while (!signal.aborted) {
      const patience = isNative ? rescanMs : pollMs;
      const stop = new AbortController();
      const due = clock.sleep(patience, AbortSignal.any([signal, stop.signal]));
      await Promise.race([stirred.promise, due]);
      stop.abort();
      if (signal.aborted) break;
      stirred = Promise.withResolvers();
      if (dirty.size > 0) await clock.sleep(debounceMs, signal);
      const began = clock.elapsed();
      await look(all || began - lookedAt >= patience);
      if (all || began - lookedAt >= patience) lookedAt = clock.elapsed();
      all = false;
      if (burst) {
        burst = false;
        await clock.sleep(QUIET_MS, signal);
        if (burst || dirty.size > 0) burst = true;
        else all = true;
        stirred.resolve();
      }
      // A large folder is not looked at without pause.
      await clock.sleep(Math.min(clock.elapsed() - began, 2_000), signal);
    }
  }
  const working = work();

  return {
    mode: isNative ? "native" : "poll",
    rescan: () => look(true),
    metrics: () => ({ files: state.fileCount, folders: state.folderCount, ...counters }),
    stop,
    [Symbol.asyncDispose]: stop,
  };

  async function stop(): Promise<void> {
    if (!ending.signal.aborted) ending.abort();
    native?.close();
    await working;
    await look(true);
  }
}
