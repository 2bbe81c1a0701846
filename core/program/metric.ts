import type { Example } from "./example.ts";
import type { Trace } from "./trace.ts";

/** How good an answer is, with words for the next try. */
export interface Score {
  /** Higher is better; 0 to 1 by custom. */
  readonly score: number;
  /** What was good or bad, for a model that is to do better. */
  readonly feedback?: string;
  /** Scores of single aims, by name. */
  readonly objectives?: Readonly<Record<string, number>>;
}

/** What a metric may look at besides the outputs. */
export interface MetricContext {
  /** The steps of the run. */
  readonly trace: Trace["steps"];
  /** The predictor that feedback is wanted for, if it is one. */
  readonly predictor?: string;
}

/** Judges the outputs of a program. `true` counts as 1, `false` as 0. */
export type Metric<I, O> = (
  example: Example<I, O>,
  output: O,
  context: MetricContext,
) => number | boolean | Score | Promise<number | boolean | Score>;
