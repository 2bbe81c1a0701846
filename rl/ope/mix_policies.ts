import type { TargetPolicy } from "./types.ts";

/** How two policies are mixed. */
export interface MixOptions {
  /** Share of the challenger, from 0 to 1: what the gate's verdict says to `play`. */
  readonly kappa: number;
  /** Least probability of an available action. Default 0; at most `1 / actions` is reached. */
  readonly floor?: number;
}

/**
 * The policy that plays the challenger with probability kappa and the champion otherwise: `(1 - m
 * f) ((1 - kappa) champion + kappa challenger) + f` for each of m available actions, with the floor
 * f. Draw from these probabilities and log the drawn one: the mixed propensity is the one to weigh
 * by, not that of the policy that happened to be picked.
 *
 * Source: Agarwal, Basu, Schnabel, Joachims, "Effective evaluation using logged bandit feedback
 * from multiple loggers", KDD 2017 (the mixture's propensity has the least variance).
 *
 * @throws {RangeError} when kappa or the floor is out of its range.
 *
 * @example
 * ```ts
 * import { mixPolicies } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const mixed = mixPolicies({ probs: () => [1, 0] }, { probs: () => [0, 1] }, { kappa: 0.25 });
 * assert.deepEqual(Array.from(mixed.probs([], [true, true])), [0.75, 0.25]);
 * ```
 */
export function mixPolicies(
  champion: TargetPolicy,
  challenger: TargetPolicy,
  { kappa, floor = 0 }: MixOptions,
): TargetPolicy {
  if (!(kappa >= 0 && kappa <= 1 && floor >= 0 && floor <= 1)) {
    throw new RangeError(`kappa and floor are probabilities from 0 to 1: ${kappa}, ${floor}`);
  }
  return {
    probs(context, mask) {
      const available = mask.reduce((count, may) => may ? count + 1 : count, 0);
      const least = Math.min(floor, 1 / available);
      const probs = Float64Array.from(champion.probs(context, mask));
      const other = challenger.probs(context, mask);
      for (let a = 0; a < probs.length; a++) {
        const mixed = (1 - kappa) * probs[a]! + kappa * other[a]!;
        probs[a] = mask[a] ? (1 - available * least) * mixed + least : 0;
      }
      return probs;
    },
  };
}
