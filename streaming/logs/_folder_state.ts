import type { Files } from "../../core/workspace/files.ts";
import type { FileEvent } from "./watch_files.ts";

/** What tells a version of a file from another. */
interface Seen {
  readonly size: number;
  readonly mtime: number;
  readonly ino: number;
}

/** A change without its time. */
export type Change = Omit<FileEvent, "ts">;

/** Files are looked at in slices, so that other work goes on. Milliseconds. */
const SLICE_MS = 8;

/** The files of a workspace as they were at the last look, by folder. */
export class FolderState {
  readonly #files: Files;
  readonly #folders: Map<string, Map<string, Seen>> = new Map();

  constructor(files: Files) {
    this.#files = files;
  }

  /** Folders that are known; `""` is the root. */
  folders(): string[] {
    return [...this.#folders.keys()];
  }

  get folderCount(): number {
    return this.#folders.size;
  }

  get fileCount(): number {
    let count = 0;
    for (const files of this.#folders.values()) count += files.size;
    return count;
  }

  /**
   * Looks at folders, each without what is in its folders, and gives what changed since.
   *
   * @param folders default all, also those not known yet.
   */
  async look(folders?: ReadonlySet<string>): Promise<Change[]> {
    const found = new Map<string, Map<string, Seen>>();
    let since = performance.now();
    for (const path of folders === undefined ? ["."] : folders) {
      const shallow = folders !== undefined;
      const start = path === "." ? "" : path;
      if (shallow && !this.#folders.has(start)) continue;
      found.set(start, new Map());
      try {
        for await (const batch of this.#walk(start, shallow)) {
          for (const entry of batch) {
            if (entry.path.endsWith("/")) {
              const folder = entry.path.slice(0, -1);
              // One that was not known is new: all in it is.
              if (!shallow) found.set(folder, new Map());
              else if (!this.#folders.has(folder)) await this.#lookBelow(folder, found);
              continue;
            }
            const seen = this.#stat(entry.path);
            if (seen !== undefined) found.get(folderOf(entry.path))?.set(entry.path, seen);
            if (performance.now() - since < SLICE_MS) continue;
            await new Promise<void>((resolve) => setImmediate(resolve));
            since = performance.now();
          }
        }
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // The folder is gone: then so is what was in it.
        found.delete(start);
        for (const known of this.#folders.keys()) {
          if (known === start || known.startsWith(`${start}/`)) found.set(known, new Map());
        }
      }
    }
    return this.#compare(found, folders === undefined);
  }

  async #lookBelow(folder: string, found: Map<string, Map<string, Seen>>): Promise<void> {
    found.set(folder, new Map());
    for await (const batch of this.#walk(folder, false)) {
      for (const { path } of batch) {
        if (path.endsWith("/")) found.set(path.slice(0, -1), new Map());
        else {
          const seen = this.#stat(path);
          if (seen !== undefined) found.get(folderOf(path))?.set(path, seen);
        }
      }
    }
  }

  #walk(path: string, shallow: boolean) {
    return this.#files.walk({
      path: path === "" ? "." : path,
      folders: true,
      ...shallow && { depth: 1 },
    });
  }

  #stat(path: string): Seen | undefined {
    try {
      const { size, mtime, ino, isFile } = Deno.lstatSync(`${this.#files.root}/${path}`);
      return isFile ? { size, mtime: mtime?.getTime() ?? 0, ino: ino ?? 0 } : undefined;
    } catch {
      return undefined; // it has gone meanwhile
    }
  }

  #compare(found: Map<string, Map<string, Seen>>, whole: boolean): Change[] {
    const created = new Map<string, Seen>();
    const removed = new Map<string, Seen>();
    const modified: string[] = [];
    if (whole) {
      for (const folder of this.#folders.keys()) {
        if (!found.has(folder)) found.set(folder, new Map());
      }
    }
    const gone: string[] = [];
    for (const [folder, files] of found) {
      const before = this.#folders.get(folder) ?? new Map<string, Seen>();
      for (const [path, seen] of files) {
        const old = before.get(path);
        if (old === undefined) created.set(path, seen);
        else if (old.size !== seen.size || old.mtime !== seen.mtime || old.ino !== seen.ino) {
          modified.push(path);
        }
      }
      for (const [path, old] of before) if (!files.has(path)) removed.set(path, old);
      this.#folders.set(folder, files);
      if (files.size === 0 && folder !== "" && !isFolder(`${this.#files.root}/${folder}`)) {
        gone.push(folder);
      }
    }
    for (const folder of gone) this.#folders.delete(folder);
    const renames = renamesOf(removed, created);
    for (const { path, from } of renames) {
      created.delete(path);
      removed.delete(from!);
    }
    return [
      ...renames,
      ...[...removed.keys()].map((path): Change => ({ kind: "remove", path })),
      ...[...created.keys()].map((path): Change => ({ kind: "create", path })),
      ...modified.map((path): Change => ({ kind: "modify", path })),
    ];
  }
}

/** A file that went here and came there is one. */
function renamesOf(
  removed: ReadonlyMap<string, Seen>,
  created: ReadonlyMap<string, Seen>,
): Change[] {
  if (removed.size === 0 || created.size === 0) return [];
  const byIno = new Map([...removed].map(([path, seen]) => [seen.ino, { path, seen }]));
  return [...created].flatMap(([path, seen]): Change[] => {
    const old = seen.ino === 0 ? undefined : byIno.get(seen.ino);
    // The number is used again at once by some systems: what was written meanwhile is another file.
    if (old === undefined || old.seen.size !== seen.size || old.seen.mtime !== seen.mtime) {
      return [];
    }
    byIno.delete(seen.ino);
    return [{ kind: "rename", path, from: old.path }];
  });
}

function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "" : path.slice(0, end);
}

function isFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}
