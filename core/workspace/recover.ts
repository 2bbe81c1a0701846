import type { WriteGuard } from "./commit.ts";
import { clearTemps, leftJournals, setAside } from "./_journal.ts";
import { complete } from "./_transaction.ts";
import { withLock } from "./_with_lock.ts";

/** What {@linkcode recover} found and did. */
export interface Recovery {
  /** One sentence per commit that was cut off; empty when there was none. */
  readonly notes: readonly string[];
}

/**
 * Finishes or takes back the commits that a killed session left half done, so that each one's files
 * are all old or all new. A file that was changed since keeps its bytes, and so does one that other
 * programs act on. A journal that is not sealed under our key came from elsewhere: it is put aside.
 * Call it when a session starts; every commit does so too. Where nothing was ever written, nothing
 * is touched.
 *
 * @throws {UserError} when the system refuses to write.
 */
export async function recover(guard: WriteGuard): Promise<Recovery> {
  const { journals, foreign } = await leftJournals(guard.root, guard.key);
  if (journals.length + foreign.length === 0) return { notes: [] };
  if (journals.length === 0 && guard.ephemeral) return { notes: foreign.map(leftAlone) };
  return await withLock(guard.root, () => recoverLocked(guard));
}

/** {@linkcode recover} for callers that hold the lock. */
export async function recoverLocked(guard: WriteGuard): Promise<Recovery> {
  const { journals, foreign } = await leftJournals(guard.root, guard.key);
  const notes: string[] = [];
  for (const journal of journals) {
    const { id, label } = journal.record;
    const { end, foreign } = await complete(guard, journal);
    const kept = foreign.length > 0 ? `; not ours now and kept: ${foreign.join(", ")}` : "";
    const done = end === "new" ? "was finished" : "was taken back";
    notes.push(`change ${id} (${label}) was cut off and ${done}${kept}`);
  }
  if (guard.ephemeral) return { notes: [...notes, ...foreign.map(leftAlone)] };
  for (const name of foreign) {
    const aside = await setAside(guard.root, name);
    notes.push(`a journal that is damaged or not ours was put aside, not acted on: ${aside}`);
  }
  await clearTemps(guard.root);
  return { notes };
}

/** It may be that of a program that knows the key. */
function leftAlone(name: string): string {
  return `a journal that was not written here is not acted on: .dspy/journal/${name}`;
}
