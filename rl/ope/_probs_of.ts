import type { LoggedRow, TargetPolicy } from "./types.ts";

const ROUNDING = 1e-6;

/** A policy's probabilities at a row, copied. Throws when they are none. */
export function probsOf(policy: TargetPolicy, { context, mask }: LoggedRow): Float64Array {
  const probs = Float64Array.from(policy.probs(context, mask));
  let sum = 0;
  let least = 0;
  for (let a = 0; a < probs.length; a++) {
    sum += probs[a]!;
    if (!(probs[a]! >= least)) least = probs[a]!;
  }
  if (probs.length !== mask.length || least !== 0 || !(Math.abs(sum - 1) <= ROUNDING)) {
    throw new RangeError(
      `a policy gave probabilities that are none: [${probs.join(", ")}], sum ${sum}, for ` +
        `${mask.length} actions; they must be from 0 to 1 and sum to 1`,
    );
  }
  return probs;
}
