import { describeError, UserError } from "../errors.ts";
import { changedLines } from "./changed_lines.ts";
import { folderOf } from "./path_parts.ts";
import type { FileState, Guard, WriteGuard } from "./commit.ts";
import { createDurable, syncFolder } from "./_durable.ts";
import { dropJournal, type Journal, settleJournal, type Step, writeJournal } from "./_journal.ts";
import { readReal, readState } from "./read_state.ts";
import { lstatOrNull, systemReason } from "./state_folder.ts";
import { keepBytes, restoreBytes } from "./_undo_store.ts";

/** A file to change: its present state, and its new bytes or null. */
export interface Target {
  readonly state: FileState;
  readonly to: Uint8Array | null;
}

/** The names a step uses, as real paths. */
interface Place {
  readonly folder: string;
  readonly real: string;
  readonly temp: string;
}

/** A step as it is found on disk. */
interface Found extends Place {
  readonly step: Step;
  /** Hash and mode of the file as it is; null when it does not exist. */
  readonly now: string | null;
  readonly mode: number | null;
  /** Whether the new bytes lie ready beside it. */
  readonly staged: boolean;
}

/**
 * Carries out a journal: keeps the old bytes, stages the new, checks once more, renames. When
 * anything fails, all files are as they were and the error names the file.
 */
export async function transact(
  guard: WriteGuard,
  journal: Journal,
  targets: readonly Target[],
): Promise<void> {
  const { root } = guard;
  for (const { state } of targets) {
    if (state.hash !== null) await keepBytes(root, state.bytes, state.hash);
  }
  await writeJournal(guard, journal);
  try {
    await stage(guard, journal, targets);
    for (const { state } of targets) await checkUnchanged(guard, state);
    for (const [i, step] of journal.steps.entries()) {
      const place = await placeOf(guard, step);
      await checkUnchanged(guard, targets[i]!.state);
      await swap(step, place);
    }
  } catch (error) {
    await rollBack(guard, journal).catch((cause) => {
      const hint = `going back failed too (${describeError(cause)}); the next start finishes it`;
      throw new UserError("failed", describeError(error), { hint, cause });
    });
    throw error;
  }
  await finish(guard, journal);
}

/**
 * Brings a transaction that was cut off to one of its ends: forward when every file has its new
 * bytes, or still its old ones with the new ones staged beside it; else back. Files that other
 * programs act on are left as they are: nobody is asked here.
 *
 * @returns which end, and the files that someone else has changed since.
 */
export async function complete(
  guard: WriteGuard,
  journal: Journal,
): Promise<{ end: "new" | "old"; foreign: string[] }> {
  const may = (path: string) => guard.classify(path) === "normal";
  const { found, foreign } = await find(guard, journal, may);
  if (foreign.length > 0 || !found.every((one) => isDone(one) || isReady(one))) {
    return { end: "old", foreign: await rollBack(guard, journal, may) };
  }
  for (const place of found) if (!isDone(place)) await swap(place.step, place);
  await finish(guard, journal);
  return { end: "new", foreign: [] };
}

/** @throws {UserError} `failed` when a file no longer has the bytes a change was made for. */
export async function checkUnchanged(guard: Guard, state: FileState): Promise<void> {
  const now = await readState(guard, state.path);
  if (now.path !== state.path) throw movedAway(state.path);
  if (now.hash !== state.hash) throw stale(state, now.hash === null ? undefined : now.bytes);
}

/** Folders on the way to new files that do not exist yet, outer first, relative to the root. */
export async function missingFolders(guard: Guard, paths: readonly string[]): Promise<string[]> {
  const missing = new Set<string>();
  for (const path of paths) {
    for (let folder = folderOf(path); folder !== "."; folder = folderOf(folder)) {
      if (await lstatOrNull(`${guard.root}/${folder}`) !== null) break;
      missing.add(folder);
    }
  }
  return [...missing].sort((a, b) => a.length - b.length);
}

async function stage(guard: Guard, journal: Journal, targets: readonly Target[]): Promise<void> {
  for (const folder of journal.made) {
    const { real } = await guard.resolve(folder, "write");
    await naming(folder, () => Deno.mkdir(real));
  }
  for (const [i, step] of journal.steps.entries()) {
    const bytes = targets[i]!.to;
    if (bytes === null) continue;
    const place = await placeOf(guard, step);
    await naming(step.path, () => writeTemp(step, place, bytes));
  }
}

async function writeTemp(step: Step, place: Place, bytes: Uint8Array): Promise<void> {
  const mode = step.after?.mode ?? null;
  await createDurable(place.temp, bytes, mode === null ? 0o666 : 0o600);
  if (mode === null || Deno.build.os === "windows") return;
  const [old, temp] = [await lstatOrNull(place.real), await Deno.lstat(place.temp)];
  if (old && (old.uid !== temp.uid || old.gid !== temp.gid)) {
    // Only a privileged user can, and only for them does it matter.
    await Deno.chown(place.temp, old.uid, old.gid).catch(() => {});
  }
  await Deno.chmod(place.temp, mode);
}

async function swap(step: Step, place: Place): Promise<void> {
  await naming(
    step.path,
    () => step.after === null ? Deno.remove(place.real) : Deno.rename(place.temp, place.real),
  );
}

