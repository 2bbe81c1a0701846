import { KINDS } from "./_kinds.ts";
import { restoreBandit } from "./restore_bandit.ts";
import { checkSnapshot } from "./_snapshot.ts";
import type { BanditSnapshot } from "./types.ts";

/**
 * Puts together what two processes learned since they started from one state: ours + theirs - base,
 * as everything kept of an arm is a sum. Where sums fade, it is as though theirs came after ours.
 * Arms are matched by name; an arm that one side does not have is as it was for it. Random numbers go
 * on where ours stand.
 *
 * @throws {RangeError} when a snapshot is damaged, the three are not of one kind with the same
 * options, one has not gone on from the base, or the kind depends on the order of rewards: windows,
 * detectors, constant steps, preferences. Then let one process apply the events of both.
 *
 * @example
 * ```ts
 * import { createThompson, mergeSnapshots, restoreBandit } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const base = createThompson(["test", "lint"]).snapshot();
 * const [ours, theirs] = [restoreBandit(base), restoreBandit(base)];
 * ours.update(0, 1);
 * theirs.update(0, 0);
 * theirs.update(1, 1);
 * const merged = restoreBandit(mergeSnapshots(base, ours.snapshot(), theirs.snapshot()));
 * assert.equal(merged.estimate(0).count, 2);
 * assert.equal(merged.estimate(1).count, 1);
 * ```
 */
export function mergeSnapshots(
  base: BanditSnapshot,
  ours: BanditSnapshot,
  theirs: BanditSnapshot,
): BanditSnapshot {
  const all = { base, ours, theirs };
  const names = [ours, theirs, base].flatMap(checkSnapshot);
  // Each must be one that a bandit could go on from.
  for (const snapshot of [base, ours, theirs]) restoreBandit(snapshot);
  const sums = KINDS.get(ours.kind)!.sums(ours.options);
  if (typeof sums === "string") {
    throw new RangeError(
      `states of kind ${ours.kind} cannot be merged: ${sums}; let one process apply all events`,
    );
  }
  for (const [name, other] of Object.entries({ base, theirs })) {
    if (other.kind !== ours.kind || !sameOptions(other, ours)) {
      throw new RangeError(
        `ours is ${described(ours)}, ${name} is ${
          described(other)
        }; only states of one bandit merge`,
      );
    }
  }
  for (const [name, after] of Object.entries({ ours, theirs })) {
    if (after.updates < base.updates) {
      throw new RangeError(
        `${name} has ${after.updates} updates, the base ${base.updates}: it did not go on from it`,
      );
    }
  }
  checkScaling(base, ours, theirs);

  const order = [...new Set(names)];
  const kept = (snapshot: BanditSnapshot, name: string): readonly number[] =>
    Object.hasOwn(snapshot.arms, name) ? snapshot.arms[name]! : [];
  const arms = order.map((name) => {
    const before = kept(base, name);
    // An arm that was taken away is as it was.
    const [mine, others] = [ours, theirs].map((after) =>
      Object.hasOwn(after.arms, name) ? kept(after, name) : before
    ) as [readonly number[], readonly number[]];
    return [name, sums.merge(before, mine, others, all)] as const;
  });
  const shared = sums.shared(ours);
  const merged: BanditSnapshot = {
    ...ours,
    updates: ours.updates + theirs.updates - base.updates,
    arms: Object.fromEntries(arms),
    order,
    ...shared && { shared },
  };
  // Sums below 0 show states that have no such base.
  restoreBandit(merged);
  return merged;
}

/** Contexts must have been scaled alike, or their sums do not add up. */
function checkScaling(base: BanditSnapshot, ours: BanditSnapshot, theirs: BanditSnapshot): void {
  if (ours.options["scale"] !== "standard") return;
  const [before, mine, others] = [base, ours, theirs].map(({ shared }) => JSON.stringify(shared));
  if (mine !== before || others !== before) {
    throw new RangeError(
      "contexts were scaled differently in ours and theirs: merge only after the scaling has frozen",
    );
  }
}

function sameOptions({ options }: BanditSnapshot, { options: others }: BanditSnapshot): boolean {
  const keys = new Set([...Object.keys(options), ...Object.keys(others)]);
  return [...keys].every((key) => options[key] === others[key]);
}

function described({ kind, options }: BanditSnapshot): string {
  return `${kind} ${JSON.stringify(options)}`;
}
