import { createCategorical } from "../nn/categorical.ts";
import { act, checkEnv } from "./_act.ts";
import { checkCounts } from "./_batches.ts";
import { createModel } from "./_model.ts";
import { createSamples, sampleArrays, type Samples } from "./_samples.ts";
import { fits, seal, unseal } from "./_seal.ts";
import { createWelford } from "./_welford.ts";
import { reinforceLoss } from "./reinforce_loss.ts";
import { createRewardNormalizer, type RewardNormalizerOptions } from "./reward_normalizer.ts";
import type { Learner, ModelOptions, TrainEnv } from "./types.ts";

/** Options of {@linkcode createReinforce}. */
export interface ReinforceOptions extends ModelOptions {
  /** Copies of the environment. Default 4. */
  readonly nEnvs?: number;
  /** Learning rate. Default 1e-3. */
  readonly lr?: number;
  /** Discount of rewards. Default 0.99. */
  readonly gamma?: number;
  /** Factor of the entropy. Default 0.01. */
  readonly entropyCoef?: number;
  /** Length that gradients are shortened to. Default 1. */
  readonly maxGradNorm?: number;
  /** Steps of ended episodes before learning. Default one a copy. */
  readonly batchSize?: number;
  /** Steps after which an episode is cut and learned from as it is. Default 1000. */
  readonly horizon?: number;
  /**
   * What a return is compared with: an exponential mean of earlier batches, or the mean of the
   * others of its batch. Default `ema`.
   */
  readonly baseline?: "ema" | "leave-one-out";
  /** Weight of the past in the exponential mean. Default 0.9. */
  readonly baselineDecay?: number;
  /** Steps that are kept for replay; 0: none. Default 2048. */
  readonly replayCapacity?: number;
  /** Steps that are replayed at each learning; 0: none. Default 128. */
  readonly replayBatch?: number;
  /** Where ratios of probabilities are cut off: 1 to 2. Default 1. */
  readonly maxRatio?: number;
  /** Versions of the policy after which a step is no longer replayed. Default 50. */
  readonly maxStaleness?: number;
  /** Normalises rewards for training; absent: they stay as they are. */
  readonly normalizeReward?: RewardNormalizerOptions;
}

const KIND = "reinforce";
const CHUNK = 256;

/**
 * REINFORCE: `A = (R - b) / (σ + 1e-8)` with the return R of each step, a baseline b that never
 * contains it, and the running deviation σ of all returns (while that is 0 there is nothing to
 * learn, and A is 0). Replayed steps carry the log-probability they were taken with and are weighed
 * by `min(π(a)/μ(a), c)`; so are fresh ones, whose ratio is 1 unless their episode outlasted a
 * learning. A step without a finite reward is missing: its episode is not learned from.
 *
 * Source: Williams, Machine Learning 8, 1992; leave-one-out: Kool, van Hoof, Welling, "Buy 4
 * REINFORCE samples, get a baseline for free!", 2019; replay: Espeholt et al., "IMPALA", ICML 2018,
 * section 4.1 (truncated importance weights).
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { createReinforce, vectorizeEnvs } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const observation = new Float64Array([1]);
 * const step = (action: number) => (
 *   { obs: observation, reward: action, terminated: true, truncated: false }
 * );
 * const env = { spec: { obsSize: 1, actions: 2 }, reset: () => observation, step };
 * const envs = vectorizeEnvs([env, env, env, env]);
 * await envs.reset(1);
 * const learner = createReinforce({ obsSize: 1, actions: 2 });
 * for (let i = 0; i < 100; i++) await learner.iterate(envs);
 * assert.ok(learner.policy.probs(undefined, [1])[1]! > 0.9);
 * ```
 */
