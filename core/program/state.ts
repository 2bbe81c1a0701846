import type { Json } from "../store/types.ts";

/**
 * An example in a prompt: values by input and output field. `augmented` says that a run of the
 * program made it, not a person.
 */
export type Demo = Readonly<Record<string, Json>>;

/** What is learned about one predictor. */
export interface PredictorState {
  /** What is to be done. */
  readonly instructions: string;
  /** Examples to show, in order. */
  readonly demos: readonly Demo[];
}

/**
 * All that is learned about a program, by predictor: one plain JSON value, never changed in place.
 * Predictors are named by the way to them, `extract.predict`; a bare one is `predict`.
 */
export type State = { readonly [predictor: string]: PredictorState };
