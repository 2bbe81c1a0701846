import { UserError } from "../errors.ts";
import type { WriteGuard } from "./commit.ts";
import { recoverLocked } from "./recover.ts";
import { sideOf } from "./commit_changes.ts";
import { setAside, tempNames } from "./_journal.ts";
import { readState } from "./read_state.ts";
import { missingFolders, type Target, transact } from "./_transaction.ts";
import {
  isOwnRecord,
  keptBytes,
  listRecords,
  listRecordsSync,
  readRecord,
  writeRecord,
} from "./_undo_store.ts";
import { isUndone, type UndoFile, type UndoRecord } from "./undo_record.ts";
import { withLock } from "./_with_lock.ts";

/** Which changes to take back or do again: so many of the newest, or one by its id. */
export type UndoTarget = { readonly steps: number } | { readonly id: string };

/** What became of one change. */
export interface UndoOutcome {
  /** Of the change. */
  readonly id: string;
  /** What it was for. */
  readonly label: string;
  /** Files that are again as they were. */
  readonly restored: readonly string[];
  /** Files that keep their present bytes, and why. */
  readonly conflicts: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Takes back changes, the newest first. Each file is restored only while it has exactly the bytes
 * that the change gave it; otherwise its bytes stay and a conflict is reported. A file is deleted
 * only if the change created it, a folder only if the change made it and it is empty. The files of
 * one change are restored together, as safely as a commit, and {@linkcode redo} does it again.
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

/** All changes of ours that can be taken back or done again, the newest first. */
export async function undoHistory(guard: WriteGuard): Promise<UndoRecord[]> {
  const own: UndoRecord[] = [];
  for (const record of await listRecords(guard.root)) {
    if (await isOwnRecord(guard, record.id)) own.push(record);
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
    const state = way === "undo" ? "undone already" : "not undone";
    throw new UserError("failed", `change ${JSON.stringify(target.id)} is ${state}`);
  }
  const open = standing(await listRecords(guard.root), way);
  if (open.length === 0) throw new UserError("failed", `nothing to ${way}`);
  return open.slice(0, target.steps);
}

/** The records that can be undone (or redone), in the order in which that happens. */
function standing(records: readonly UndoRecord[], way: Direction): UndoRecord[] {
  return records.filter((record) => isUndone(record) === (way === "redo"))
    .sort((a, b) => b.order - a.order);
}

/**
 * The files that an undo or redo may change: what a gate decides on before it is run.
 *
 * @param root real path of the workspace's root.
 */
export function undoPaths(root: string, target: UndoTarget, way: "undo" | "redo"): string[] {
  const records = listRecordsSync(root);
  const picked = "id" in target
    ? records.filter(({ id }) => id === target.id)
    : standing(records, way).slice(0, target.steps);
  return [...new Set(picked.flatMap(({ files }) => files.map(({ path }) => path)))].sort();
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
  const turned = new Set<string>();
  const targets: Target[] = [];
  for (const file of record.files.filter((file) => isOpen(file, way))) {
    const plan = await planFile(guard, file, way).catch((error) => {
      if (error instanceof UserError) return error.line;
      throw error;
    });
    if (typeof plan === "string") {
      conflicts.push({ path: file.path, reason: plan });
      continue;
    }
    turned.add(file.path);
    if (plan) targets.push(plan);
  }
  const outcome = { id: record.id, label: record.label, restored: [...turned], conflicts };
  if (turned.size === 0) return outcome;
  const files = record.files.map((file) =>
    turned.has(file.path) ? { ...file, undone: way === "undo" } : file
  );
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
}

/**
 * @returns the change to make, undefined when the file is already so, or why it must stay.
 */
async function planFile(
  guard: WriteGuard,
  file: UndoFile,
  way: Direction,
): Promise<Target | undefined | string> {
  const [from, to] = way === "undo" ? [file.after, file.before] : [file.before, file.after];
  const state = await readState(guard, file.path);
  if (state.path !== file.path) return `it leads to ${JSON.stringify(state.path)} now`;
  if (state.hash === (to?.hash ?? null) && from?.hash !== to?.hash) return undefined;
  if (state.hash !== (from?.hash ?? null)) {
    return state.hash === null ? "it was deleted since" : "it was changed since";
  }
  if (to === null) return { state, to: null };
  const bytes = await keptBytes(guard.root, to.hash);
  return bytes ? { state, to: bytes } : "the bytes to restore are missing from .dspy/undo";
}
