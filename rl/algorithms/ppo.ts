import { createCategorical } from "../nn/categorical.ts";
import { checkEnv } from "./_act.ts";
import { checkCounts, shuffle, standardize } from "./_batches.ts";
import { createCollected } from "./_collect.ts";
import { createModel } from "./_model.ts";
import { fits, seal, unseal } from "./_seal.ts";
import { gae } from "./gae.ts";
import { ppoLoss } from "./ppo_loss.ts";
import { ppoPresets, type PpoSettings } from "./ppo_presets.ts";
import { createRewardNormalizer, type RewardNormalizerOptions } from "./reward_normalizer.ts";
import type { Learner, ModelOptions } from "./types.ts";
import { valueLoss } from "./value_loss.ts";

/** Options of {@linkcode createPpo}; settings left out are CleanRL's. */
export interface PpoOptions extends ModelOptions, Partial<PpoSettings> {
  /** Copies of the environment. Default 4. */
  readonly nEnvs?: number;
  /** Steps over which the learning rate falls. Default 500,000. */
  readonly totalSteps?: number;
  /** Whether limits of time count as ends of the task, as CleanRL has it. Default false. */
  readonly cleanrlCompat?: boolean;
  /** Normalises rewards for training; absent: they stay as they are. */
  readonly normalizeReward?: RewardNormalizerOptions;
}

const KIND = "ppo";

/**
 * Proximal policy optimisation with separate networks for policy and value.
 *
 * Source: Schulman et al., "Proximal policy optimization algorithms", arXiv 1707.06347; details:
 * Huang et al., "The 37 implementation details of proximal policy optimization", ICLR blog 2022.
 *
 * @throws {RangeError} when a size is out of its range.
 *
 * @example
 * ```ts
 * import { createCartPoleVector, createPpo, onEnv, train } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const ppo = createPpo({ obsSize: 4, actions: 2, nEnvs: 4, totalSteps: 2048 });
 * const { steps } = await train(onEnv(ppo, createCartPoleVector(4)), { steps: 2048 });
 * assert.equal(steps, 2048);
 * assert.equal(ppo.policy.version, 4 * 4 * 4); // iterations, epochs, minibatches
 * ```
 */
