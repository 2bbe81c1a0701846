/** One decision of a log, with what is needed to judge another policy by it. */
export interface LoggedRow {
  /** Features of the moment before the action; finite, as many in every row. */
  readonly context: readonly number[];
  /** Which actions could be taken; index i belongs to action i. */
  readonly mask: readonly boolean[];
  /** Index of the action that was taken. */
  readonly action: number;
  /** Probability with which it was drawn then, by whatever policy was at work: from 1e-12 to 1. */
  readonly propensity: number;
  /** What it earned. A reward that never came is no row, or NaN: it is missing, not 0. */
  readonly reward: number;
}

/** A policy that is to be judged without being played. */
export interface TargetPolicy {
  /**
   * Probability of each action, 0 where the mask is false; sums to 1. The same buffer may be used
   * again at the next call.
   */
  probs(context: readonly number[], mask: readonly boolean[]): ArrayLike<number>;
}

/** Steps that followed each other, oldest first. */
export type Episode = readonly LoggedRow[];

/** Why a row was put aside. */
export type RejectReason =
  | "impossible propensity"
  | "action outside the mask"
  | "reward missing or not finite"
  | "reward outside its range"
  | "context not finite"
  | "context of another length"
  | "empty episode";

/** How many rows were put aside, by reason. */
export type Rejections = Readonly<Partial<Record<RejectReason, number>>>;

/** What the sum of some importance weights is known by; enough for the mean-weight control. */
export interface WeightMoments {
  /** How many weights. */
  readonly n: number;
  /** Their sum. */
  readonly sum: number;
  /** The sum of their squares. */
  readonly squares: number;
  /** The largest of them. */
  readonly largest: number;
  /** What none could pass: the largest `1 / propensity`. */
  readonly bound: number;
}

/** Rows fit for use, weighed for one policy. */
export interface WeighedLog {
  /** The rows that were kept, in their order. */
  readonly rows: readonly LoggedRow[];
  /** The policy's probabilities at each row. */
  readonly probs: readonly Float64Array[];
  /** Importance weight of each row: the policy's probability of the action by the logged one. */
  readonly weights: Float64Array;
  /** Reward of each row. */
  readonly rewards: Float64Array;
  /** Least and largest reward there can be. */
  readonly range: readonly [number, number];
  /** Sums of the weights. */
  readonly moments: WeightMoments;
  /** Effective sample size, `(sum w)^2 / sum w^2` (Kish, "Survey Sampling", 1965). */
  readonly ess: number;
  /**
   * Pairs of a row and an action that the policy wants there and that the log can say nothing of:
   * outside the mask, or taken in no row at all.
   */
  readonly supportViolations: number;
  /** Rows put aside. */
  readonly rejected: Rejections;
}

/** A value with its standard error, and what its intervals are made of. */
export interface OpeEstimate {
  /** Name of the estimator: `ips`, `switch-dr`. */
  readonly method: string;
  /** Estimated mean reward of the policy. */
  readonly value: number;
  /** Its standard error. */
  readonly se: number;
  /** Rows it really rests on: the effective sample size where rows are weighed, else all. */
  readonly effective: number;
  /** One number a row, of which the value is the mean (linearised where it is a ratio). */
  readonly terms: Float64Array;
  /** For a ratio: the value is the mean of `plain`, if any, and `sum top / sum bottom`. */
  readonly ratio?: {
    /** What is averaged. */
    readonly plain?: Float64Array;
    /** What is summed above. */
    readonly top: Float64Array;
    /** What is summed below. */
    readonly bottom: Float64Array;
  };
  /** Width of the range that the terms cannot leave; absent where there is none. */
  readonly width?: number;
  /** What was chosen on the way: `clip`, `clippedMass`, `tau`, `lambda`. */
  readonly chosen?: Readonly<Record<string, number>>;
}

/** Two ends of an interval. */
export interface Interval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}
