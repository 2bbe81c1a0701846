import type { PredictorState } from "./state.ts";
import type { Signature } from "./signature.ts";

/** What marks an object as a predictor, without loading the class: modules are looked through by it. */
export const LEARNABLE: unique symbol = Symbol("learnable");

/** What optimizers see of a predictor. */
export interface Learnable {
  readonly signature: Signature;
  readonly [LEARNABLE]: PredictorState;
  /** The same predictor with other learned state. */
  relearn(state: PredictorState): Learnable;
}

/** Whether a value is a predictor. */
export function isLearnable(value: unknown): value is Learnable {
  return typeof value === "object" && value !== null && LEARNABLE in value;
}
