import type { Context, Mask, Pick } from "../bandits/types.ts";
import { decodeNumbers } from "../nn/decode_numbers.ts";
import { createMlp } from "../nn/mlp.ts";
import { mlpSize } from "../nn/mlp_size.ts";
import { createRng } from "../rng.ts";
import { POLICY, policyOf } from "./_policy_of.ts";
import { fits, unseal } from "./_seal.ts";

/** A network that chooses among actions. It samples from exactly the probabilities it tells. */
export interface NeuralPolicy {
  /** What it is, beside bandits. */
  readonly kind: "neural";
  /** Numbers of a context. */
  readonly obsSize: number;
  /** How many actions there are. */
  readonly actions: number;
  /** How many steps of an optimiser made it. */
  readonly version: number;
  /**
   * Probability of each action: exactly 0 where the mask is false, all 0 when nothing is available.
   *
   * @param mask all are available when left out.
   * @throws {RangeError} when the mask or the context is of another size or holds no numbers.
   */
  probs(mask: Mask | undefined, context: Context): Float64Array;
  /** Draws from {@linkcode NeuralPolicy.probs}; undefined when nothing is available. */
  pick(mask: Mask | undefined, context: Context): Pick | undefined;
  /** Weights and sizes as plain JSON with a checksum. */
  snapshot(): PolicySnapshot;
}

/** A policy as plain JSON: version, checksum, sizes and weights. */
export type PolicySnapshot = Readonly<Record<"v" | "kind" | "checksum" | "body", unknown>>;

/**
 * A policy from its snapshot, to be used without a trainer.
 *
 * @param seed of the generator that actions are drawn with. Default 0.
 * @throws {RangeError} when the snapshot is damaged or of a newer version.
 *
 * @example
 * ```ts
 * import { createNeuralPolicy, createPpo } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const { policy } = createPpo({ obsSize: 2, actions: 3, nEnvs: 1 });
 * const copy = createNeuralPolicy(JSON.parse(JSON.stringify(policy.snapshot())));
 * const probs = copy.probs([true, false, true], [0.5, 1]);
 * assert.deepEqual(probs, policy.probs([true, false, true], [0.5, 1]));
 * assert.equal(probs[1], 0);
 * ```
 */
export function createNeuralPolicy(snapshot: PolicySnapshot, seed = 0): NeuralPolicy {
  const body = unseal(POLICY, snapshot);
  const { sizes, version } = body;
  fits(Array.isArray(sizes) && sizes.length > 1, `sizes ${String(sizes)}`);
  fits(Number.isSafeInteger(version), `version ${String(version)}`);
  const net = createMlp({ sizes, maxRows: 1 });
  net.params.set(decodeNumbers(body["params"] as never, mlpSize(sizes)));
  const rng = createRng(seed);
  return policyOf({ net, rng: () => rng, version: () => version as number });
}
