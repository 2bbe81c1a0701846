import type { Store } from "../../core/store/types.ts";
import type { UndoRecord } from "../../core/workspace/undo_record.ts";

/** A program that acted, as the session notes it in the stream `programs`. */
interface Ran {
  readonly ts: number;
  readonly line: string;
}

/** Lines that are told at most. */
const SHOWN = 10;

/** The programs that ran since the oldest of these changes: what they did is not taken back. */
export async function programsSince(
  store: Store,
  changes: readonly UndoRecord[],
): Promise<string[]> {
  const since = Math.min(...changes.map(({ ts }) => ts));
  if (!Number.isFinite(since)) return [];
  const after = Math.max(0, await store.head("programs") - 200);
  const entries = await store.read<Ran>("programs", { after });
  const lines = entries.map(({ value }) => value).filter(({ ts }) => ts >= since)
    .map(({ line }) => line);
  const once = [...new Set(lines)];
  return once.length > SHOWN ? [...once.slice(0, SHOWN), `${once.length - SHOWN} more`] : once;
}
