import { createCategorical } from "../nn/categorical.ts";
import { checkCounts } from "./_batches.ts";
import { createModel } from "./_model.ts";
import { seal, unseal } from "./_seal.ts";
import { activeSteps, checkGroups, createTokenRows, fillTokens } from "./_tokens.ts";
import { groupAdvantages, type GroupAdvantagesOptions } from "./group_advantages.ts";
import { reinforceLoss } from "./reinforce_loss.ts";
import type { GroupLearner, ModelOptions } from "./types.ts";

/** Options of {@linkcode createCloner}. */
export interface ClonerOptions extends ModelOptions, GroupAdvantagesOptions {
  /** Whether all decisions count by their advantage, or only those of better candidates count. */
  readonly method: "advantage-weighted-regression" | "filtered-cloning";
  /** Learning rate. Default 1e-3. */
  readonly lr?: number;
  /** Length that gradients are shortened to. Default 1. */
  readonly maxGradNorm?: number;
  /** What advantages are divided by in the exponent. Default 1. */
  readonly temperature?: number;
  /** Largest weight of a decision. Default 20. */
  readonly maxWeight?: number;
  /** Most decisions of a candidate. Default 64. */
  readonly maxLength?: number;
}

/**
 * Learns from candidates whose decisions carry no log-probability, by imitation: weights of
 * `min(exp(A / temperature), maxWeight)` (advantage-weighted regression), or 1 for candidates
 * better than their group and 0 for others (filtered cloning); `L = -mean(w logp)`. This is not
 * GRPO, as it does not know how likely the decisions were.
 *
 * Source: Peng, Kumar, Zhang, Levine, "Advantage-weighted regression", arXiv 1910.00177, algorithm
 * 1; filtered cloning: Chen et al., "BAIL", NeurIPS 2020.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { createCloner } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const cloner = createCloner({ obsSize: 1, actions: 2, method: "filtered-cloning" });
 * const candidates = [0, 1].map((action) => ({ steps: [{ obs: [1], action }], reward: action }));
 * for (let i = 0; i < 60; i++) cloner.update([{ candidates }]);
 * assert.ok(cloner.policy.probs(undefined, [1])[1]! > 0.9);
 * ```
 */
export function createCloner(options: ClonerOptions): GroupLearner {
  const { obsSize, actions, method, lr = 1e-3, maxGradNorm = 1 } = options;
  const { temperature = 1, maxWeight = 20, maxLength = 64 } = options;
  checkCounts({ obsSize, actions, maxLength });
  if (!(temperature > 0 && maxWeight > 0)) {
    throw new RangeError(`temperature and maxWeight above 0: given ${temperature}, ${maxWeight}`);
  }
  const capacity = Math.max(maxLength, 256);
  const model = createModel(options, { maxRows: capacity, critic: false, adamEps: 1e-8 });
  const { actor } = model;
  const choice = createCategorical(actions);
  const tokens = createTokenRows(capacity, actions);
  const rows = {
    rows: 0,
    logits: actor.output,
    logitsGrad: actor.outputGrad,
    mask: tokens.mask,
    action: tokens.action,
    advantage: new Float64Array(capacity),
    weight: new Float64Array(capacity),
  };
  const weigh = (advantage: number) =>
    method === "filtered-cloning"
      ? (advantage > 0 ? 1 : 0)
      : Math.min(Math.exp(advantage / temperature), maxWeight);

  return {
    kind: method,
    policy: model.policy,
    update(groups) {
      checkGroups(groups, actor, maxLength, false);
      const rewards = groups.map(({ candidates }) => candidates.map(({ reward }) => reward));
      const { advantages, dropped, missing } = groupAdvantages(rewards, options);
      const sequences = groups.flatMap(({ candidates }, g) =>
        candidates.flatMap(({ steps }, c) => {
          const advantage = advantages[g]![c];
          const weight = advantage === undefined ? 0 : weigh(advantage);
          return weight === 0 ? [] : [{ steps, advantage: weight }];
        })
      );
      const total = sequences.reduce((sum, sequence) => sum + activeSteps(sequence), 0);
      let loss = 0;
      for (let from = 0; total > 0 && from < sequences.length;) {
        from = fillTokens(tokens, [actor], sequences, from);
        for (let s = 0, i = 0; s < tokens.sequences; s++) {
          for (; i < tokens.ends[s]!; i++) {
            rows.advantage[i] = tokens.advantage[s]!;
            rows.weight[i] = tokens.active[i]!;
          }
        }
        rows.rows = tokens.rows;
        actor.forward(rows.rows);
        loss += reinforceLoss(rows, choice, { entropyCoef: 0, total });
        actor.backward(rows.rows);
      }
      if (total > 0) model.step(loss, lr, maxGradNorm);
      const { gradNorm, skipped } = model;
      return { loss, dropped, missing, tokens: total, gradNorm, skipped };
    },
    snapshot: () => seal(method, model.snapshot()),
    restore: (snapshot) => model.restore(unseal(method, snapshot)),
  };
}
