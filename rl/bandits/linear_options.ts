import type { BanditStart } from "./types.ts";

/** What all linear bandits take: one ridge regression for each arm. */
export interface LinearOptions extends BanditStart {
  /** How many numbers a context has, from 1. */
  readonly size: number;
  /** Strength of the ridge: the more, the longer a weight stays near 0. Default 1. */
  readonly lambda?: number;
  /** What is left of a reward after an update of any arm, up to 1. Default 1. */
  readonly gamma?: number;
  /**
   * What is done to a context: `standard` takes off a running mean and divides by the spread, frozen
   * after `freezeAfter` updates; `unit` makes its length 1. Default `none`.
   */
  readonly scale?: "none" | "standard" | "unit";
  /** Number of updates after which `standard` stays as it is. Default 1000. */
  readonly freezeAfter?: number;
  /** Greatest absolute value of a number of a context, after `scale`. Default 5. */
  readonly clip?: number;
  /** Whether a number 1 is appended to each context. Default true. */
  readonly bias?: boolean;
  /**
   * Updates after which inverses are computed afresh: those of the arm against rounding, with
   * `gamma` below 1 those of all arms, as all have faded. Default 100000; with `gamma` below 1 20.
   */
  readonly refresh?: number;
  /** Probability spread evenly over the open arms, from 0 to 1. */
  readonly floor?: number;
}
