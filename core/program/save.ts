import { fingerprint } from "./fingerprint.ts";
import { isLearnable } from "./_learnable.ts";
import type { Module } from "./module.ts";
import { namesOf } from "./_parts.ts";
import type { Json } from "../store/types.ts";
import type { State } from "./state.ts";

/** A saved program: plain JSON. */
export interface SavedProgram {
  /** Always `dspy-code/1`. */
  readonly format: "dspy-code/1";
  /** All that is learned, demos included. */
  readonly state: State;
  /** Fingerprint of the signature, by predictor. */
  readonly signatures: Readonly<Record<string, string>>;
  /** What the caller wants to know again: scores, dates, models. */
  readonly meta: Readonly<Record<string, Json>>;
}

/**
 * What is learned about a program, as plain JSON for a file.
 *
 * @param meta kept beside it, for people. Default nothing.
 *
 * @example
 * ```ts
 * import { load, predict, save } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const qa = predict("question -> answer", { demos: [{ question: "1+1", answer: "2" }] });
 * const text = JSON.stringify(save(qa, { score: 0.9 }));
 * assert.deepEqual(load(predict("question -> answer"), JSON.parse(text)).state(), qa.state());
 * ```
 */
export function save(
  program: Module<never, unknown>,
  meta: Readonly<Record<string, Json>> = {},
): SavedProgram {
  return { format: "dspy-code/1", state: program.state(), signatures: prints(program), meta };
}

/** Fingerprints of a program's signatures, by predictor. */
export function prints(program: Module<never, unknown>): Record<string, string> {
  return Object.fromEntries(
    [...namesOf(program)].flatMap(([part, name]) =>
      isLearnable(part) ? [[name, fingerprint(part.signature)]] : []
    ),
  );
}