/**
 * All files are new: makes that durable and clears away. From here on there is only forward, so the
 * journal goes last.
 */
async function finish(guard: Guard, journal: Journal): Promise<void> {
  const folders = new Set(journal.made.map((folder) => folderOf(`${guard.root}/${folder}`)));
  for (const step of journal.steps) {
    const { folder, temp } = await placeOf(guard, step);
    await removeIfThere(temp);
    folders.add(folder);
  }
  for (const folder of folders) await syncFolder(folder);
  await removeEmpty(guard, journal.drop);
  await settleJournal(guard.root, journal);
}

/** @returns the files that someone else has changed: their bytes stay. */
async function rollBack(
  guard: Guard,
  journal: Journal,
  may?: (path: string) => boolean,
): Promise<string[]> {
  const { found, foreign } = await find(guard, journal, may);
  // First of all, since on a full disk this makes the space that going back may need.
  for (const { temp } of found) await removeIfThere(temp);
  for (const one of found) {
    const { step, now, staged, folder } = one;
    // Bytes that are still staged were not put there by us, even if they are the same.
    const ours = now === (step.after?.hash ?? null) && !staged;
    const same = now === (step.before?.hash ?? null);
    if (ours ? !(await putBack(guard, one)) : !same) foreign.push(step.path);
    if (await lstatOrNull(folder)) await syncFolder(folder);
  }
  await removeEmpty(guard, journal.made);
  await dropJournal(guard.root, journal);
  return foreign;
}

/** @returns false when the old bytes are missing: then the new ones stay. */
async function putBack(guard: Guard, { step, now, real, temp }: Found): Promise<boolean> {
  const { before } = step;
  if (before === null) {
    await removeIfThere(real);
    return true;
  }
  if (now !== before.hash && !(await restoreBytes(guard.root, before.hash, temp))) return false;
  const target = now === before.hash ? real : temp;
  if (before.mode !== null && Deno.build.os !== "windows") await Deno.chmod(target, before.mode);
  if (target === temp) await Deno.rename(temp, real);
  return true;
}

/** Looks at every step; a file that the guard no longer lets us touch is someone else's. */
async function find(
  guard: Guard,
  { steps }: Journal,
  may: (path: string) => boolean = () => true,
): Promise<{ found: Found[]; foreign: string[] }> {
  const found: Found[] = [];
  const foreign: string[] = [];
  for (const step of steps) {
    if (!may(step.path)) {
      foreign.push(step.path);
      continue;
    }
    try {
      const place = await placeOf(guard, step);
      await guard.resolve(step.path, "write");
      const { hash, mode } = await look(place.real);
      const staged = step.after !== null && (await look(place.temp)).hash === step.after.hash;
      found.push({ ...place, step, now: hash, mode, staged });
    } catch (error) {
      if (!(error instanceof UserError && error.kind === "refused")) throw error;
      foreign.push(step.path);
    }
  }
  return { found, foreign };
}

function isDone({ step: { before, after }, now, mode }: Found): boolean {
  if (now !== (after?.hash ?? null)) return false;
  return before?.hash !== after?.hash || mode === after?.mode;
}

function isReady({ step: { before, after }, now, staged }: Found): boolean {
  return now === (before?.hash ?? null) && (staged || after === null);
}

async function placeOf(guard: Guard, step: Step): Promise<Place> {
  const { real: folder, path } = await guard.resolve(folderOf(step.path), "write");
  if (path !== folderOf(step.path)) throw movedAway(step.path);
  const name = step.path.slice(step.path.lastIndexOf("/") + 1);
  return { folder, real: `${folder}/${name}`, temp: `${folder}/${step.temp}` };
}

async function look(real: string): Promise<{ hash: string | null; mode: number | null }> {
  const info = await lstatOrNull(real);
  if (info === null || info.isFile) return await readReal(real, real);
  return { hash: "not a file", mode: null };
}

async function removeEmpty(guard: Guard, folders: readonly string[]): Promise<void> {
  if (folders.length === 0) return;
  const { rmdir } = await import("node:fs/promises");
  for (const folder of folders.toReversed()) {
    // Fails for a folder that holds something, and for what is no folder: both stay.
    await guard.resolve(folder, "write").then(({ real }) => rmdir(real)).catch(() => {});
  }
}

async function removeIfThere(real: string): Promise<void> {
  if (await lstatOrNull(real) !== null) await Deno.remove(real);
}

async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError("failed", `cannot write ${JSON.stringify(path)}, so nothing was changed`, {
      hint: systemReason(cause),
      cause,
    });
  }
}

function movedAway(path: string): UserError {
  return new UserError("refused", `${JSON.stringify(path)} leads through a link now`, {
    rule: "path.swapped",
    hint: "nothing was written",
  });
}

function stale(state: FileState, now?: Uint8Array): UserError {
  const span = now && state.hash !== null ? changedLines(state.bytes, now) : undefined;
  const where = span ? ` (lines ${span.start}-${span.end})` : "";
  return new UserError(
    "failed",
    `${JSON.stringify(state.path)} changed on disk since it was read${where}`,
    { hint: "read it again; nothing was written" },
  );
}