export function createPpo(options: PpoOptions): Learner {
  const settings = { ...ppoPresets.cleanrl, ...options };
  const { obsSize, actions, nEnvs = 4, totalSteps = 500_000, numSteps, epochs } = settings;
  const batch = numSteps * nEnvs;
  const { minibatchSize = Math.ceil(batch / 4), targetKl = Infinity } = settings;
  checkCounts({ obsSize, actions, nEnvs, numSteps, epochs, minibatchSize, totalSteps });
  const maxRows = Math.max(nEnvs, Math.min(minibatchSize, batch));
  const model = createModel(options, { maxRows, critic: true, adamEps: settings.adamEps });
  const { actor } = model;
  const critic = model.critic!;
  const normalizer = settings.normalizeReward && createRewardNormalizer(settings.normalizeReward);
  const choice = createCategorical(actions);
  const all = createCollected(numSteps, nEnvs, model, choice, normalizer);
  const order = new Int32Array(batch);
  const rows = {
    rows: 0,
    logits: actor.output,
    logitsGrad: actor.outputGrad,
    mask: undefined as Uint8Array | undefined,
    action: new Int32Array(maxRows),
    advantage: new Float64Array(maxRows),
    oldLogp: new Float64Array(maxRows),
  };
  const maskRows = new Uint8Array(maxRows * actions);
  const valueRows = {
    rows: 0,
    value: critic.output,
    valueGrad: critic.outputGrad,
    returns: new Float64Array(maxRows),
    oldValue: new Float64Array(maxRows),
  };
  const lossOptions = { clip: settings.clip, entropyCoef: settings.entropyCoef };
  const valueOptions = {
    coef: settings.valueCoef,
    clip: settings.clipValue ? settings.clip : Infinity,
  };
  const stats = { entropy: 0, approxKl: 0, clipFraction: 0 };
  let iterations = 0;

  /** Takes the rows from `from` on in the shuffled order; gives how many. */
  function gather(from: number): number {
    const n = Math.min(minibatchSize, batch - from);
    for (let r = 0; r < n; r++) {
      const at = order[from + r]!;
      for (let j = 0; j < obsSize; j++) {
        const value = all.obs[at * obsSize + j]!;
        actor.input[r * obsSize + j] = value;
        critic.input[r * obsSize + j] = value;
      }
      for (let j = 0; j < actions; j++) maskRows[r * actions + j] = all.mask[at * actions + j]!;
      rows.action[r] = all.action[at]!;
      rows.oldLogp[r] = all.logp[at]!;
      rows.advantage[r] = all.advantage[at]!;
      valueRows.returns[r] = all.returns[at]!;
      valueRows.oldValue[r] = all.value[at]!;
    }
    rows.rows = valueRows.rows = n;
    if (settings.normalizeAdvantage && n > 1) standardize(rows.advantage, n);
    return n;
  }

  function learn(): Record<string, number> {
    const left = settings.annealLr ? Math.max(1 - iterations * batch / totalSteps, 0) : 1;
    const lr = settings.lr * left;
    const sums = { loss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0, gradNorm: 0 };
    let steps = 0;
    for (let i = 0; i < batch; i++) order[i] = i;
    epochs:
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, model.rng());
      for (let from = 0; from < batch; from += minibatchSize) {
        const n = gather(from);
        actor.forward(n);
        critic.forward(n);
        const policyLoss = ppoLoss(rows, choice, lossOptions, stats);
        if (stats.approxKl > 1.5 * targetKl) break epochs;
        const ofValue = valueLoss(valueRows, valueOptions);
        actor.backward(n);
        critic.backward(n);
        if (!model.step(policyLoss + ofValue, lr, settings.maxGradNorm)) continue;
        steps++;
        sums.loss += policyLoss + ofValue;
        sums.valueLoss += ofValue;
        sums.entropy += stats.entropy;
        sums.approxKl += stats.approxKl;
        sums.clipFraction += stats.clipFraction;
        sums.gradNorm += model.gradNorm;
      }
    }
    const means = Object.entries(sums).map(([name, sum]) => [name, sum / Math.max(steps, 1)]);
    return { ...Object.fromEntries(means), lr };
  }

  return {
    kind: KIND,
    nEnvs,
    policy: model.policy,
    async iterate(env) {
      checkEnv(env, obsSize, actions, nEnvs);
      rows.mask = env.mask && maskRows;
      const reward = await all.collect(env);
      gae(all, all.advantage, settings);
      for (let i = 0; i < batch; i++) all.returns[i] = all.advantage[i]! + all.value[i]!;
      const before = model.version;
      let learned: Record<string, number> = {};
      // One reward that is none spoils all before it: nothing is learned from this rollout.
      if (all.advantage.every(Number.isFinite)) learned = learn();
      else model.skip();
      iterations++;
      return {
        steps: batch,
        updates: model.version - before,
        returns: env.takeReturns(),
        reward,
        stats: { ...learned, skipped: model.skipped },
      };
    },
    abandon: () => normalizer?.abandon(),
    snapshot: () =>
      seal(KIND, { ...model.snapshot(), iterations, normalizer: normalizer?.snapshot() ?? null }),
    restore(snapshot) {
      const body = unseal(KIND, snapshot);
      const apply = model.restore(body);
      const next = body["iterations"];
      fits(Number.isSafeInteger(next) && next as number >= 0, "its iterations are no count");
      fits((body["normalizer"] === null) === !normalizer, "normalised rewards on one side only");
      const normalize = normalizer?.restore(body["normalizer"]);
      return () => {
        apply();
        normalize?.();
        iterations = next as number;
      };
    },
  };
}
