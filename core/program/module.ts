import { UserError } from "../errors.ts";
import type { Context } from "./context.ts";
import { closest } from "../closest.ts";
import { isLearnable, LEARNABLE } from "./_learnable.ts";
import { copyWith, namesOf } from "./_parts.ts";
import { runIn } from "./_run.ts";
import type { Prediction } from "./prediction.ts";
import { frozenState } from "./_frozen_state.ts";
import type { PredictorState, State } from "./state.ts";

/**
 * A program: predictors and other modules, and code that calls them. Write `forward`; call `run`.
 * Keep the parts in ordinary properties (lists and plain objects will do, `#private` ones not):
 * they are where {@linkcode Module.state} finds what can be learned.
 *
 * @example
 * ```ts
 * import { Module, predict } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * class Summary extends Module<{ text: string }, { title: string }> {
 *   shorten = predict("text -> summary");
 *   name = predict("summary -> title");
 *   async forward({ text }: { text: string }): Promise<{ title: string }> {
 *     return await this.name.run(await this.shorten.run({ text }));
 *   }
 * }
 * assert.deepEqual(Object.keys(new Summary().state()), ["shorten", "name"]);
 * ```
 */
export abstract class Module<I, O> {
  /**
   * What the program does. Called by {@linkcode Module.run}; call `run` of the parts in it.
   *
   * @throws what its parts throw.
   */
  abstract forward(input: I): Promise<O>;

  /**
   * Runs the program.
   *
   * @param context stronger than all that surrounds the call.
   * @returns the outputs, with usage and raw replies in `$`.
   * @throws {ParseError} when no reply gives the outputs.
   * @throws {LMError} when the model cannot be asked.
   * @throws {UserError} for input that does not fit, or when no model is set.
   */
  run(input: I, context?: Context): Promise<Prediction<O>> {
    return runIn(this, input, context);
  }

  /** What is learned, by predictor: plain frozen JSON. */
  state(): State {
    const entries = [...namesOf(this)]
      .flatMap(([part, name]) => isLearnable(part) ? [[name, part[LEARNABLE]] as const] : []);
    return Object.freeze(Object.fromEntries(entries));
  }

  /**
   * The same program with other learned state. This one stays as it is.
   *
   * @param state predictors that are not named keep theirs.
   * @throws {UserError} `usage` for a predictor that the program does not have.
   */
  with(state: State): this {
    const names = namesOf(this);
    const known = [...names].flatMap(([part, name]) => isLearnable(part) ? [name] : []);
    for (const name of Object.keys(state)) {
      if (known.includes(name)) continue;
      throw new UserError("usage", `the program has no predictor "${name}"`, {
        hint: `it has ${
          (closest(name, known).length > 0 ? closest(name, known) : known).join(", ")
        }`,
      });
    }
    const learned = new Map<string, PredictorState>(
      Object.entries(state).map(([name, one]) => [name, frozenState(one)]),
    );
    return copyWith(this, names, learned) as this;
  }
}
