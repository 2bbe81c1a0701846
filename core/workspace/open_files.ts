import { UserError } from "../errors.ts";
import { lazy } from "../lazy.ts";
import { createPathGuard, type PathGuard, type PathGuardOptions } from "../safety/paths.ts";
import { readGuarded } from "../safety/read_guarded.ts";
import type { WriteGuard } from "./commit.ts";
import type { FileInfo, FileReadOptions, Files } from "./files.ts";
import { walk } from "./walk.ts";

/** Options of {@linkcode openFiles}: those of the path guard, and whose journals count. */
export interface FilesOptions extends PathGuardOptions {
  /**
   * Under which journals and undo records are sealed: 32 bytes in hex, kept outside the workspace.
   * What has no such seal is never acted on. Default a random one, so that only what these very
   * files wrote can be undone through them.
   */
  readonly key?: string | undefined;
}

const BINARY_PROBE = 8 * 1024;

// Most sessions only read: what commits need is loaded by the first that writes.
const HERE = import.meta.url;
const loadState = lazy<typeof import("./read_state.ts")>("./read_state.ts", HERE);
const loadCommit = lazy<typeof import("./commit_changes.ts")>("./commit_changes.ts", HERE);
const loadUndo = lazy<typeof import("./undo.ts")>("./undo.ts", HERE);
const loadRecover = lazy<typeof import("./recover.ts")>("./recover.ts", HERE);

/**
 * Opens the files of a workspace behind the path guard.
 *
 * @param root an existing folder.
 */
export function openFiles(root: string, options: FilesOptions = {}): Files {
  const guard = createPathGuard(root, options);
  const { key } = options;
  let own: WriteGuard | undefined;
  const keyed = () => own ??= { ...guard, key: key ?? randomKey(), ephemeral: key === undefined };
  return {
    root: guard.root,
    resolve: guard.resolve,
    info: (path) => Promise.try(() => infoOf(guard, path)),
    readBytes: (path, options) => Promise.try(readGuarded, guard, path, options),
    readText: (path, options) => Promise.try(() => readText(guard, path, options)),
    list: (path) => Promise.try(() => list(guard, path)),
    async *walk(options = {}) {
      const { path } = guard.check(options.path ?? ".", "read");
      yield* walk(guard.root, guard.denied, { ...options, path });
    },
    async state(path) {
      const { readState } = await loadState();
      return await readState(guard, path);
    },
    async commit(label, changes) {
      const { commitChanges } = await loadCommit();
      return await commitChanges(keyed(), label, changes);
    },
    async undo(target) {
      return await (await loadUndo()).undo(keyed(), target);
    },
    async redo(target) {
      return await (await loadUndo()).redo(keyed(), target);
    },
    async forget(target) {
      return await (await loadUndo()).forget(keyed(), target);
    },
    async history() {
      return await (await loadUndo()).undoHistory(keyed());
    },
    async recover() {
      return await (await loadRecover()).recover(keyed());
    },
  };
}

function randomKey(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}

function infoOf(guard: PathGuard, path: string): FileInfo {
  const { info } = guard.check(path, "read");
  return {
    kind: info?.isDirectory ? "folder" : "file",
    size: info?.size ?? 0,
    mtime: info?.mtime?.getTime() ?? 0,
  };
}

function readText(guard: PathGuard, path: string, options?: FileReadOptions): string {
  const bytes = readGuarded(guard, path, options);
  if (bytes.subarray(0, BINARY_PROBE).includes(0)) {
    throw new UserError("failed", `${JSON.stringify(path)} is a binary file`);
  }
  return new TextDecoder().decode(bytes);
}

function list(guard: PathGuard, path: string): Awaited<ReturnType<Files["list"]>> {
  const { real, path: folder, info } = guard.check(path, "read");
  if (!info?.isDirectory) {
    throw new UserError("failed", `${JSON.stringify(path)} is not a folder`);
  }
  const below = (name: string) => folder === "." ? name : `${folder}/${name}`;
  return [...Deno.readDirSync(real)]
    .filter(({ name, isDirectory }) => !guard.denied(below(name), isDirectory))
    .map(({ name, isDirectory, isSymlink }) => ({
      name,
      kind: isDirectory || (isSymlink && leadsToFolder(guard, below(name)))
        ? "folder" as const
        : "file" as const,
      link: isSymlink,
    }))
    .sort((a, b) => a.kind === b.kind ? byName(a.name, b.name) : a.kind === "folder" ? -1 : 1);
}

function leadsToFolder(guard: PathGuard, path: string): boolean {
  try {
    return infoOf(guard, path).kind === "folder";
  } catch {
    return false;
  }
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
