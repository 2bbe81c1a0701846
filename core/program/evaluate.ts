import { addUsage, NO_USAGE } from "../lm/usage.ts";
import { describeError, UserError } from "../errors.ts";
import type { LMUsage } from "../lm/types.ts";
import type { Example } from "./example.ts";
import type { Metric, Score } from "./metric.ts";
import type { Module } from "./module.ts";
import type { Prediction } from "./prediction.ts";
import { joinSignals, SCOPES } from "./_scope.ts";
import { createTrace } from "./trace.ts";

/** Options of {@linkcode evaluate}. */
export interface EvaluateOptions {
  /** Examples that are run at the same time, at most. Default 8. */
  readonly concurrency?: number;
  /** The score of an example that failed. Default 0. */
  readonly failureScore?: number;
  /** Failed examples that are put up with. Default all. */
  readonly maxErrors?: number;
  /** Ends the evaluation. */
  readonly signal?: AbortSignal;
}

/** What came of one example. */
export interface EvaluationRow<I, O> extends Score {
  /** The example. */
  readonly example: Example<I, O>;
  /** The outputs, unless the program failed. */
  readonly output?: Prediction<O>;
  /** What went wrong, in words. */
  readonly error?: string;
  /** The error itself: an `LMError` says nothing about the program. */
  readonly cause?: unknown;
  /** What all calls took, also when the example failed. */
  readonly usage: LMUsage;
  /** Milliseconds, the metric included. */
  readonly ms: number;
}

/** What came of all examples. */
export interface Evaluation<I, O> {
  /** Mean of the scores, failed ones included. */
  readonly score: number;
  /** One row for each example, in their order. */
  readonly rows: readonly EvaluationRow<I, O>[];
  /** How many failed. */
  readonly errors: number;
  /** What all calls took together. */
  readonly usage: LMUsage;
  /** Milliseconds in all. */
  readonly ms: number;
}

/**
 * Runs a program on examples and scores what it gives.
 *
 * @throws {UserError} when more than `maxErrors` examples fail, the first error as its cause; the
 * calls that still run are ended.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { evaluate, predict, within } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const qa = predict("question -> answer");
 * const data = [{ input: { question: "Capital of France?" }, label: { answer: "Paris" } }];
 * const lm = scriptedLM(["[[ ## answer ## ]]\nParis"]);
 * const { score } = await within(
 *   { lm },
 *   () => evaluate(qa, data, ({ label }, { answer }) => answer === label.answer),
 * );
 * assert.equal(score, 1);
 * ```
 */
export async function evaluate<I, O>(
  program: Module<I, O>,
  data: readonly Example<I, O>[],
  metric: Metric<I, O>,
  options: EvaluateOptions = {},
): Promise<Evaluation<I, O>> {
  const { concurrency = 8, failureScore = 0, maxErrors = Infinity } = options;
  if (data.length === 0) throw new UserError("usage", "there are no examples to evaluate");
  const stop = new AbortController();
  const signal = joinSignals(options.signal, stop.signal)!;
  const rows: EvaluationRow<I, O>[] = [];
  const failed: EvaluationRow<I, O>[] = [];
  const started = performance.now();
  let next = 0;

  const work = async (): Promise<void> => {
    while (next < data.length) {
      signal.throwIfAborted();
      const at = next++;
      const row = await rowOf(program, data[at]!, metric, failureScore, signal);
      rows[at] = row;
      if (row.error === undefined) continue;
      failed.push(row);
      if (failed.length > maxErrors) stop.abort(tooMany(failed, maxErrors));
      // What fails because it was ended says nothing about the example.
      signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work));

  return {
    score: rows.reduce((sum, { score }) => sum + score, 0) / rows.length,
    rows,
    errors: failed.length,
    usage: rows.map(({ usage }) => usage).reduce(addUsage, NO_USAGE),
    ms: performance.now() - started,
  };
}

async function rowOf<I, O>(
  program: Module<I, O>,
  example: Example<I, O>,
  metric: Metric<I, O>,
  failureScore: number,
  signal: AbortSignal,
): Promise<EvaluationRow<I, O>> {
  const started = performance.now();
  const trace = createTrace();
  const meter = { usage: NO_USAGE, replies: [], truncated: false, outer: undefined };
  const run = () => program.run(example.input, { trace, signal });
  // A meter around the run counts what a failed one took as well.
  const scope = SCOPES.getStore();
  const outer = { ...scope, meter: { ...meter, outer: scope?.meter } };
  let output: Prediction<O> | undefined;
  try {
    output = await SCOPES.run(outer, run);
    const score = scoreOf(await metric(example, output, { trace: trace.steps }));
    return { example, output, ...score, ...measured() };
  } catch (cause) {
    return {
      example,
      ...output !== undefined && { output },
      score: failureScore,
      error: describeError(cause),
      cause,
      ...measured(),
    };
  }

  function measured(): { usage: LMUsage; ms: number } {
    return { usage: outer.meter.usage, ms: performance.now() - started };
  }
}

/** What a metric gave, in its long form. */
function scoreOf(given: number | boolean | Score): Score {
  const score = typeof given === "object" ? given : { score: Number(given) };
  if (Number.isFinite(score?.score)) return score;
  const shown = typeof given === "object" ? score?.score : given;
  throw new UserError("failed", `the metric gave ${String(shown)} as a score`, {
    hint: "give a finite number, true or false, or { score, feedback }",
  });
}

function tooMany(failed: readonly { cause?: unknown; error?: string }[], most: number): UserError {
  const [first] = failed;
  return new UserError(
    "failed",
    `${failed.length} examples failed, more than the ${most} allowed; the first: ${first!.error}`,
    { cause: first!.cause },
  );
}