export function createReinforce(options: ReinforceOptions): Learner {
  const { obsSize, actions, nEnvs = 4, lr = 1e-3, gamma = 0.99, entropyCoef = 0.01 } = options;
  const { maxGradNorm = 1, batchSize = nEnvs, horizon = 1000, baselineDecay = 0.9 } = options;
  const { replayCapacity = 2048, replayBatch = 128, maxRatio = 1, maxStaleness = 50 } = options;
  checkCounts({ obsSize, actions, nEnvs, batchSize, horizon });
  if (!(maxRatio >= 1 && maxRatio <= 2 && replayCapacity >= 0 && replayBatch >= 0)) {
    throw new RangeError(
      `maxRatio from 1 to 2, replayCapacity and replayBatch from 0: given ` +
        `${[maxRatio, replayCapacity, replayBatch]}`,
    );
  }
  const replays = replayCapacity > 0 && replayBatch > 0;
  const maxRows = Math.max(nEnvs, CHUNK);
  const model = createModel(options, { maxRows, critic: false, adamEps: 1e-8 });
  const { actor } = model;
  const choice = createCategorical(actions);
  const normalizer = options.normalizeReward && createRewardNormalizer(options.normalizeReward);
  const spread = createWelford();
  const pending = Array.from({ length: nEnvs }, () => createSamples(obsSize, actions));
  const fresh = createSamples(obsSize, actions);
  const replay = createSamples(obsSize, actions, Math.max(replayCapacity, 1));
  const now = sampleArrays(nEnvs, obsSize, actions);
  const rows = {
    rows: 0,
    logits: actor.output,
    logitsGrad: actor.outputGrad,
    mask: new Uint8Array(maxRows * actions),
    action: new Int32Array(maxRows),
    advantage: new Float64Array(maxRows),
    weight: new Float64Array(maxRows),
  };
  let baseline = 0;
  let batches = 0;
  let missing = 0;

  /** Takes one step everywhere; gives the sum of rewards, and how many there were. */
  async function step(env: TrainEnv): Promise<[sum: number, known: number]> {
    now.obs.set(env.obs);
    if (env.mask) now.mask.set(env.mask);
    else now.mask.fill(1);
    act(env, actor, choice, model.rng(), now.action, now.logp);
    now.version.fill(model.version);
    const going = env.step(now.action);
    if (going) await going;
    let [sum, known] = [0, 0];
    for (let i = 0; i < nEnvs; i++) {
      const reward = env.reward[i]!;
      const ended = env.terminated[i] === 1 || env.truncated[i] === 1;
      now.value[i] = reward;
      if (Number.isFinite(reward)) {
        sum += reward;
        known++;
        if (normalizer) now.value[i] = normalizer.next(reward, i, ended);
      }
      pending[i]!.add(now, i);
      if (ended || pending[i]!.count >= horizon) finish(pending[i]!);
    }
    return [sum, known];
  }

  /** Turns the rewards of an episode into returns, and hands it over. */
  function finish(episode: Samples): void {
    const { value } = episode.arrays;
    const n = episode.count;
    let after = 0;
    for (let i = n - 1; i >= 0; i--) after = value[i] = value[i]! + gamma * after;
    if (value.subarray(0, n).every(Number.isFinite)) {
      for (let i = 0; i < n; i++) fresh.add(episode.arrays, i);
    } else {
      missing += n;
    }
    episode.clear();
  }

  function learn(): Record<string, number> {
    const n = fresh.count;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const value = fresh.arrays.value[i]!;
      sum += value;
      spread.push(value);
    }
    const mean = sum / n;
    // In the first batch there are no earlier ones: the others of the batch stand in.
    const others = options.baseline === "leave-one-out" || batches === 0;
    const scale = spread.std === 0 ? 0 : 1 / (spread.std + 1e-8);
    const usable = replays ? freshEnough() : 0;
    const drawn = usable > 0 ? replayBatch : 0;
    const total = n + drawn;
    const sums = { loss: 0, entropy: 0, ratio: 0 };
    for (let from = 0; from < total; from += CHUNK) {
      const count = Math.min(CHUNK, total - from);
      for (let r = 0; r < count; r++) {
        const i = from + r;
        if (i < n) {
          const value = fresh.arrays.value[i]!;
          const b = others ? (n > 1 ? (sum - value) / (n - 1) : value) : baseline;
          load(r, fresh, i, (value - b) * scale);
        } else {
          const at = replay.at(replay.count - 1 - model.rng().int(usable));
          load(r, replay, at, (replay.arrays.value[at]! - (others ? mean : baseline)) * scale);
        }
      }
      actor.forward(count);
      for (let r = 0; r < count; r++) {
        choice.load(actor.output, r * actions, rows.mask, r * actions);
        const apart = choice.logp[rows.action[r]!]! - rows.weight[r]!;
        rows.weight[r] = Math.min(Math.exp(apart), maxRatio);
        sums.ratio += rows.weight[r]! / total;
        sums.entropy += choice.entropy() / total;
      }
      rows.rows = count;
      sums.loss += reinforceLoss(rows, choice, { entropyCoef, total });
      actor.backward(count);
    }
    baseline = batches === 0 ? mean : baselineDecay * baseline + (1 - baselineDecay) * mean;
    batches++;
    if (model.step(sums.loss, lr, maxGradNorm) && replays) {
      for (let i = 0; i < n; i++) replay.add(fresh.arrays, i);
    }
    return { ...sums, gradNorm: model.gradNorm, baseline, replayed: drawn };
  }

  /** Puts a sample into a row; `weight` takes the log-probability until the ratio is known. */
  function load(r: number, from: Samples, at: number, advantage: number): void {
    const { obs, mask, action, logp } = from.arrays;
    for (let j = 0; j < obsSize; j++) actor.input[r * obsSize + j] = obs[at * obsSize + j]!;
    for (let j = 0; j < actions; j++) rows.mask[r * actions + j] = mask[at * actions + j]!;
    rows.action[r] = action[at]!;
    rows.advantage[r] = advantage;
    rows.weight[r] = logp[at]!;
  }

  /** How many of the newest replayable samples are not stale. */
  function freshEnough(): number {
    const oldest = model.version - maxStaleness;
    let usable = 0;
    while (
      usable < replay.count &&
      replay.arrays.version[replay.at(replay.count - 1 - usable)]! >= oldest
    ) usable++;
    return usable;
  }

  return {
    kind: KIND,
    nEnvs,
    policy: model.policy,
    async iterate(env) {
      checkEnv(env, obsSize, actions, nEnvs);
      const [version, missed] = [model.version, missing];
      let [steps, sum, known] = [0, 0, 0];
      while (fresh.count + missing - missed < batchSize) {
        const [rewards, count] = await step(env);
        steps += nEnvs;
        sum += rewards;
        known += count;
      }
      let learned: Record<string, number> = {};
      if (fresh.count > 0) learned = learn();
      else model.skip();
      fresh.clear();
      return {
        steps,
        updates: model.version - version,
        returns: env.takeReturns(),
        reward: sum / known,
        stats: { ...learned, missing, skipped: model.skipped },
      };
    },
    abandon() {
      normalizer?.abandon();
      for (const episode of pending) episode.clear();
    },
    snapshot: () =>
      seal(KIND, {
        ...model.snapshot(),
        baseline,
        batches,
        missing,
        spread: spread.snapshot(),
        normalizer: normalizer?.snapshot() ?? null,
        pending: pending.map((episode) => episode.snapshot()),
        replay: replay.snapshot(),
      }),
    restore(snapshot) {
      const body = unseal(KIND, snapshot);
      const numbers = [body["baseline"], body["batches"], body["missing"]];
      fits(numbers.every(Number.isFinite), "its counts are no numbers");
      fits((body["normalizer"] === null) === !normalizer, "normalised rewards on one side only");
      const episodes = body["pending"];
      fits(Array.isArray(episodes) && episodes.length === nEnvs, `not ${nEnvs} environments`);
      const applies = [
        model.restore(body),
        spread.restore(body["spread"]),
        replay.restore(body["replay"]),
        ...pending.map((episode, i) => episode.restore(episodes[i])),
        ...normalizer ? [normalizer.restore(body["normalizer"])] : [],
      ];
      return () => {
        for (const apply of applies) apply();
        [baseline, batches, missing] = numbers as [number, number, number];
        fresh.clear();
      };
    },
  };
}
