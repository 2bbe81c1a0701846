import { makeBandit } from "../bandits/make_bandit.ts";
import { createRewardRange } from "../bandits/reward_range.ts";
import type { SlowEnv } from "../envs/types.ts";
import { createQueue } from "./_queue.ts";
import { pause } from "../../core/pause.ts";
import { within } from "./_within.ts";
import type {
  AsyncPacket,
  AsyncPolicy,
  AsyncStats,
  AsyncTrainer,
  AsyncTrainerOptions,
} from "./async_types.ts";

/** Rewards in the mean of the statistics. */
const WINDOW = 1_000;

/** How long a rollout waits when no action may be taken. Milliseconds. */
const REST_MS = 10;

/**
 * Trains a policy on slow environments: rollout, judge and learn are connected by bounded queues,
 * so that none runs ahead of the others. An environment takes its next step only after its last one
 * is judged, which may look at its workspace. Each packet updates at most once.
 *
 * Sources: the ratio is truncated as in Espeholt et al., "IMPALA" (ICML 2018), section 4.1; queues
 * and the limit of staleness are this package's own specification.
 *
 * @param makeEnv makes the environment of an index; there are as many as rollout and judge workers
 * together.
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import { createAsyncTrainer, createToolEnv, slowToolEnv } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const make = () =>
 *   slowToolEnv(createToolEnv((tool) => ({ tool, ok: true, metrics: { pass_rate: 1 } })));
 * const trainer = createAsyncTrainer(make, { maxUpdates: 20 });
 * trainer.start();
 * const { updates, avg_reward } = await trainer.join();
 * assert.deepEqual([updates, avg_reward], [20, 1]);
 * ```
 */
