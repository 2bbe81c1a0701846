import { type FilePosition, HEAD_BYTES } from "./file_position.ts";
import { hashBytes } from "./_hash_bytes.ts";
import { type RotatedKind, rotationNumber } from "./_rotated_name.ts";

/** A file beside the log, or the log itself. */
export interface Candidate {
  readonly name: string;
  readonly kind: "path" | RotatedKind;
  readonly dev: number;
  readonly ino: number;
  readonly born: number | null;
  readonly size: number;
  readonly mtime: number;
  /** Its first bytes. */
  readonly head: Uint8Array;
}

/** A file that was read before. */
export interface KnownFile {
  readonly position: FilePosition;
  /** Bytes read from it through a handle that is still open; undefined when none is. */
  readonly cursor?: number | undefined;
}

/** What is to be read, in this order. */
export interface SourcePlan<C extends Candidate> {
  /** `from` is undefined for a file that is read from its start. */
  readonly reads: readonly { readonly candidate: C; readonly from: FilePosition | undefined }[];
  /** The files that were read before, as they are now; those that are gone are not in it. */
  readonly found: ReadonlyMap<FilePosition, C>;
}

/**
 * Finds the files again that were read before, whatever they are called now, and those that came in
 * between: after a rename, a copy with truncation, a deletion, or all of it while nobody looked.
 *
 * @param known the newest last.
 */
export function planSources<C extends Candidate>(
  known: readonly KnownFile[],
  candidates: readonly C[],
): SourcePlan<C> {
  const found = new Map<FilePosition, C>();
  const taken = new Set<C>();
  const strangers = candidates.filter((one) =>
    !known.some(({ position }) => isSame(one, position))
  );
  for (const { position } of known) {
    const same = candidates.find((one) => !taken.has(one) && isSame(one, position));
    if (same === undefined) continue;
    const one = copyOfYoung(position, same, strangers) ?? same;
    found.set(position, one);
    taken.add(one);
  }
  for (const { position, cursor } of known) {
    if (found.has(position) || position.skip || position.headBytes === 0) continue;
    const copies = candidates.filter((one) =>
      !taken.has(one) && one.kind !== "path" && isCopy(one, position)
    ).sort(byAge);
    const cut = candidates.some(({ dev, ino }) => dev === position.dev && ino === position.ino);
    // While the old file is still open, a copy of it holds nothing new.
    if (cursor !== undefined && !cut) {
      for (const copy of copies) if (copy.size === cursor) taken.add(copy);
    } else if (copies[0] !== undefined) {
      found.set(position, copies[0]);
      taken.add(copies[0]);
    }
  }
  const path = candidates.find(({ kind }) => kind === "path");
  // Copied and not cut yet, or a backup: it holds nothing that the other does not.
  for (const one of candidates) {
    if (taken.has(one) || one.kind === "path") continue;
    const isCopyOf = (other: C) => one.size <= other.size && !differ(one.head, other.head);
    if ([...found.values(), ...path ? [path] : []].some(isCopyOf)) taken.add(one);
  }
  const last = known.at(-1)?.position;
  const stems = [...taken].some(({ kind }) => kind === "stem");
  const between = candidates.filter((one) =>
    !taken.has(one) && (one.kind === "suffix" || (one.kind === "stem" && stems)) &&
    (last === undefined || one.mtime >= last.mtime)
  );
  const before = [...found].filter(([{ skip, offset }, { kind, size }]) =>
    kind !== "path" && !skip && size > offset
  );
  const from = [...found].find(([, candidate]) => candidate === path)?.[0];
  const rotated = [
    ...before.map(([from, candidate]) => ({ candidate, from })),
    ...between.map((candidate) => ({ candidate, from: undefined })),
  ].sort((a, b) => byAge(a.candidate, b.candidate));
  return { reads: [...rotated, ...path ? [{ candidate: path, from }] : []], found };
}

function isSame(one: Candidate, position: FilePosition): boolean {
  return one.dev === position.dev && one.ino === position.ino &&
    (one.born === position.born || one.born === null || position.born === null) &&
    isCopy(one, position);
}

/** Starts alike and holds at least what was read. */
function isCopy({ size, head }: Candidate, position: FilePosition): boolean {
  return size >= position.offset && head.length >= position.headBytes &&
    hashBytes(head.subarray(0, position.headBytes)) === position.head;
}

/**
 * When so little was read of a file that what stands there now begins alike, a copy that is newer
 * and goes on otherwise tells that the file was cut.
 */
function copyOfYoung<C extends Candidate>(
  position: FilePosition,
  same: C,
  candidates: readonly C[],
): C | undefined {
  // Anything begins like an empty file.
  const { headBytes } = position;
  if (same.kind !== "path" || headBytes === 0 || headBytes >= HEAD_BYTES) return undefined;
  return candidates.filter((one) =>
    one.kind !== "path" && one.mtime >= position.mtime && isCopy(one, position) &&
    differ(one.head, same.head)
  ).sort(byAge)[0];
}

function differ(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length);
  return a.subarray(0, length).some((byte, i) => byte !== b[i]);
}

function byAge(a: Candidate, b: Candidate): number {
  return a.mtime - b.mtime || rotationNumber(b.name) - rotationNumber(a.name) ||
    (a.name < b.name ? -1 : 1);
}
