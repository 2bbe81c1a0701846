import { fits, isRecord } from "./_seal.ts";
import type { Candidate, GroupLearner, GroupSource, Trainable } from "./types.ts";

/**
 * Binds a learner that compares candidates to where they come from, so that `train` can drive both.
 * A candidate counts as an episode, a decision as a step.
 *
 * @example
 * ```ts
 * import { createCartPole, createGroupSource, createGrpo, onGroups, train } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const source = createGroupSource({ makeEnv: () => createCartPole(), groups: 2 });
 * const grpo = createGrpo({ obsSize: 4, actions: 2 });
 * const { episodes } = await train(onGroups(grpo, source), { steps: 1 });
 * assert.equal(episodes, 2 * 8);
 * ```
 */
export function onGroups(learner: GroupLearner, source: GroupSource): Trainable {
  return {
    kind: learner.kind,
    policy: learner.policy,
    start: (seed) => source.start(seed),
    async iterate() {
      const groups = await source.next(learner.policy);
      const before = learner.policy.version;
      const stats = learner.update(groups);
      const candidates = groups.flatMap((group) => group.candidates);
      const steps = candidates.reduce((sum, candidate) => sum + candidate.steps.length, 0);
      const returns = candidates.map(total);
      const known = returns.filter(Number.isFinite);
      return {
        steps,
        updates: learner.policy.version - before,
        returns,
        reward: known.reduce((sum, value) => sum + value, 0) / steps,
        stats,
      };
    },
    snapshot: () => ({ learner: learner.snapshot(), source: source.snapshot() ?? null }),
    restore(snapshot) {
      fits(isRecord(snapshot), "it is none of a learner with its source");
      const apply = learner.restore(snapshot["learner"]);
      const kept = snapshot["source"];
      if (kept !== null) source.restore(kept);
      apply();
      return kept !== null;
    },
  };
}

/** Sum of the rewards of a candidate; NaN when all are missing. */
function total({ reward }: Candidate): number {
  const parts = (Array.isArray(reward) ? reward : [reward]).filter((part) => part !== null);
  return parts.length === 0 ? NaN : parts.reduce((sum, part) => sum + part, 0);
}
