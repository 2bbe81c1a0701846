import { folderOf, nameOf } from "../../core/workspace/path_parts.ts";
import { UserError } from "../../core/errors.ts";
import { isBelow } from "../../core/workspace/resolve_path.ts";
import { HEAD_BYTES } from "./file_position.ts";
import type { Candidate } from "./_plan_sources.ts";
import { isCompressed, type RotatedKind, rotatedKind } from "./_rotated_name.ts";

/** A candidate whose file is open. */
export interface OpenCandidate extends Candidate {
  readonly handle: Deno.FsFile;
}

/** What lies at a log's path and beside it. */
export interface Surroundings {
  readonly files: readonly OpenCandidate[];
  /** Names of rotated files that are packed. */
  readonly packed: readonly string[];
}

/** What to open. */
export interface CandidateQuery {
  /** Of the log. */
  readonly path: string;
  /** Folder that the log must not leave, also by links; undefined for any. */
  readonly root: string | undefined;
  /** Most rotated files, the newest; default all that are wanted. */
  readonly limit?: number;
  /** Whether a rotated file may matter, by what the system says of it. */
  wanted(info: Deno.FileInfo): boolean;
}

const MOST_LOOKS = 50;

/**
 * Opens a log and its rotated files. Names change and files are cut while it looks, and a folder
 * that is listed meanwhile may not show all: so it looks until nothing new comes to light and the
 * log itself has stayed as it was. At once, since a look that takes long is never sure.
 */
export function openCandidates(query: CandidateQuery): Surroundings {
  const { path, root } = query;
  const files = new Map<string, OpenCandidate>();
  const add = (one: OpenCandidate | undefined) => {
    if (one === undefined) return;
    files.get(idOf(one))?.handle.close();
    files.set(idOf(one), one);
  };
  try {
    for (let look = 1; look <= MOST_LOOKS; look++) {
      const count = files.size;
      const own = open(path, "path", root);
      add(own);
      const { rotated, packed } = listRotated(query);
      for (const { name, kind, info } of rotated) {
        const known = files.get(idOf({ dev: info.dev, ino: info.ino ?? 0 }));
        if (known !== undefined && known === own) continue;
        const same = known?.size === info.size && known.mtime === timeOf(info.mtime);
        if (same) files.set(idOf(known), { ...known, name, kind });
        else add(open(`${folderOf(path)}/${name}`, kind, undefined));
      }
      const now = own && asItIs(own, path);
      const stays = own === undefined ? statOf(path) === undefined : now !== undefined;
      // A first look may have missed what was renamed between listing and opening.
      const isSure = stays && (look === 1 ? rotated.length === 0 : files.size === count);
      if (!isSure) continue;
      for (const [id, file] of files) {
        if (file === own) files.set(id, now ?? own);
        else if (file.kind === "path") files.set(id, { ...file, kind: "suffix" });
      }
      return { files: [...files.values()], packed };
    }
    throw new Error(`${path} is rotated faster than it can be looked at`);
  } catch (error) {
    for (const { handle } of files.values()) handle.close();
    throw error;
  }
}

function idOf({ dev, ino }: Pick<Candidate, "dev" | "ino">): string {
  return `${dev}:${ino}`;
}

/** The log as it is now, grown perhaps; undefined when it is another or was cut. */
function asItIs(own: OpenCandidate, path: string): OpenCandidate | undefined {
  const now = statOf(path);
  if (now === undefined || now.dev !== own.dev || now.ino !== own.ino) return undefined;
  const { size } = own.handle.statSync();
  const head = readHead(own.handle, 0);
  const isSame = size >= own.size && own.head.every((byte, i) => head[i] === byte);
  return isSame ? { ...own, size, head } : undefined;
}

function listRotated({ path, limit = Infinity, wanted }: CandidateQuery) {
  const base = nameOf(path);
  const rotated: { name: string; kind: RotatedKind; info: Deno.FileInfo }[] = [];
  const packed: string[] = [];
  for (const { name, isFile } of entriesOf(folderOf(path))) {
    const kind = isFile ? rotatedKind(base, name) : undefined;
    if (kind === undefined) continue;
    const info = isCompressed(name) ? undefined : lstatOf(`${folderOf(path)}/${name}`);
    if (isCompressed(name)) packed.push(name);
    else if (info?.isFile && wanted(info)) rotated.push({ name, kind, info });
  }
  rotated.sort((a, b) => timeOf(b.info.mtime) - timeOf(a.info.mtime));
  return { rotated: rotated.slice(0, limit), packed };
}

/** Undefined when it is not there, or is none of the log's files. */
function open(
  path: string,
  kind: Candidate["kind"],
  root: string | undefined,
): OpenCandidate | undefined {
  // Opening a pipe would wait for its other end.
  const before = statOf(path);
  if (before === undefined) return undefined;
  if (!before.isFile) {
    if (kind !== "path") return undefined;
    throw new UserError("failed", `${JSON.stringify(path)} is no regular file`, {
      hint: "name a log file",
    });
  }
  let handle: Deno.FsFile | undefined;
  try {
    if (root !== undefined && !isBelow(root, Deno.realPathSync(path))) {
      throw new UserError("refused", `${JSON.stringify(path)} leads out of ${root}`, {
        rule: "path.outside",
        hint: "only logs inside are followed",
      });
    }
    handle = Deno.openSync(path);
    const info = handle.statSync();
    if (info.ino !== before.ino || info.dev !== before.dev) {
      handle.close();
      return open(path, kind, root);
    }
    return {
      ...{ name: nameOf(path), kind, handle },
      ...{ dev: info.dev, ino: info.ino ?? 0, born: info.birthtime?.getTime() ?? null },
      ...{ size: info.size, mtime: timeOf(info.mtime), head: readHead(handle, 0) },
    };
  } catch (error) {
    handle?.close();
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The first bytes of a file; afterwards reading goes on at `cursor`. */
export function readHead(handle: Deno.FsFile, cursor: number): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  handle.seekSync(0, Deno.SeekMode.Start);
  let length = 0;
  while (length < HEAD_BYTES) {
    const count = handle.readSync(head.subarray(length));
    if (count === null || count === 0) break;
    length += count;
  }
  handle.seekSync(cursor, Deno.SeekMode.Start);
  return head.subarray(0, length);
}

/** What a path shows; undefined when nothing is there. */
export function statOf(path: string): Deno.FileInfo | undefined {
  return ifThere(() => Deno.statSync(path));
}

function lstatOf(path: string): Deno.FileInfo | undefined {
  return ifThere(() => Deno.lstatSync(path));
}

function entriesOf(folder: string): Deno.DirEntry[] {
  return ifThere(() => [...Deno.readDirSync(folder)]) ?? [];
}

function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function timeOf(time: Date | null): number {
  return time?.getTime() ?? 0;
}
