import { z } from "zod";
import type { InferInput, InferOutput } from "./infer_signature.ts";
import { Module } from "./module.ts";
import { Predict, type PredictOptions } from "./predict.ts";
import { type Fields, type FieldSchema, sig, type Signature } from "./signature.ts";

/** What thinking adds to the outputs. */
export interface Reasoned {
  /** How the model came to the rest. */
  readonly reasoning: string;
}

/** A predictor that reasons before it answers: made by {@linkcode chainOfThought}. */
export class ChainOfThought<I, O> extends Module<I, O & Reasoned> {
  /** Asks the signature with `reasoning` before its outputs. */
  readonly predict: Predict<I, O & Reasoned>;

  /** Makes one; {@linkcode chainOfThought} reads better. */
  constructor(signature: Signature<I, O>, options: PredictOptions = {}) {
    super();
    this.predict = new Predict(withReasoning(signature), options);
  }

  /** Asks. */
  forward(input: I): Promise<O & Reasoned> {
    return this.predict.forward(input);
  }
}

/**
 * A program that has the model reason first: outputs get a `reasoning` before all others.
 *
 * @example
 * ```ts
 * import { chainOfThought, configure } from "@dspy/code/core/program";
 *
 * const qa = chainOfThought("question -> answer, sure: bool");
 * console.assert(Object.keys(qa.predict.signature.outputs)[0] === "reasoning");
 * ```
 */
export function chainOfThought<const S extends string>(
  signature: S,
  options?: PredictOptions,
): ChainOfThought<InferInput<S>, InferOutput<S>>;
/** The same for a signature that was made before. */
export function chainOfThought<I, O>(
  signature: Signature<I, O>,
  options?: PredictOptions,
): ChainOfThought<I, O>;
export function chainOfThought(
  signature: string | Signature,
  options: PredictOptions = {},
): ChainOfThought<unknown, unknown> {
  return new ChainOfThought(typeof signature === "string" ? sig(signature) : signature, options);
}

let reasoningField: FieldSchema | undefined;

function withReasoning<I, O>(signature: Signature<I, O>): Signature<I, O & Reasoned> {
  const { inputs, outputs, instructions } = signature;
  reasoningField ??= z.string().describe("step by step, before the answer");
  const { reasoning = reasoningField, ...others } = outputs as Record<string, FieldSchema>;
  // Made anew with reasoning first, even where the signature has one of its own.
  const all: Fields = { reasoning, ...others };
  return sig(inputs, all, instructions) as unknown as Signature<I, O & Reasoned>;
}
