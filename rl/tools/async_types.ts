import type { MakeBanditOptions } from "../bandits/make_bandit.ts";
import type { Bandit } from "../bandits/types.ts";

/** A step on its way to the learner. */
export interface AsyncPacket {
  /** Unique in its trainer. */
  readonly event_id: string;
  /** Which environment took it. */
  readonly env: number;
  /** Observation that the action was picked from. */
  readonly context: Float64Array;
  /** Actions that could be picked. */
  readonly mask: readonly boolean[];
  /** Index of the action. */
  readonly action: number;
  /** The probability with which it was picked. */
  readonly propensity: number;
  /** How many updates the policy had had when it picked. */
  readonly policy_version: number;
  /** As the environment gave it. */
  readonly reward: number;
  /** Observation after the step. */
  readonly obs: Float64Array;
}

/**
 * What learns. A bandit does: its means need no correction, so it passes over the weight. A policy
 * gradient multiplies its loss by it.
 */
export interface AsyncPolicy extends Pick<Bandit, "probs" | "pick"> {
  /**
   * Learns a reward from 0 to 1.
   *
   * @param weight the truncated importance ratio min(π_now/π_then, `maxRatio`).
   */
  update(action: number, reward: number, context: Float64Array, weight: number): void;
}

/** What `createAsyncTrainer` takes. */
export interface AsyncTrainerOptions {
  /** What learns, or the name of a bandit. Default `epsilon-greedy`. */
  readonly policy?: AsyncPolicy | string;
  /** For a bandit given by name. Default its own. */
  readonly policyOptions?: MakeBanditOptions;
  /** Environments that step at the same time. Default 2. */
  readonly rolloutWorkers?: number;
  /** Judgements at the same time. Default 2. */
  readonly judgeWorkers?: number;
  /** Most packets in each queue; who is faster waits. Default 64. */
  readonly maxQueue?: number;
  /** Updates between two calls of `onLog`. Default 10. */
  readonly logInterval?: number;
  /**
   * The reward of a packet. Default what the environment gave. What it throws is a missing reward.
   */
  readonly judge?: (packet: AsyncPacket, signal: AbortSignal) => number | Promise<number>;
  /** Packets whose policy is more updates old are dropped. Default 4. */
  readonly staleness?: number;
  /** Greatest importance ratio. Default 2. */
  readonly maxRatio?: number;
  /** Rewards that become 0 and 1. Default [-1, 1]. */
  readonly range?: readonly [min: number, max: number];
  /** Updates after which it ends by itself. Default never. */
  readonly maxUpdates?: number;
  /** Milliseconds that `stop` gives to what is at work before it aborts it. Default 500. */
  readonly graceMs?: number;
  /** Told of the statistics now and then; must not throw. Default nobody. */
  readonly onLog?: (stats: AsyncStats) => void;
}

/** How a trainer stands. */
export interface AsyncStats {
  /** Rewards in the mean: the last 1,000 at most. */
  readonly count: number;
  /** Their mean, as judged; 0 without any. */
  readonly avg_reward: number;
  /** Updates of the policy. */
  readonly updates: number;
  /** Steps of environments. */
  readonly steps: number;
  /** Packets dropped for being stale. */
  readonly stale: number;
  /** Packets without a reward: the judge failed or was stopped. */
  readonly missing: number;
  /** Steps that failed. */
  readonly failed: number;
  /** Rewards that the policy refused to learn. */
  readonly refused: number;
  /** Rewards out of `range`, which counted as its ends. */
  readonly outOfRange: number;
}

/** Rollout, judge and learn, side by side. */
export interface AsyncTrainer {
  /**
   * Starts the workers.
   *
   * @throws {Error} when it was started before.
   */
  start(): void;
  /**
   * Takes no more steps, judges and learns what is under way in its order, and aborts what does not
   * end in time. After it nothing is learned. Never rejects.
   */
  stop(): Promise<AsyncStats>;
  /** Waits until it ends: by `stop`, or after `maxUpdates`. */
  join(): Promise<AsyncStats>;
  /** How it stands now. */
  snapshotStats(): AsyncStats;
}
