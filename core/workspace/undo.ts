import { UserError } from "../errors.ts";
import type { FileState, WriteGuard } from "./commit.ts";
import { recoverLocked } from "./recover.ts";
import { sideOf } from "./commit_changes.ts";
import { setAside, tempNames } from "./_journal.ts";
import { mergeBack } from "./_merge_back.ts";
import { readState } from "./read_state.ts";
import { sha256 } from "./sha256.ts";
import { missingFolders, type Target, transact } from "./_transaction.ts";
import {
  isOwnRecord,
  keepSpare,
  keptBytes,
  listRecords,
  listRecordsSync,
  readRecord,
  writeRecord,
} from "./_undo_store.ts";
import { isForgotten, isUndone, type UndoFile, type UndoRecord } from "./undo_record.ts";
import { withLock } from "./_with_lock.ts";

/** Which changes to take back or do again: so many of the newest, or one by its id. */
export type UndoTarget = { readonly steps: number } | { readonly id: string };

/** What became of one change. */
export interface UndoOutcome {
  /** Of the change. */
  readonly id: string;
  /** What it was for. */
  readonly label: string;
  /** Files that are again as they were, those in `merged` but for what was changed since. */
  readonly restored: readonly string[];
  /** Files that were changed elsewhere since: only the change was taken out, all else stayed. */
  readonly merged: readonly string[];
  /** Files that keep their present bytes, and why. */
  readonly conflicts: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Takes back changes, the newest first. A file that has exactly the bytes that the change gave it
 * gets its old ones. From one that was changed elsewhere since, only the change is taken out, and
 * only where its lines stand unchanged in one certain place; otherwise the file's bytes stay and a
 * conflict is reported. A file is deleted only if the change created it and it is unchanged, a folder
 * only if the change made it and it is empty. The files of one change are restored together, as
 * safely as a commit, and {@linkcode redo} does it again.
 *
 * @param target default the newest change that stands.
 * @throws {UserError} `failed` when there is nothing to take back.
 */
export function undo(guard: WriteGuard, target: UndoTarget = { steps: 1 }): Promise<UndoOutcome[]> {
  return turn(guard, target, "undo");
}

/**
 * Does again what {@linkcode undo} took back, the latest first, under the same rules.
 *
 * @param target default the change that was undone last.
 * @throws {UserError} `failed` when there is nothing to do again.
 */
export function redo(guard: WriteGuard, target: UndoTarget = { steps: 1 }): Promise<UndoOutcome[]> {
  return turn(guard, target, "redo");
}

/**
 * Forgets changes, the newest first: their files stay as they are, and the changes can no longer be
 * taken back or done again.
 *
 * @param target default the newest change that stands.
 * @returns the changes as they were.
 * @throws {UserError} `failed` when there is nothing to forget.
 */
export function forget(
  guard: WriteGuard,
  target: UndoTarget = { steps: 1 },
): Promise<UndoRecord[]> {
  return withLock(guard.root, async () => {
    await recoverLocked(guard);
    const picked = "id" in target
      ? [await readRecord(guard.root, target.id)]
      : await pick(guard, target, "undo");
    await refuseForeign(guard, picked);
    if (picked.every(isForgotten)) throw new UserError("failed", "it is forgotten already");
    for (const record of picked) await writeRecord(guard, { ...record, files: [], folders: [] });
    return picked;
  });
}

/** All changes of ours that can be taken back or done again, the newest first. */
export async function undoHistory(guard: WriteGuard): Promise<UndoRecord[]> {
  const own: UndoRecord[] = [];
  for (const record of await listRecords(guard.root)) {
    if (!isForgotten(record) && await isOwnRecord(guard, record.id)) own.push(record);
  }
  return own;
}

type Direction = "undo" | "redo";

function turn(guard: WriteGuard, target: UndoTarget, way: Direction): Promise<UndoOutcome[]> {
  return withLock(guard.root, async () => {
    await recoverLocked(guard);
    const outcomes: UndoOutcome[] = [];
    const picked = await pick(guard, target, way);
    await refuseForeign(guard, picked);
    for (const record of picked) {
      outcomes.push(await turnOne(guard, record, way));
    }
    return outcomes;
  });
}

/**
 * Records that are not ours are picked like others and refused here, before anything is changed: a
 * gate that decided on them by {@linkcode undoPaths} has decided on the same ones.
 */
async function refuseForeign(guard: WriteGuard, picked: readonly UndoRecord[]): Promise<void> {
  const where: string[] = [];
  for (const { id } of picked) {
    if (await isOwnRecord(guard, id)) continue;
    where.push(
      guard.ephemeral ? `.dspy/undo/${id}.json` : await setAside(guard.root, `${id}.json`, "undo"),
    );
  }
  if (where.length === 0) return;
  const kept = where.map((path) => JSON.stringify(path)).join(", ");
  throw new UserError("refused", "the record of this change was not written by this program here", {
    rule: "state.foreign",
    hint: `nothing was changed; it is kept as ${kept}`,
  });
}

async function pick(guard: WriteGuard, target: UndoTarget, way: Direction): Promise<UndoRecord[]> {
  if ("id" in target) {
    const record = await readRecord(guard.root, target.id);
    if (record.files.some((file) => isOpen(file, way))) return [record];
    const state = isForgotten(record)
      ? "forgotten"
      : way === "undo"
      ? "undone already"
      : "not undone";
    throw new UserError("failed", `change ${JSON.stringify(target.id)} is ${state}`);
  }
  const open = standing(await listRecords(guard.root), way);
  if (open.length === 0) throw new UserError("failed", `nothing to ${way}`);
  return open.slice(0, target.steps);
}

/** The records that can be undone (or redone), in the order in which that happens. */
function standing(records: readonly UndoRecord[], way: Direction): UndoRecord[] {
  return records.filter((record) => !isForgotten(record) && isUndone(record) === (way === "redo"))
    .sort((a, b) => b.order - a.order);
}

/**
 * The changes that an undo or redo would turn, in that order: to show them before it is run.
 *
 * @param root real path of the workspace's root.
 */
export function undoChanges(
  root: string,
  target: UndoTarget,
  way: "undo" | "redo",
): UndoRecord[] {
  const records = listRecordsSync(root);
  return "id" in target
    ? records.filter(({ id }) => id === target.id)
    : standing(records, way).slice(0, target.steps);
}

/**
 * The files that an undo or redo may change: what a gate decides on before it is run.
 *
 * @param root real path of the workspace's root.
 */
export function undoPaths(root: string, target: UndoTarget, way: "undo" | "redo"): string[] {
  const paths = undoChanges(root, target, way).flatMap(({ files }) =>
    files.map(({ path }) => path)
  );
  return [...new Set(paths)].sort();
}

function isOpen(file: UndoFile, way: Direction): boolean {
  return (file.undone ?? false) === (way === "redo");
}

async function turnOne(
  guard: WriteGuard,
  record: UndoRecord,
  way: Direction,
): Promise<UndoOutcome> {
  const conflicts: { path: string; reason: string }[] = [];
  const turned = new Map<string, UndoFile>();
  const merged: string[] = [];
  const targets: Target[] = [];
  for (const file of record.files.filter((file) => isOpen(file, way))) {
    const plan = await planTurn(guard, file, way).catch((error) => {
      if (error instanceof UserError) return error.line;
      throw error;
    });
    if (typeof plan === "string") {
      conflicts.push({ path: file.path, reason: plan });
      continue;
    }
    turned.set(file.path, { ...plan.file ?? file, undone: way === "undo" });
    if (plan.file) merged.push(file.path);
    if (plan.target) targets.push(plan.target);
  }
  const { id, label } = record;
  const outcome = { id, label, restored: [...turned.keys()], merged, conflicts };
  if (turned.size === 0) return outcome;
  const files = record.files.map((file) => turned.get(file.path) ?? file);
  const changed = { ...record, order: performance.timeOrigin + performance.now(), files };
  if (targets.length === 0) await writeRecord(guard, changed);
  else await transactTurn(guard, changed, targets, way);
  return outcome;
}

async function transactTurn(
  guard: WriteGuard,
  record: UndoRecord,
  targets: readonly Target[],
  way: Direction,
): Promise<void> {
  const temp = tempNames();
  const steps = targets.map(({ state }, i) => {
    const file = record.files.find(({ path }) => path === state.path)!;
    const [from, to] = way === "undo" ? [file.after, file.before] : [file.before, file.after];
    // A mode that the user has set since stays, as bytes would.
    const own = state.mode !== null && from !== null && from.mode !== null &&
      from.mode !== state.mode;
    const after = to && own ? { ...to, mode: state.mode } : to;
    return { path: file.path, before: sideOf(state), after, temp: temp(i) };
  });
  const made = await missingFolders(
    guard,
    steps.filter((step) => step.before === null).map((step) => step.path),
  );
  const drop = way === "undo" ? record.folders : [];
  await transact(guard, { record, steps, made, drop }, targets);
  for (const [i, { to }] of targets.entries()) {
    if (to !== null) await keepSpare(guard.root, to, steps[i]!.after!.hash);
  }
}

/** What turning one file takes. */
interface Turn {
  /** The change to make; undefined when the file is already so. */
  readonly target?: Target;
  /** For a file that was changed since: what is recorded of it instead. */
  readonly file?: UndoFile;
}

/** @returns what to do, or why the file must stay. */
async function planTurn(
  guard: WriteGuard,
  file: UndoFile,
  way: Direction,
): Promise<Turn | string> {
  const [from, to] = way === "undo" ? [file.after, file.before] : [file.before, file.after];
  const state = await readState(guard, file.path);
  if (state.path !== file.path) return `it leads to ${JSON.stringify(state.path)} now`;
  if (state.hash === (to?.hash ?? null) && from?.hash !== to?.hash) return {};
  if (state.hash !== (from?.hash ?? null)) {
    if (state.hash === null) return "it was deleted since";
    return await planMerge(guard, file, way, state) ?? "it was changed since";
  }
  if (to === null) return { target: { state, to: null } };
  const bytes = await keptBytes(guard.root, to.hash);
  return bytes
    ? { target: { state, to: bytes } }
    : "the bytes to restore are missing from .dspy/undo";
}

/**
 * Takes the change alone out of a file that was changed since. The record then says what was really
 * turned: with the later changes on both sides, so that it can be turned again.
 */
async function planMerge(
  guard: WriteGuard,
  { path, before, after }: UndoFile,
  way: Direction,
  state: FileState,
): Promise<Turn | undefined> {
  const [from, to] = way === "undo" ? [after, before] : [before, after];
  if (from === null || to === null) return undefined;
  const [fromBytes, toBytes] = [
    await keptBytes(guard.root, from.hash),
    await keptBytes(guard.root, to.hash),
  ];
  const merged = fromBytes && toBytes && mergeBack(fromBytes, toBytes, state.bytes);
  if (merged === undefined) return undefined;
  const now = sideOf(state)!;
  const then = { hash: await sha256(merged), mode: now.mode };
  const sides = way === "undo" ? { before: then, after: now } : { before: now, after: then };
  return { target: { state, to: merged }, file: { path, ...sides } };
}
