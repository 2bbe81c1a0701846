import { UserError } from "../errors.ts";
import { adviceFor } from "./_advice.ts";
import { Module } from "./module.ts";
import { ParseError } from "./parse_error.ts";
import { namesOf } from "./_parts.ts";
import { named, SCOPES } from "./_scope.ts";
import type { State } from "./state.ts";
import { createTrace, type Trace } from "./trace.ts";

/** One run of a {@linkcode bestOf}. */
export interface Attempt<I, O> {
  /** What was given. */
  readonly input: I;
  /** What came out; undefined when no reply could be read. */
  readonly output: O | undefined;
  /** The error, if no reply could be read. */
  readonly error?: ParseError;
  /** What the reward function gave; minus infinity when no reply could be read. */
  readonly reward: number;
  /** The steps of the run. */
  readonly trace: Trace["steps"];
}

/** Options of {@linkcode bestOf}. */
export interface BestOfOptions<I, O> {
  /** Runs at most, at least 1. */
  readonly n: number;
  /** How good an output is: higher is better. */
  readonly reward: (input: I, output: O, trace: Trace["steps"]) => number | Promise<number>;
  /** The first output that reaches it is taken. Default none: all runs are made. */
  readonly threshold?: number;
  /**
   * Whether a run that did not do gives advice for the next, by predictor: from the model, as a call
   * of its own, or from this function. Default false.
   */
  readonly advise?:
    | boolean
    | ((attempt: Attempt<I, O>) => Record<string, string> | Promise<Record<string, string>>);
}

/** Runs a program several times: made by {@linkcode bestOf}. */
export class BestOf<I, O> extends Module<I, O> {
  /** The program that is run. */
  readonly module: Module<I, O>;
  /** What it was made with. */
  readonly options: BestOfOptions<I, O>;

  /** Makes one; {@linkcode bestOf} reads better. */
  constructor(module: Module<I, O>, options: BestOfOptions<I, O>) {
    super();
    if (!Number.isInteger(options.n) || options.n < 1) {
      throw new UserError("usage", `n is ${options.n}; expected a whole number from 1 on`);
    }
    this.module = module;
    this.options = options;
  }

  /** Runs the program up to n times. */
  async forward(input: I): Promise<O> {
    const { n, reward, threshold = Infinity, advise = false } = this.options;
    // Rollouts of one inside another do not meet either.
    const outer = SCOPES.getStore()?.params?.rollout ?? 0;
    let program = this.module;
    let best: Attempt<I, O> | undefined;
    for (let run = 1; run <= n; run++) {
      const attempt = await attemptOf(this.module, program, input, outer * n + run, reward);
      if (best === undefined || attempt.reward > best.reward) best = attempt;
      if (attempt.reward >= threshold) break;
      if (run === n || advise === false) continue;
      const advice = advise === true
        ? await adviceFor(this.module, attempt, threshold)
        : await advise(attempt);
      program = advised(this.module, advice);
    }
    if (best!.error !== undefined) throw best!.error;
    return best!.output as O;
  }
}

/**
 * A program that runs another up to n times, each time anew (temperature 1, another `rollout`), and
 * gives the first output that reaches the threshold, else the best. An `LMError` ends it.
 *
 * @throws {ParseError} from `run`: the first one, when no run gave an output.
 *
 * @example
 * ```ts
 * import { bestOf, predict } from "@dspy/code/core/program";
 *
 * const short = bestOf(predict("text -> title"), {
 *   n: 3,
 *   reward: (_, { title }) => title.length < 40 ? 1 : 0,
 *   threshold: 1,
 * });
 * console.assert("module" in short.state());
 * ```
 */
export function bestOf<I, O>(module: Module<I, O>, options: BestOfOptions<I, O>): BestOf<I, O> {
  return new BestOf(module, options);
}

async function attemptOf<I, O>(
  original: Module<I, O>,
  program: Module<I, O>,
  input: I,
  rollout: number,
  reward: BestOfOptions<I, O>["reward"],
): Promise<Attempt<I, O>> {
  const around = SCOPES.getStore();
  // An advised copy has the names of the original. An attempt's own trace has them without the way
  // that leads to the program: they are those of its state.
  const whole = new Map(
    [...namesOf(original)].map(([part, name]) => [name, around?.names?.get(part) ?? name]),
  );
  const own = new Map([...whole].map(([name, full]) => [full, name]));
  const names = new Map(
    [...namesOf(program)].map(([part, name]) => [part, whole.get(name) ?? name]),
  );
  const kept = createTrace();
  const trace: Trace = {
    get steps() {
      return kept.steps;
    },
    get dropped() {
      return kept.dropped;
    },
    add(step) {
      kept.add({ ...step, predictor: own.get(step.predictor) ?? step.predictor });
      around?.trace?.add(step);
    },
  };
  try {
    const context = { params: { temperature: 1, rollout }, trace };
    const output = await named(names, () => program.run(input, context));
    return { input, output, reward: await reward(input, output, kept.steps), trace: kept.steps };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { input, output: undefined, error, reward: -Infinity, trace: kept.steps };
  }
}

/** The program with advice after the instructions of the predictors that it is for. */
function advised<I, O>(
  program: Module<I, O>,
  advice: Readonly<Record<string, string>>,
): Module<I, O> {
  const state: State = Object.fromEntries(
    Object.entries(program.state())
      .filter(([name]) => Object.hasOwn(advice, name) && advice[name]!.trim() !== "")
      .map(([name, { instructions, demos }]) => [name, {
        instructions: `${instructions}\n\nAdvice from an earlier try: ${advice[name]}`,
        demos,
      }]),
  );
  return program.with(state);
}
