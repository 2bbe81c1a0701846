import { describeError } from "../../core/errors.ts";

/** What {@linkcode openFolderWatch} tells. */
export interface FolderWatchHooks {
  /** Something changed in a folder; `""` is the root. */
  readonly onFolder: (folder: string) => void;
  /** The system lost events. */
  readonly onOverflow: () => void;
  /** Many events came at once: some may be lost without a word. */
  readonly onBurst: () => void;
  /** How many are many. */
  readonly burst: number;
  readonly warn: (text: string) => void;
}

/** The system's watch on a set of folders. */
export interface FolderWatch {
  /** Watches these folders from now on; false where the system cannot. */
  watch(folders: readonly string[]): boolean;
  close(): void;
}

/** Milliseconds in which a burst's events come. */
const BURST_MS = 100;

/** Opens a watch; folders are named one by one, so that ignored ones below them cost nothing. */
export function openFolderWatch(root: string, hooks: FolderWatchHooks): FolderWatch {
  let current: Deno.FsWatcher | undefined;
  let count = 0;
  let since = 0;

  async function follow(watcher: Deno.FsWatcher): Promise<void> {
    try {
      for await (const { kind, paths, flag } of watcher) {
        if (flag === "rescan") hooks.onOverflow();
        if (kind === "access") continue;
        for (const path of paths) {
          if (path !== root && !path.startsWith(`${root}/`)) continue;
          // The folder that it lies in; of a watched folder itself, also that one.
          hooks.onFolder(
            path.slice(root.length + 1, Math.max(path.lastIndexOf("/"), root.length + 1)),
          );
          if (path === root) continue;
        }
        const now = performance.now();
        if (now - since > BURST_MS) [count, since] = [0, now];
        if (++count > hooks.burst) hooks.onBurst();
      }
    } catch (error) {
      hooks.warn(`the system's watch ended: ${describeError(error)}`);
      hooks.onOverflow();
    }
  }

  return {
    watch(folders) {
      const paths = folders.map((folder) => folder === "" ? root : `${root}/${folder}`);
      try {
        const next = Deno.watchFs(paths, { recursive: false });
        // The new one stands before the old one goes: nothing is missed between them.
        current?.close();
        current = next;
        void follow(next);
        return true;
      } catch (error) {
        const full = /ENOSPC|No space left|watch limit/i.test(String(error));
        hooks.warn(
          full
            ? "the system watches no more folders (fs.inotify.max_user_watches is reached)"
            : `the system does not watch files: ${describeError(error)}`,
        );
        return current !== undefined;
      }
    },
    close: () => current?.close(),
  };
}
