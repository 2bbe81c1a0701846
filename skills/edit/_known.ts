import type { FileState } from "../../core/workspace/commit.ts";
import { type Seen, seenKey, type Witness } from "./_seen.ts";

/** Whether person or agent have read or written a file in this session, and it is still so. */
export async function isKnown(witness: Witness, { path, hash }: FileState): Promise<boolean> {
  for (const origin of ["user", "agent"] as const) {
    const seen = await witness.store.get<Seen>(seenKey({ ...witness, origin }, path));
    if (seen !== undefined && seen.hash === hash) return true;
  }
  return false;
}

/** Whether the agent wrote a file in this session, whatever became of it since. */
export async function isAgentsWork(witness: Witness, path: string): Promise<boolean> {
  const key = seenKey({ ...witness, origin: "agent" }, path);
  return (await witness.store.get<Seen>(key))?.written ?? false;
}
