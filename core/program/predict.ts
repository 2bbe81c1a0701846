import type { LM, LMParams } from "../lm/types.ts";
import type { Adapter } from "./adapter.ts";
import { askModel } from "./_ask_model.ts";
import { checkInput } from "./_check_input.ts";
import type { Fallback } from "./fallback.ts";
import { frozenState } from "./_frozen_state.ts";
import type { InferInput, InferOutput } from "./infer_signature.ts";
import { LEARNABLE } from "./_learnable.ts";
import { Module } from "./module.ts";
import { sig, type Signature } from "./signature.ts";
import type { Demo, PredictorState } from "./state.ts";

/** Options of {@linkcode predict}; each is weaker than `within` and what is given to `run`. */
export interface PredictOptions {
  /** The model. Default: that of the context. */
  readonly lm?: LM;
  /** How the model is talked to. Default: what suits it, with fallback and repair. */
  readonly adapters?: readonly Adapter[] | Fallback;
  /** How the model is to answer. */
  readonly params?: LMParams;
  /** Examples to begin with. Default none. */
  readonly demos?: readonly Demo[];
}

/** One signature asked of a model: made by {@linkcode predict}. */
export class Predict<I, O> extends Module<I, O> {
  /** What it asks, with the instructions as they are learned now. */
  readonly signature: Signature<I, O>;
  /** What it was made with. */
  readonly options: PredictOptions;
  /** What is learned: what optimizers change, in a copy. */
  readonly [LEARNABLE]: PredictorState;

  /** Makes one; {@linkcode predict} reads better. */
  constructor(signature: Signature<I, O>, options: PredictOptions = {}) {
    super();
    const { instructions } = signature;
    this.signature = signature;
    this.options = options;
    this[LEARNABLE] = frozenState({ instructions, demos: options.demos ?? [] });
  }

  /** Asks the model, as often as the adapters make it necessary. */
  async forward(input: I): Promise<O> {
    return await askModel(this, checkInput(this.signature, input)) as O;
  }

  /** The same predictor with other state. */
  relearn({ instructions, demos }: PredictorState): this {
    const signature = { ...this.signature, instructions };
    return new Predict(signature, { ...this.options, demos }) as this;
  }
}

/**
 * A program that asks a model for the outputs of a signature.
 *
 * @example
 * ```ts
 * import { predict } from "@dspy/code/core/program";
 *
 * const judge = predict("text -> label: spam|ham, score: float", { params: { temperature: 0 } });
 * console.assert(judge.state().predict?.demos.length === 0);
 * ```
 */
export function predict<const S extends string>(
  signature: S,
  options?: PredictOptions,
): Predict<InferInput<S>, InferOutput<S>>;
/** The same for a signature that was made before. */
export function predict<I, O>(
  signature: Signature<I, O>,
  options?: PredictOptions,
): Predict<I, O>;
export function predict(
  signature: string | Signature,
  options: PredictOptions = {},
): Predict<unknown, unknown> {
  return new Predict(typeof signature === "string" ? sig(signature) : signature, options);
}
