import type { TrainerState } from "./_trainer_state.ts";
import { CHAMPION, type Champion, isNewerChampion, readChampion } from "../chooser/champion.ts";
import type { TrainerOptions } from "./trainer_options.ts";
import { isVerdict, VERDICTS } from "./verdicts.ts";

/**
 * Brings what a committed state says to where others read it: verdicts to their stream, the champion
 * to its key. Both can be done again after a crash: what is there already stays.
 */
export async function announce(
  { outbox, told, champion }: TrainerState,
  { store, now = Date.now, warn = () => {}, onVerdict, onChampion }: TrainerOptions,
): Promise<void> {
  if (outbox.length > 0) {
    const there = new Set<number>();
    for (let after = told;;) {
      const page = await store.read(VERDICTS, { after, limit: 1000 });
      for (const { value } of page) if (isVerdict(value)) there.add(value.n);
      if (page.length === 0) break;
      after = page.at(-1)!.offset;
    }
    const missing = outbox.filter(({ n }) => !there.has(n));
    if (missing.length > 0) await store.append(VERDICTS, missing);
    for (const record of missing) onVerdict?.(record);
  }
  // The policy that ships is played without being named.
  if (champion.version > 0 && await tell(champion)) onChampion?.(champion);

  async function tell(champion: Champion): Promise<boolean> {
    const isLater = (old: unknown) =>
      isNewerChampion(old) || (isSound(old) && readChampion(old).version >= champion.version);
    const stored = await store.get(CHAMPION);
    if (isNewerChampion(stored)) {
      warn("the champion was written by a newer version of this program; it is left as it is");
    } else if (stored !== undefined && !isSound(stored)) {
      const aside = `${CHAMPION}.corrupt-${now()}`;
      await store.put(aside, stored);
      warn(`the champion was damaged; kept as ${aside}, the trainer's own is stored`);
    }
    if (isLater(stored)) return false;
    // A trainer that slept meanwhile must not put an older one back.
    const kept = await store.update<unknown>(CHAMPION, (old) => isLater(old) ? old : champion);
    return kept === champion;
  }
}

function isSound(stored: unknown): boolean {
  try {
    return readChampion(stored) !== undefined;
  } catch {
    return false;
  }
}