export function createAsyncTrainer(
  makeEnv: (index: number) => SlowEnv,
  options: AsyncTrainerOptions = {},
): AsyncTrainer {
  const {
    policy: given = "epsilon-greedy",
    policyOptions,
    rolloutWorkers = 2,
    judgeWorkers = 2,
    maxQueue = 64,
    logInterval = 10,
    judge = ({ reward }) => reward,
    staleness = 4,
    maxRatio = 2,
    range: [min, max] = [-1, 1],
    maxUpdates = Infinity,
    graceMs = 500,
    onLog = () => {},
  } = options;
  for (
    const [name, value] of Object.entries({ rolloutWorkers, judgeWorkers, maxQueue, logInterval })
  ) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`"${name}" is ${value}; expected a whole number from 1`);
    }
  }
  for (const [name, value] of Object.entries({ staleness, maxRatio, maxUpdates, graceMs })) {
    if (!(value >= 0)) throw new RangeError(`"${name}" is ${value}; expected a number from 0`);
  }
  const range = createRewardRange(min, max);
  const envs = Array.from({ length: rolloutWorkers + judgeWorkers }, (_, i) => makeEnv(i));
  const actions = envs[0]!.spec.actions;
  const policy: AsyncPolicy = typeof given === "string"
    ? makeBandit(given, actions, policyOptions)
    : given;
  const controller = new AbortController();
  const { signal } = controller;
  const idle = createQueue<Slot>(envs.length);
  const judging = createQueue<AsyncPacket & { readonly slot: Slot }>(maxQueue);
  const learning = createQueue<{ readonly packet: AsyncPacket; readonly judged: number }>(maxQueue);
  const recent: number[] = [];
  const counts = { updates: 0, steps: 0, stale: 0, missing: 0, failed: 0, refused: 0 };
  let events = 0;
  let ending: Promise<AsyncStats> | undefined;
  let workers:
    | { rollouts: Promise<void>; judges: Promise<void>; learner: Promise<void> }
    | undefined;
  const { promise: ended, resolve: tellEnd } = Promise.withResolvers<AsyncStats>();

  async function rollout(): Promise<void> {
    for (let slot = await idle.pull(); slot; slot = await idle.pull()) {
      const packet = await step(slot).catch(() => {
        // A step that failed tells nothing of its action; the episode starts anew.
        if (!signal.aborted) counts.failed++;
        slot!.obs = undefined;
        return undefined;
      });
      if (packet) await judging.push({ ...packet, slot });
      else if (!ending) {
        await pause(REST_MS, signal);
        await idle.push(slot);
      }
    }
  }

  async function step(slot: Slot): Promise<AsyncPacket | undefined> {
    const env = envs[slot.env]!;
    slot.obs ??= Float64Array.from(await within(env.reset(undefined, signal), signal));
    const context = slot.obs;
    const mask = [...env.mask?.() ?? Array.from({ length: actions }, () => true)];
    const pick = policy.pick(mask, context);
    if (!pick) return undefined;
    const policy_version = counts.updates;
    const result = await within(env.step(pick.arm, signal), signal);
    counts.steps++;
    const obs = Float64Array.from(result.obs);
    slot.obs = result.terminated || result.truncated ? undefined : obs;
    return {
      event_id: String(++events),
      env: slot.env,
      context,
      mask,
      action: pick.arm,
      propensity: pick.propensity,
      policy_version,
      reward: result.reward,
      obs,
    };
  }

  async function judgeAll(): Promise<void> {
    for (let next = await judging.pull(); next; next = await judging.pull()) {
      const { slot, ...packet } = next;
      const judged = await rewardOf(packet);
      // Only now may its environment go on.
      await idle.push(slot);
      if (judged === undefined) counts.missing++;
      else await learning.push({ packet, judged });
    }
  }

  async function rewardOf(packet: AsyncPacket): Promise<number | undefined> {
    try {
      const reward = await within(judge(packet, signal), signal);
      return Number.isFinite(reward) ? reward : undefined;
    } catch {
      return undefined;
    }
  }

  async function learn(): Promise<void> {
    for (let next = await learning.pull(); next; next = await learning.pull()) {
      if (counts.updates >= maxUpdates) continue;
      take(next.packet, next.judged);
      if (counts.updates >= maxUpdates) stop();
    }
  }

  function take(packet: AsyncPacket, judged: number): void {
    const { action, context, mask, propensity, policy_version } = packet;
    if (counts.updates - policy_version > staleness) {
      counts.stale++;
      return;
    }
    try {
      const weight = Math.min(maxRatio, policy.probs(mask, context)[action]! / propensity);
      policy.update(action, range.map(judged), context, weight);
    } catch {
      counts.refused++;
      return;
    }
    counts.updates++;
    recent.push(judged);
    if (recent.length > WINDOW) recent.shift();
    if (counts.updates % logInterval === 0) onLog(snapshotStats());
  }

  function snapshotStats(): AsyncStats {
    const count = recent.length;
    const { below, above } = range.counts();
    return {
      count,
      avg_reward: count === 0 ? 0 : recent.reduce((sum, x) => sum + x, 0) / count,
      ...counts,
      outOfRange: below + above,
    };
  }

  function stop(): Promise<AsyncStats> {
    return ending ??= end();
  }

  async function end(): Promise<AsyncStats> {
    idle.close();
    const timer = setTimeout(() => controller.abort(new Error("the trainer was stopped")), graceMs);
    await workers?.rollouts;
    judging.close();
    await workers?.judges;
    learning.close();
    // Called by the learner itself at the last update: it must not wait for itself.
    if (counts.updates < maxUpdates) await workers?.learner;
    clearTimeout(timer);
    controller.abort(new Error("the trainer was stopped"));
    const closing = Promise.allSettled(envs.map(async (env) => await env.close?.()));
    await within(closing, AbortSignal.timeout(graceMs / 2)).catch(() => {});
    const stats = snapshotStats();
    tellEnd(stats);
    return stats;
  }

  return {
    start() {
      if (workers || ending) throw new Error("it was started before; make another trainer");
      const all = (n: number, work: () => Promise<void>) =>
        Promise.all(Array.from({ length: n }, work)).then(() => {});
      for (const env of envs.keys()) idle.push({ env, obs: undefined });
      workers = {
        rollouts: all(rolloutWorkers, rollout),
        judges: all(judgeWorkers, judgeAll),
        learner: learn(),
      };
    },
    stop,
    join: () => ended,
    snapshotStats,
  };
}

/** An environment between two steps. */
interface Slot {
  readonly env: number;
  /** Where its episode stands; undefined before it begins. */
  obs: Float64Array | undefined;
}
