import { UserError } from "../errors.ts";
import type { FileChange, FileState, WriteGuard } from "./commit.ts";
import { tempNames } from "./_journal.ts";
import { recoverLocked } from "./recover.ts";
import { sha256 } from "./sha256.ts";
import { checkUnchanged, missingFolders, transact } from "./_transaction.ts";
import { keepSpare, nextId, pruneRecords } from "./_undo_store.ts";
import type { Side, UndoFile } from "./undo_record.ts";
import { withLock } from "./_with_lock.ts";

/** Changes that can be taken back; older ones are forgotten. */
const KEPT = 500;

/**
 * Writes, creates and deletes several files, all or none. The new bytes are staged beside each
 * file and flushed, a journal is written, every file is checked once more against the state its
 * change was made for, then all are renamed. A kill at any moment leaves a journal from which
 * `recover` makes all files old or all new; a full disk or any other failure leaves them old. Modes
 * are kept, missing folders are made, and the old bytes stay in `.dspy/undo` for `undo`.
 *
 * One commit runs at a time in a workspace, over all processes. Between the last check and the
 * rename of a file lie some microseconds in which another program could replace that file unseen.
 *
 * @param label what the change is for, in a few words.
 * @param changes one per file; those that change nothing are left out.
 * @returns the id by which `undo` takes it back: `c12`.
 * @throws {UserError} `failed` when a file changed since it was read, when nothing would change, or
 * with the file that could not be written; `refused` by the guard.
 */
export async function commitChanges(
  guard: WriteGuard,
  label: string,
  changes: readonly FileChange[],
): Promise<string> {
  const files: UndoFile[] = [];
  const targets: FileChange[] = [];
  for (const change of changes) {
    const file = {
      path: change.from.path,
      before: sideBefore(change),
      after: await sideAfter(change),
    };
    if (files.some(({ path }) => path === file.path)) {
      throw new UserError("failed", `two changes of ${JSON.stringify(file.path)} in one commit`);
    }
    if (file.before?.hash === file.after?.hash && file.before?.mode === file.after?.mode) continue;
    files.push(file);
    targets.push(change);
  }
  if (files.length === 0) throw new UserError("failed", "the change leaves every file as it is");
  return await withLock(guard.root, async () => {
    await recoverLocked(guard);
    for (const { from } of targets) await checkUnchanged(guard, from);
    const id = await nextId(guard.root);
    const created = files.filter((file) => file.before === null).map((file) => file.path);
    const made = await missingFolders(guard, created);
    const now = performance.timeOrigin + performance.now();
    const record = { version: 1 as const, id, order: now, ts: Math.floor(now), label, files };
    const temp = tempNames();
    const steps = files.map(({ path, before, after }, i) => ({
      path,
      before,
      after,
      temp: temp(i),
    }));
    await transact(
      guard,
      { record: { ...record, folders: made }, steps, made, drop: [] },
      targets.map(({ from, to }) => ({ state: from, to })),
    );
    for (const [i, { to }] of targets.entries()) {
      if (to !== null) await keepSpare(guard.root, to, files[i]!.after!.hash);
    }
    // Now and then, as it reads all records; a failure only means that they stay longer.
    if (Number(id.slice(1)) % 50 === 0) await pruneRecords(guard.root, KEPT).catch(() => {});
    return id;
  });
}

function sideBefore({ from }: FileChange): Side | null {
  return sideOf(from);
}

async function sideAfter(
  { from, to, mode = from.mode ?? undefined }: FileChange,
): Promise<Side | null> {
  return to && { hash: await sha256(to), mode: mode ?? null };
}

/** The version of a file that a state shows. */
export function sideOf(state: FileState): Side | null {
  return state.hash === null ? null : { hash: state.hash, mode: state.mode };
}
