import type { RngState } from "../rng.ts";

/** Which arms may be chosen now, in the order of {@linkcode Bandit.arms}. */
export type Mask = readonly boolean[];

/** Features of the moment before the action; every number is finite. */
export type Context = ArrayLike<number>;

/** What was picked. */
export interface Pick {
  /** Index of the arm. */
  readonly arm: number;
  /** Probability with which it was picked: in (0, 1]. */
  readonly propensity: number;
  /** The whole distribution it was drawn from, one probability an arm. */
  readonly probs: Float64Array;
}

/** What a bandit believes of an arm. */
export interface Estimate {
  /** Expected reward. */
  readonly mean: number;
  /** Lower end of an interval of about two standard errors around it. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** How often the arm was updated; a sum of weights where a bandit forgets. */
  readonly count: number;
}

/** The whole state of a bandit: plain JSON, arms by name. */
export interface BanditSnapshot {
  /** Version of this shape. */
  readonly v: 1;
  /** Name of the algorithm, as {@linkcode Bandit.kind}. */
  readonly kind: string;
  /** Its hyper-parameters. */
  readonly options: Readonly<Record<string, number | string | boolean>>;
  /** How many updates it has had. */
  readonly updates: number;
  /** Where its random numbers stand. */
  readonly rng: RngState;
  /**
   * What is kept for each arm, by name; what the numbers are is the algorithm's own business. An
   * empty list is an arm without an update.
   */
  readonly arms: Readonly<Record<string, readonly number[]>>;
  /**
   * Names in the order of {@linkcode Bandit.arms}, which an object loses where a name is a number.
   * Default: the order of `arms`.
   */
  readonly order?: readonly string[];
  /** What is kept for all arms together. */
  readonly shared?: readonly number[];
}

/** What every bandit can be started with. */
export interface BanditStart {
  /** Seed of its random numbers, of which the lowest 32 bits count. Default 0. */
  readonly seed?: number;
  /**
   * State to go on from, by the names of the arms: arms it does not know start fresh, random numbers
   * go on where they stood. `restoreBandit` takes arms and options from there, too.
   */
  readonly from?: BanditSnapshot;
}

/**
 * Picks one of some arms and learns from rewards in [0, 1]. It samples from exactly the
 * probabilities it tells, so that every pick can be logged with its propensity and judged later.
 */
export interface Bandit {
  /** Name of the algorithm: `thompson`, `square-cb`. */
  readonly kind: string;
  /** Names of the arms; index i of a mask or a distribution belongs to `arms[i]`. */
  readonly arms: readonly string[];
  /**
   * Probability of each arm: exactly 0 where the mask is false, and all 0 when nothing may be chosen.
   *
   * @param context needed by contextual bandits, passed over by others.
   */
  probs(mask: Mask, context?: Context): Float64Array;
  /** Draws from {@linkcode Bandit.probs}; undefined when nothing may be chosen. */
  pick(mask: Mask, context?: Context): Pick | undefined;
  /**
   * Learns the reward of an arm.
   *
   * @param reward in [0, 1]; any finite number where an algorithm says so.
   * Each event once: a reward that is learned again counts as another one.
   *
   * @param context the one the arm was picked in.
   * @param weight how much the reward counts, above 0 and up to 1e9; linear bandits alone take another than 1.
   * @throws {RangeError} when the arm, the reward, the context or the weight is no usable number;
   * nothing changes.
   */
  update(arm: number, reward: number, context?: Context, weight?: number): void;
  /** What it believes of an arm now. */
  estimate(arm: number, context?: Context): Estimate;
  /** Its whole state. */
  snapshot(): BanditSnapshot;
}
