import type { Guard } from "./commit.ts";
import { leftJournals, setAside } from "./_journal.ts";
import { complete } from "./_transaction.ts";
import { withLock } from "./_with_lock.ts";

/** What {@linkcode recover} found and did. */
export interface Recovery {
  /** One sentence per commit that was cut off; empty when there was none. */
  readonly notes: readonly string[];
}

/**
 * Finishes or takes back the commits that a killed session left half done, so that each one's files
 * are all old or all new. A file that was changed since keeps its bytes. Call it when a session
 * starts; every commit does so too. Where nothing was ever written, nothing is touched.
 *
 * @throws {UserError} when the system refuses to write.
 */
export async function recover(guard: Guard): Promise<Recovery> {
  const { journals, damaged } = await leftJournals(guard.root);
  if (journals.length + damaged.length === 0) return { notes: [] };
  return await withLock(guard.root, () => recoverLocked(guard));
}

/** {@linkcode recover} for callers that hold the lock. */
export async function recoverLocked(guard: Guard): Promise<Recovery> {
  const { journals, damaged } = await leftJournals(guard.root);
  const notes: string[] = [];
  for (const journal of journals) {
    const { id, label } = journal.record;
    const result = await complete(guard, journal).catch(notAllowed);
    if (result === undefined) {
      notes.push(`change ${id} (${label}) was cut off; the next change finishes it`);
      continue;
    }
    const { end, foreign } = result;
    const kept = foreign.length > 0 ? `; not ours now and kept: ${foreign.join(", ")}` : "";
    const done = end === "new" ? "was finished" : "was taken back";
    notes.push(`change ${id} (${label}) was cut off and ${done}${kept}`);
  }
  for (const name of damaged) {
    notes.push(`a damaged journal was put aside: ${await setAside(guard.root, name)}`);
  }
  return { notes };
}

/** A session that may only read leaves the work to one that may write. */
function notAllowed(error: unknown): undefined {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!(cause instanceof Deno.errors.NotCapable)) throw error;
}
