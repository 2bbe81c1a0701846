import { createCategorical } from "../nn/categorical.ts";
import { decodeNumbers } from "../nn/decode_numbers.ts";
import { encodeNumbers } from "../nn/encode_numbers.ts";
import { kernelsF32 } from "../nn/kernels_f32.ts";
import { createMlp } from "../nn/mlp.ts";
import { checkCounts } from "./_batches.ts";
import { createModel } from "./_model.ts";
import { fits, seal, unseal } from "./_seal.ts";
import { activeSteps, checkGroups, createTokenRows, fillTokens, type Sequence } from "./_tokens.ts";
import { groupAdvantages, type GroupAdvantagesOptions } from "./group_advantages.ts";
import { grpoLoss, type GrpoLossOptions } from "./grpo_loss.ts";
import type { GroupLearner, ModelOptions } from "./types.ts";

/** Options of {@linkcode createGrpo}. */
export interface GrpoOptions extends ModelOptions, GroupAdvantagesOptions, GrpoLossOptions {
  /** Learning rate. Default 1e-3. */
  readonly lr?: number;
  /** Length that gradients are shortened to. Default 1. */
  readonly maxGradNorm?: number;
  /** Steps of the optimiser on the same groups. Default 1. */
  readonly iterations?: number;
  /**
   * How decisions are weighed: `dapo` all alike; `grpo` those of a candidate share one weight;
   * `dr_grpo` one over candidates and `maxLength`; `bnpo` as `dapo`, but in each micro-batch for
   * itself. Default `dapo`.
   */
  readonly aggregation?: "dapo" | "grpo" | "dr_grpo" | "bnpo";
  /** Most decisions of a candidate. Default 64. */
  readonly maxLength?: number;
  /** Decisions that pass the network together, in whole candidates. Default 256. */
  readonly microBatch?: number;
}

const KIND = "grpo";

/**
 * Group relative policy optimisation on decisions among tools: candidates for the same task are
 * compared with each other, without a value function. Decisions must carry the log-probability they
 * were made with.
 *
 * Source: Shao et al., "DeepSeekMath", arXiv 2402.03300, algorithm 1; `dapo`: Yu et al., "DAPO",
 * arXiv 2503.14476, equation 8; `dr_grpo`: Liu et al., arXiv 2503.20783; the names are those of
 * TRL's `GRPOConfig.loss_type`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { createGrpo } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const grpo = createGrpo({ obsSize: 1, actions: 2 });
 * for (let round = 0; round < 60; round++) {
 *   const candidates = Array.from({ length: 8 }, () => {
 *     const { arm, propensity } = grpo.policy.pick(undefined, [1])!;
 *     return { steps: [{ obs: [1], action: arm, logp: Math.log(propensity) }], reward: arm };
 *   });
 *   grpo.update([{ candidates }]);
 * }
 * assert.ok(grpo.policy.probs(undefined, [1])[1]! > 0.9);
 * ```
 */
export function createGrpo(options: GrpoOptions): GroupLearner {
  const { obsSize, actions, lr = 1e-3, maxGradNorm = 1, iterations = 1, beta = 0 } = options;
  const { aggregation = "dapo", maxLength = 64, microBatch = 256, kernels = kernelsF32 } = options;
  checkCounts({ obsSize, actions, iterations, maxLength, microBatch });
  const capacity = Math.max(maxLength, microBatch);
  const model = createModel(options, { maxRows: capacity, critic: false, adamEps: 1e-8 });
  const { actor } = model;
  const choice = createCategorical(actions);
  const tokens = createTokenRows(capacity, actions);
  const rows = Object.assign(tokens, {
    logits: actor.output,
    logitsGrad: actor.outputGrad,
    logp: new Float64Array(capacity),
    refLogp: new Float64Array(capacity),
    weight: new Float64Array(capacity),
  });
  const reference = beta === 0
    ? undefined
    : createMlp({ sizes: actor.sizes, maxRows: capacity, kernels });
  reference?.params.set(actor.params);
  const nets = reference ? [actor, reference] : [actor];

  function refer(): void {
    if (!reference) return;
    reference.forward(rows.rows);
    for (let i = 0; i < rows.rows; i++) {
      choice.load(reference.output, i * actions, rows.mask, i * actions);
      rows.refLogp[i] = choice.logp[rows.action[i]!]!;
    }
  }

  /** One step of the optimiser on all sequences; gives the loss. */
  function learn(sequences: readonly Sequence[], out: Stats): number {
    const all = sequences.reduce((sum, sequence) => sum + activeSteps(sequence), 0);
    const batches = aggregation === "bnpo" ? microBatches(sequences, capacity) : 1;
    let loss = 0;
    for (let from = 0; from < sequences.length;) {
      const first = from;
      from = fillTokens(rows, nets, sequences, from);
      const part = sequences.slice(first, from).map(activeSteps);
      const here = part.reduce((sum, n) => sum + n, 0);
      part.forEach((n, s) => {
        rows.weight[s] = 1 / Math.max(
          1,
          aggregation === "dapo"
            ? all
            : aggregation === "bnpo"
            ? here * batches
            : sequences.length * (aggregation === "grpo" ? n : maxLength),
        );
      });
      refer();
      actor.forward(rows.rows);
      loss += grpoLoss(rows, choice, options, out);
      actor.backward(rows.rows);
    }
    return loss;
  }

  return {
    kind: KIND,
    policy: model.policy,
    update(groups) {
      checkGroups(groups, actor, maxLength, true);
      const rewards = groups.map(({ candidates }) => candidates.map(({ reward }) => reward));
      const { advantages, dropped, missing } = groupAdvantages(rewards, options);
      const sequences = groups.flatMap(({ candidates }, g) =>
        candidates.flatMap(({ steps }, c) => {
          const advantage = advantages[g]![c];
          return advantage === undefined || steps.length === 0 ? [] : [{ steps, advantage }];
        })
      );
      const out: Stats = { tokens: 0, kl: 0, clipped: 0 };
      let loss = 0;
      if (sequences.length > 0) {
        for (let i = 0; i < iterations; i++) {
          loss = learn(sequences, out);
          model.step(loss, lr, maxGradNorm);
        }
      }
      const each = Math.max(out.tokens, 1);
      return {
        loss,
        dropped,
        missing,
        tokens: out.tokens / iterations,
        kl: out.kl / each,
        clipFraction: out.clipped / each,
        gradNorm: model.gradNorm,
        skipped: model.skipped,
      };
    },
    snapshot: () =>
      seal(KIND, {
        ...model.snapshot(),
        reference: reference ? encodeNumbers(reference.params) : null,
      }),
    restore(snapshot) {
      const body = unseal(KIND, snapshot);
      fits((body["reference"] === null) === !reference, "a reference policy on one side only");
      const kept = reference &&
        decodeNumbers(body["reference"] as never, reference.params.length);
      const apply = model.restore(body);
      return () => {
        apply();
        if (kept) reference.params.set(kept);
      };
    },
  };
}

interface Stats {
  tokens: number;
  kl: number;
  clipped: number;
}

/** How often rows must be filled for all of them. */
function microBatches(sequences: readonly Sequence[], capacity: number): number {
  let [batches, rows] = [1, 0];
  for (const { steps } of sequences) {
    if (rows + steps.length > capacity) {
      batches++;
      rows = 0;
    }
    rows += steps.length;
  }
  return batches;
}
