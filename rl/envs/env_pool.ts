import { createRng } from "../rng.ts";
import { checkAction } from "./_classic.ts";
import type {
  EnvPool,
  EnvSpec,
  PoolEnd,
  PoolOptions,
  PoolResult,
  SlowEnv,
  StepResult,
} from "./types.ts";

/** Where an environment is: at work, waiting for an action, or waiting for a reset. */
type Standing = "busy" | "ready" | "failed";

interface Waiting {
  readonly least: number;
  readonly resolve: (results: readonly PoolResult[]) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Steps slow environments at the same time: the policy works on those that are done while the others
 * go on. All start at once; an episode that ends is followed by the next one.
 *
 * Source: Weng et al., "EnvPool: a highly parallel reinforcement learning environment execution
 * engine" (2022), section 3: asynchronous `send` and `recv`.
 *
 * @throws {RangeError} when there is no environment or an option is no such number.
 * @throws the signal's reason when it is aborted already.
 *
 * @example
 * ```ts
 * import { createCartPole, createEnvPool } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const pool = createEnvPool([createCartPole(), createCartPole()], { seed: 7 });
 * let steps = 0;
 * while (steps < 20) {
 *   const batch = await pool.recv();
 *   steps += batch.filter((result) => result.kind === "step").length;
 *   const ready = batch.filter((result) => result.ready).map((result) => result.env);
 *   pool.send(ready, ready.map(() => 1));
 * }
 * assert.deepEqual((await pool.stop()).stuck, []);
 * ```
 */
export function createEnvPool(envs: readonly SlowEnv[], options: PoolOptions = {}): EnvPool {
  const { seed = 0, signal, graceMs = 1000 } = options;
  if (envs.length === 0) throw new RangeError("a pool without environments; give at least one");
  if (!(graceMs >= 0 && graceMs < 2 ** 31)) {
    throw new RangeError(`graceMs must be milliseconds from 0 to 2^31 - 1; given: ${graceMs}`);
  }
  const rng = createRng(seed);
  signal?.throwIfAborted();
  const controller = new AbortController();
  const standing: Standing[] = envs.map(() => "ready");
  const works: Promise<void>[] = envs.map(() => Promise.resolve());
  let results: PoolResult[] = [];
  let waiting: Waiting | undefined;
  let ending: Promise<PoolEnd> | undefined;

  function deliver(result: PoolResult, next: Standing): void {
    standing[result.env] = next;
    results.push(result);
    if (waiting && results.length >= waiting.least) {
      const { resolve } = waiting;
      waiting = undefined;
      resolve(take());
    }
  }

  function take(): readonly PoolResult[] {
    const all = results;
    results = [];
    return all;
  }

  /** What may be done next; without a mask of its own an environment may give one with a step. */
  function maskOf(env: number, given?: readonly boolean[]): { mask?: readonly boolean[] } {
    const mask = envs[env]!.mask?.() ?? given;
    return mask ? { mask: [...mask] } : {};
  }

  async function begin(env: number, seed: number | undefined): Promise<void> {
    const obs = copy(await envs[env]!.reset(seed, controller.signal), envs[env]!.spec);
    deliver({ kind: "start", env, ready: true, obs, ...maskOf(env) }, "ready");
  }

  async function act(env: number, action: number): Promise<void> {
    const step: StepResult = await envs[env]!.step(action, controller.signal);
    const obs = copy(step.obs, envs[env]!.spec);
    const { reward, terminated } = step;
    if (!Number.isFinite(reward)) throw new RangeError(`not a finite reward: ${reward}`);
    const truncated = step.truncated && !terminated;
    const ready = !terminated && !truncated;
    const mask = ready ? maskOf(env, step.mask) : {};
    const result = { env, ready, obs, reward, terminated, truncated, ...mask };
    deliver({ kind: "step", ...result }, ready ? "ready" : "busy");
    if (!ready && !controller.signal.aborted) await begin(env, undefined);
  }

  function start(env: number, work: () => Promise<void>): void {
    standing[env] = "busy";
    works[env] = work().catch((error) =>
      deliver({ kind: "failed", env, ready: false, error }, "failed")
    );
  }

  function find(env: number): Standing {
    const found = standing[env];
    if (!found) throw new RangeError(`no such environment: ${env}; there are ${envs.length}`);
    return found;
  }

  function stop(reason: unknown): Promise<PoolEnd> {
    return ending ??= end(reason);
  }

  async function end(reason: unknown): Promise<PoolEnd> {
    signal?.removeEventListener("abort", abort);
    controller.abort(reason);
    waiting?.reject(controller.signal.reason);
    waiting = undefined;
    const errors: unknown[] = [];
    const stuck = new Set(envs.keys());
    const ends = envs.map(async (env, i) => {
      try {
        await env.close?.();
      } catch (error) {
        errors.push(error);
      }
      await works[i];
      stuck.delete(i);
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grace = new Promise((resolve) => timer = setTimeout(resolve, graceMs));
    await Promise.race([Promise.all(ends), grace]);
    clearTimeout(timer);
    return { left: take(), stuck: [...stuck], errors: [...errors] };
  }

  function abort(): void {
    stop(signal!.reason);
  }
  signal?.addEventListener("abort", abort);
  for (const env of envs.keys()) {
    const own = rng.uint32();
    start(env, () => begin(env, own));
  }

  return {
    n: envs.length,
    send(ids, actions) {
      controller.signal.throwIfAborted();
      if (ids.length !== actions.length) {
        throw new RangeError(`${actions.length} actions for ${ids.length} environments`);
      }
      const all = Array.from(ids);
      all.forEach((env, i) => {
        const found = find(env);
        if (found !== "ready" || all.indexOf(env) !== i) {
          const way = found === "failed" ? "reset() it first" : "recv() its result first";
          throw new RangeError(`environment ${env} is not ready for an action; ${way}`);
        }
        checkAction(actions[i]!, envs[env]!.spec);
      });
      all.forEach((env, i) => start(env, () => act(env, actions[i]!)));
    },
    // Async, so that what is refused comes as a rejection too.
    async recv(minBatch = 1, given) {
      controller.signal.throwIfAborted();
      given?.throwIfAborted();
      if (waiting) throw new Error("another recv() is waiting; await it first");
      const busy = standing.filter((where) => where === "busy").length;
      if (!Number.isInteger(minBatch) || minBatch < 1 || minBatch > results.length + busy) {
        throw new RangeError(
          `no batch of ${minBatch}: ${results.length} results are there and ${busy} environments ` +
            "at work; send() first, or ask for less",
        );
      }
      if (results.length >= minBatch) return take();
      let giveUp: (() => void) | undefined;
      try {
        return await new Promise<readonly PoolResult[]>((resolve, reject) => {
          const own = waiting = { least: minBatch, resolve, reject };
          giveUp = () => {
            if (waiting === own) waiting = undefined;
            reject(given!.reason);
          };
          given?.addEventListener("abort", giveUp);
        });
      } finally {
        if (giveUp) given?.removeEventListener("abort", giveUp);
      }
    },
    reset(env, seed) {
      controller.signal.throwIfAborted();
      if (find(env) === "busy") {
        throw new RangeError(`environment ${env} is at work; recv() its result first`);
      }
      start(env, () => begin(env, seed));
    },
    stop: () => stop(new Error("the pool was stopped")),
  };
}

/** An observation of its own, once it is known to be sound. */
function copy(obs: Float64Array, { obsSize }: EnvSpec): Float64Array {
  if (obs.length !== obsSize || !obs.every(Number.isFinite)) {
    throw new RangeError(`not an observation of ${obsSize} finite numbers: ${obs}`);
  }
  return obs.slice();
}
