import { checkWeights } from "./check_weights.ts";
import { meanOf, sumOf, varianceOfMean } from "./_moments.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/** The mean of some terms, with `se^2 = var / n`. */
export function meanEstimate(
  terms: Float64Array,
  about: Pick<OpeEstimate, "method" | "effective"> & Partial<OpeEstimate>,
): OpeEstimate {
  const value = meanOf(terms);
  return { ...about, value, se: Math.sqrt(varianceOfMean(terms, value)), terms };
}

/**
 * `mean plain + sum top / sum bottom`, with the standard error of the delta method: that of the
 * linearised terms `plain + R + (top - R bottom) / mean bottom`.
 */
export function ratioEstimate(
  ratio: NonNullable<OpeEstimate["ratio"]>,
  about: Pick<OpeEstimate, "method" | "effective">,
): OpeEstimate {
  const { plain, top, bottom } = ratio;
  const below = meanOf(bottom);
  const share = sumOf(top) / sumOf(bottom);
  const terms = top.map((t, i) => (plain?.[i] ?? 0) + share + (t - share * bottom[i]!) / below);
  const value = (plain ? meanOf(plain) : 0) + share;
  let squares = 0;
  for (let i = 0; i < terms.length; i++) squares += (terms[i]! - value) ** 2;
  return { ...about, value, se: Math.sqrt(squares) / terms.length, terms, ratio };
}

/** Throws when there is nothing to estimate from. */
export function needRows({ rows }: { readonly rows: readonly unknown[] }): void {
  if (rows.length === 0) {
    throw new RangeError("no row is left to estimate from; see the log's `rejected`");
  }
}

/** Throws when the mean weight shows that the log is broken. */
export function needSoundWeights({ moments }: Pick<WeighedLog, "moments">): void {
  const { ok, reason } = checkWeights(moments);
  if (!ok) throw new RangeError(`the log is refused: ${reason}`);
}

/** Throws when there is nothing to divide by. */
export function needWeight({ moments }: Pick<WeighedLog, "moments">): void {
  if (!(moments.sum > 0)) {
    throw new RangeError("no logged action is one the policy would take: nothing to weigh");
  }
}

/** Width of the range of a weight up to a bound times a reward. */
export function weightedWidth(
  { range: [low, high] }: Pick<WeighedLog, "range">,
  bound: number,
): number {
  return bound * (Math.max(high, 0) - Math.min(low, 0));
}
