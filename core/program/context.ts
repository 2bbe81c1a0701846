import type { LM, LMParams } from "../lm/types.ts";
import type { Adapter } from "./adapter.ts";
import type { Fallback } from "./fallback.ts";
import { joinSignals, outermost, SCOPES } from "./_scope.ts";
import type { Step, Trace } from "./trace.ts";

/** What programs run with. Every part may be left to what surrounds it. */
export interface Context {
  /** The model. */
  readonly lm?: LM;
  /** How it is talked to. Default: what suits the model, with fallback and repair. */
  readonly adapters?: readonly Adapter[] | Fallback;
  /** How it is to answer; parameters not named here are left as they are. */
  readonly params?: LMParams;
  /** Ends the run. A signal further out still counts. */
  readonly signal?: AbortSignal;
  /** Told each call of a model once it is over. What it throws ends the run. */
  readonly onStep?: (step: Step) => void;
  /** Keeps the steps. Default none. */
  readonly trace?: Trace;
}

/**
 * Sets what programs of this process run with where nothing else is said. What is not named stays.
 *
 * @example
 * ```ts
 * import { configure } from "@dspy/code/core/program";
 *
 * configure({ params: { temperature: 0 } });
 * ```
 */
export function configure(context: Context): void {
  Object.assign(outermost, context);
}

/**
 * Runs something in which programs run with this, whatever runs beside it. It is weaker than what
 * is given to `run` itself, and stronger than {@linkcode configure} and a predictor's own options.
 *
 * @returns what the function returns.
 *
 * @example
 * ```ts
 * import { createTrace, within } from "@dspy/code/core/program";
 *
 * const trace = createTrace();
 * within({ trace }, () => "programs that run here are traced");
 * ```
 */
export function within<T>(context: Context, work: () => T): T {
  const outer = SCOPES.getStore();
  const signal = joinSignals(outer?.signal, context.signal);
  const scope = {
    ...outer,
    ...context,
    ...signal && { signal },
    ...outer?.params && context.params && { params: { ...outer.params, ...context.params } },
  };
  return SCOPES.run(scope, work);
}
