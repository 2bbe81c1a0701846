import { LAST_CHANGE } from "../../core/agent/learner.ts";
import type { CheckReport } from "../../core/check_report.ts";
import type { ToolContext } from "../../core/tool.ts";
import type { CheckWish } from "./_plan_check.ts";

/** A report as it is kept for the next run to be held against. */
export interface KeptReport extends CheckReport {
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** What was asked for. */
  readonly asked: CheckWish;
}

/**
 * Tells what learns how a check came out beside its last run, where a choice of the agent changed
 * files in between: that is what the change is worth. Runs of different tests say nothing of it.
 */
export async function verifyChange(
  before: KeptReport | undefined,
  now: KeptReport,
  { store, learner }: Pick<ToolContext, "store" | "learner">,
): Promise<void> {
  if (learner === undefined || before === undefined || !isSame(before, now)) return;
  // Opening what learns costs more than looking here.
  const changed = await store.get<number>(LAST_CHANGE);
  if (changed === undefined || changed <= before.ts) return;
  // What was checked is answered all the same.
  const opened = await learner().catch(() => undefined);
  await opened?.verified?.(before, now).catch(() => undefined);
}

function isSame(before: KeptReport, now: KeptReport): boolean {
  return before.toolchain === now.toolchain && before.dir === now.dir &&
    JSON.stringify(before.asked) === JSON.stringify(now.asked);
}
