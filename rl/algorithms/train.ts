import { fits, isRecord, seal, unseal } from "./_seal.ts";
import { createEarlyStop, type EarlyStopOptions } from "./early_stop.ts";
import type { Iteration, Trainable } from "./types.ts";

/** Where checkpoints go and come from: files, a store, a map. */
export interface CheckpointStore {
  /** Keeps a checkpoint, plain JSON, under a name; atomically, where that matters. */
  save(name: "latest" | "best", checkpoint: unknown): void | Promise<void>;
  /** The checkpoint of that name, or undefined when there is none. */
  load(name: "latest" | "best"): unknown;
}

/** One line of a training's log. */
export interface TrainLog {
  /** Steps in the environment so far. */
  readonly steps: number;
  /** Rounds of acting and learning so far. */
  readonly iterations: number;
  /** Episodes that ended so far. */
  readonly episodes: number;
  /** Exponential mean of episode returns; NaN before the first. */
  readonly smoothedReturn: number;
  /** Mean reward of a step in the last round. */
  readonly reward: number;
  /** What the learner measured in the last round. */
  readonly stats: Readonly<Record<string, number>>;
}

/** Options of {@linkcode train}. */
export interface TrainOptions {
  /** Steps in the environment at which to end, over all copies, those before a resume included. */
  readonly steps: number;
  /** Of the first episodes. Default 1. */
  readonly seed?: number;
  /** Where checkpoints go; without it none are made. */
  readonly checkpoints?: CheckpointStore;
  /** Rounds between two checkpoints; 0: only at the end and at a new best. Default 0. */
  readonly checkpointInterval?: number;
  /**
   * Whether to go on from the checkpoint `latest`; begins anew when there is none. Default false.
   */
  readonly resume?: boolean;
  /** When to end because returns no longer grow. Default never. */
  readonly earlyStop?: EarlyStopOptions;
  /** Takes a line of log. */
  readonly log?: (entry: TrainLog) => void;
  /** Rounds between two lines. Default 10. */
  readonly logInterval?: number;
  /** Called after each round. */
  readonly onIteration?: (iteration: Iteration) => void;
  /** Ends the training after the round that is going on. */
  readonly signal?: AbortSignal;
}

/** What a training came to. */
export interface TrainResult {
  /** Why it ended. */
  readonly ended: "steps" | "patience" | "signal";
  /** Steps in the environment, those before a resume included. */
  readonly steps: number;
  /** Rounds of acting and learning. */
  readonly iterations: number;
  /** Episodes that ended. */
  readonly episodes: number;
  /** Mean return of the last 100 episodes; NaN without any. */
  readonly meanReturn: number;
  /** Exponential mean of episode returns. */
  readonly smoothedReturn: number;
  /** The largest it has been; minus infinity when too few episodes ended. */
  readonly bestReturn: number;
  /** Whether it went on from a checkpoint. */
  readonly resumed: boolean;
}

/**
 * Trains by rounds until enough steps are taken or returns no longer grow, with checkpoints. A run
 * that is resumed goes on bit for bit as if it had not been interrupted, where the environment can
 * keep its state; otherwise its episodes begin anew.
 *
 * @throws {RangeError} when the checkpoint is damaged, of a newer version or does not fit.
 * @throws {Error} what the learner throws; checkpoints written before stay.
 *
 * @example
 * ```ts
 * import { createCartPoleVector, createPpo, onEnv, train } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const kept = new Map<string, string>();
 * const checkpoints = {
 *   save: (name: string, checkpoint: unknown) => void kept.set(name, JSON.stringify(checkpoint)),
 *   load: (name: string) => JSON.parse(kept.get(name) ?? "null") ?? undefined,
 * };
 * const run = (steps: number, resume: boolean) => {
 *   const ppo = createPpo({ obsSize: 4, actions: 2, nEnvs: 2, numSteps: 64, totalSteps: 512 });
 *   return train(onEnv(ppo, createCartPoleVector(2)), { steps, resume, checkpoints });
 * };
 * await run(256, false);
 * const { steps, resumed } = await run(512, true);
 * assert.deepEqual({ steps, resumed }, { steps: 512, resumed: true });
 * ```
 */
export async function train(trainable: Trainable, options: TrainOptions): Promise<TrainResult> {
  const { seed = 1, checkpoints, checkpointInterval = 0, logInterval = 10, log } = options;
  if (!(options.steps > 0) || !(checkpointInterval >= 0) || !(logInterval > 0)) {
    throw new RangeError(
      `steps and logInterval above 0, checkpointInterval from 0: given ` +
        `${[options.steps, logInterval, checkpointInterval]}`,
    );
  }
  const kind = `${trainable.kind}-training`;
  const early = createEarlyStop(options.earlyStop);
  let [steps, iterations] = [0, 0];
  let last: number[] = [];

  const kept = options.resume ? await checkpoints?.load("latest") ?? undefined : undefined;
  // New episodes of a resumed run are not those it began with.
  if (kept === undefined || !resume(kept)) await trainable.start(seed + iterations);

  let ended: TrainResult["ended"] = "steps";
  while (steps < options.steps && !early.stop && !options.signal?.aborted) {
    const iteration = await trainable.iterate();
    steps += iteration.steps;
    iterations++;
    let best = false;
    for (const value of iteration.returns) best = early.add(value) || best;
    last = [...last, ...iteration.returns.filter(Number.isFinite)].slice(-100);
    options.onIteration?.(iteration);
    if (log && iterations % logInterval === 0) {
      const { reward, stats } = iteration;
      const { episodes, smoothed: smoothedReturn } = early;
      log({ steps, iterations, episodes, smoothedReturn, reward, stats });
    }
    if (checkpoints && best) await checkpoints.save("best", checkpoint());
    if (checkpoints && checkpointInterval > 0 && iterations % checkpointInterval === 0) {
      await checkpoints.save("latest", checkpoint());
    }
  }
  if (early.stop) ended = "patience";
  else if (steps < options.steps) ended = "signal";
  await checkpoints?.save("latest", checkpoint());
  return {
    ended,
    steps,
    iterations,
    episodes: early.episodes,
    meanReturn: last.reduce((sum, value) => sum + value, 0) / last.length,
    smoothedReturn: early.smoothed,
    bestReturn: early.best,
    resumed: kept !== undefined,
  };

  function checkpoint(): unknown {
    const run = { steps, iterations, last, early: early.snapshot() };
    return seal(kind, { run, trainable: trainable.snapshot() });
  }

  /** Takes a checkpoint over; whether episodes go on too. */
  function resume(checkpoint: unknown): boolean {
    const body = unseal(kind, checkpoint);
    const run = body["run"];
    fits(isRecord(run), "it says nothing of the run");
    const apply = early.restore(run["early"]);
    const counts = [run["steps"], run["iterations"]];
    fits(counts.every((n) => Number.isSafeInteger(n) && n as number >= 0), "no count of steps");
    fits(Array.isArray(run["last"]), "no returns");
    const goesOn = trainable.restore(body["trainable"]);
    apply();
    [steps, iterations] = counts as [number, number];
    last = [...run["last"]];
    return goesOn;
  }
}
