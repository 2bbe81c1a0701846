import type { Store, Write } from "../../core/store/types.ts";
import { BASE, saveBase } from "../chooser/policy_base.ts";
import { DECISIONS, openDecisionLog } from "../log/decision_log.ts";
import type { TrainerState } from "./_trainer_state.ts";
import { VERDICTS } from "./verdicts.ts";

/** Trimming is put off until so much more than what is kept is there. */
const SLACK = 1.25;

/** Verdicts that are kept. */
const MOST_VERDICTS = 1000;

/**
 * What trims the log down to its newest entries, and keeps what was learned up to the trainer's
 * offset; to be written in one transaction. Nothing that the trainer has not read goes.
 *
 * @param state as it is committed.
 * @returns undefined while there is little to trim.
 */
export async function trimmingWrites(
  store: Pick<Store, "append" | "read" | "head">,
  { offset, folds, told }: TrainerState,
  keep: number,
): Promise<{ readonly writes: readonly Write[]; readonly entries: number } | undefined> {
  const first = await openDecisionLog(store).first();
  const before = offset - keep + 1;
  // A decision that stood in the log again is no entry of theirs.
  const learned = Object.entries(folds).map(([way, fold]) => [way, { ...fold, offset }]);
  if (offset - first + 1 < keep * SLACK) return undefined;
  return {
    writes: [
      { op: "put", key: BASE, value: saveBase({ offset, folds: Object.fromEntries(learned) }) },
      { op: "trim", stream: DECISIONS, before },
      ...told > MOST_VERDICTS
        ? [{ op: "trim", stream: VERDICTS, before: told - MOST_VERDICTS } as const]
        : [],
    ],
    entries: before - first,
  };
}
