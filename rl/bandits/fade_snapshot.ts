import { KINDS } from "./_kinds.ts";
import { restoreBandit } from "./restore_bandit.ts";
import type { BanditSnapshot } from "./types.ts";

/**
 * A snapshot in which all that was learned counts less: what one repository taught as a weak prior
 * for the next.
 *
 * Source: power priors, Ibrahim and Chen, "Power prior distributions for regression models",
 * Statistical Science 15 (2000).
 *
 * @param weight what a reward still counts, above 0 and up to 1.
 * @throws {RangeError} when the weight or the snapshot is not usable, or the kind keeps no sums.
 *
 * @example
 * ```ts
 * import { createThompson, fadeSnapshot, restoreBandit } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createThompson(["test", "lint"]);
 * for (let i = 0; i < 50; i++) bandit.update(0, 1);
 * assert.equal(restoreBandit(fadeSnapshot(bandit.snapshot(), 0.1)).estimate(0).count, 5);
 * ```
 */
export function fadeSnapshot(snapshot: BanditSnapshot, weight: number): BanditSnapshot {
  if (!(weight > 0 && weight <= 1)) {
    throw new RangeError(`a weight of ${weight}; expected above 0 and up to 1`);
  }
  restoreBandit(snapshot);
  const sums = KINDS.get(snapshot.kind)!.sums(snapshot.options);
  if (typeof sums === "string") {
    throw new RangeError(`states of kind ${snapshot.kind} cannot be faded: ${sums}`);
  }
  const shared = sums.shared(snapshot);
  const arms = Object.entries(snapshot.arms).map(([name, kept]) =>
    [name, kept.length === 0 ? kept : sums.fade(kept, weight, snapshot)] as const
  );
  return {
    ...snapshot,
    updates: Math.floor(snapshot.updates * weight),
    arms: Object.fromEntries(arms),
    ...shared && { shared },
  };
}
