import { createAdam } from "../nn/adam.ts";
import { clipGlobalNorm } from "../nn/clip_global_norm.ts";
import { decodeNumbers } from "../nn/decode_numbers.ts";
import { encodeNumbers } from "../nn/encode_numbers.ts";
import { kernelsF32 } from "../nn/kernels_f32.ts";
import { createMlp, type Mlp } from "../nn/mlp.ts";
import { mlpSize } from "../nn/mlp_size.ts";
import { createRng, type Rng, type RngState } from "../rng.ts";
import { policyOf } from "./_policy_of.ts";
import { fits, isRecord } from "./_seal.ts";
import type { NeuralPolicy } from "./neural_policy.ts";
import { createStepGuard } from "./step_guard.ts";
import type { ModelOptions } from "./types.ts";

/** Networks with their optimiser, their random numbers and the policy they make. */
export interface Model {
  readonly actor: Mlp;
  /** Present when asked for. */
  readonly critic: Mlp | undefined;
  readonly policy: NeuralPolicy;
  /** Steps of the optimiser so far. */
  readonly version: number;
  readonly skipped: number;
  /** What actions and shuffles are drawn with. */
  readonly rng: () => Rng;
  /** Length of the last gradient before it was clipped. */
  readonly gradNorm: number;
  /** Takes a step, unless loss or gradient is not finite; clears the gradient. */
  step(loss: number, lr: number, maxNorm: number): boolean;
  /** Counts a step that could not even be computed. */
  skip(): void;
  snapshot(): Record<string, unknown>;
  restore(body: Readonly<Record<string, unknown>>): () => void;
}

/** What a learner adds. */
export interface ModelParts {
  readonly maxRows: number;
  readonly critic: boolean;
  readonly adamEps: number;
}

export function createModel(options: ModelOptions, parts: ModelParts): Model {
  const { obsSize, actions, hidden = [64, 64], seed = 1, kernels = kernelsF32 } = options;
  const { maxRows, adamEps } = parts;
  const sizes = [obsSize, ...hidden, actions];
  const valueSizes = [obsSize, ...hidden, 1];
  const split = mlpSize(sizes);
  const size = split + (parts.critic ? mlpSize(valueSizes) : 0);
  if (!(size > 0)) throw new RangeError(`not a network: sizes ${sizes}`);
  const params = kernels.alloc(size);
  const grads = kernels.alloc(size);
  const adam = createAdam(size, { eps: adamEps, kernels });
  const guard = createStepGuard();
  const first = createRng(seed);
  let rng = first.fork(1);
  let picks = first.fork(2);
  const mlp = (sizes: readonly number[], from: number, to: number, outGain: number) =>
    createMlp({
      sizes,
      maxRows,
      rng: first,
      outGain,
      kernels,
      params: params.subarray(from, to),
      grads: grads.subarray(from, to),
    });
  const actor = mlp(sizes, 0, split, 0.01);
  const critic = parts.critic ? mlp(valueSizes, split, size, 1) : undefined;
  const one = createMlp({ sizes, maxRows: 1, kernels, params: actor.params, grads: actor.grads });
  let version = 0;
  let gradNorm = 0;

  return {
    actor,
    critic,
    policy: policyOf({ net: one, rng: () => picks, version: () => version }),
    rng: () => rng,
    get version() {
      return version;
    },
    get skipped() {
      return guard.skipped;
    },
    get gradNorm() {
      return gradNorm;
    },
    step(loss, lr, maxNorm) {
      gradNorm = clipGlobalNorm(grads, maxNorm);
      const good = guard.accept(loss, gradNorm);
      if (good) {
        adam.step(params, grads, lr);
        version++;
      }
      grads.fill(0);
      return good;
    },
    skip() {
      guard.accept(NaN);
    },
    snapshot: () => ({
      sizes,
      params: encodeNumbers(params),
      adam: adam.snapshot(),
      version,
      guard: { skipped: guard.skipped, inARow: guard.inARow },
      rng: rng.state(),
      picks: picks.state(),
    }),
    restore(body) {
      fits(String(body["sizes"]) === String(sizes), `sizes ${body["sizes"]}, expected ${sizes}`);
      fits(Number.isSafeInteger(body["version"]), "its version is no integer");
      fits(isRecord(body["adam"]) && isRecord(body["guard"]), "no optimiser");
      const next = decodeNumbers(body["params"] as never, size);
      const apply = adam.restore(body["adam"] as never);
      const nextRng = createRng(body["rng"] as RngState);
      const nextPicks = createRng(body["picks"] as RngState);
      const counts = body["guard"] as never;
      createStepGuard().restore(counts); // throws when it is damaged
      return () => {
        params.set(next);
        apply();
        guard.restore(counts);
        version = body["version"] as number;
        [rng, picks] = [nextRng, nextPicks];
        grads.fill(0);
      };
    },
  };
}
