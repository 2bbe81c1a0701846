import { checkAlpha } from "./_screen.ts";

/** Shares of what may be bet at most: 0.95, 0.475 and so on, one capital each. */
const BETS = 10;
const LARGEST_BET = 0.95;
/** Below, a capital is lost for good; smaller numbers would only be slow. */
const LOST = 1e-280;
const ROUNDING = 1e-9;

/** What a lower bound is made for. */
export interface LowerBoundOptions {
  /** What no value is below. */
  readonly least: number;
  /** How often the bound may ever be above the mean. Default 0.05. */
  readonly alpha?: number;
  /** Means the bound can take, ascending, each above `least`. */
  readonly candidates: readonly number[];
}

/** Where a lower bound stands: plain JSON. */
export interface LowerBoundSnapshot {
  /** Version of this shape. */
  readonly v: 1;
  /** What no value is below. */
  readonly least: number;
  /** How often the bound may ever be wrong. */
  readonly alpha: number;
  /** Means the bound can take. */
  readonly candidates: readonly number[];
  /** How many values were added. */
  readonly n: number;
  /** How many candidates, from the first, are excluded for good. */
  readonly excluded: number;
  /** Capitals of the candidates that are not, ten each. */
  readonly capital: readonly number[];
}

/** A lower bound of a mean that may be looked at after every value. */
export interface LowerBound {
  /**
   * Adds a value.
   *
   * @throws {RangeError} when it is not finite or below `least`; nothing changes.
   */
  add(value: number): void;
  /** The largest candidate that the mean is known to be above; `least` when there is none. */
  bound(): number;
  /** The whole state. */
  snapshot(): LowerBoundSnapshot;
}

/**
 * A lower bound of the mean that holds at all times at once with probability `1 - alpha`, by
 * betting: who bets that the mean is above a candidate m multiplies a capital by `1 + f (x - m) /
 * (m - least)` at each value x. If m were the mean, the capital would be no more than 1 in
 * expectation for ever, so m is excluded once it reaches `1 / alpha` (Ville's inequality). The
 * capital is the mean over ten fixed fractions f; it falls with m, so that the excluded candidates
 * are the smaller ones. Only the values' conditional mean matters: they need not be independent,
 * and a policy may have learned from the earlier ones.
 *
 * Source: Waudby-Smith, Ramdas, "Estimating means of bounded random variables by betting", JRSS B
 * 86 (2024), section 4 and its grid of Kelly bets; for values bounded on one side, such as weighted
 * rewards: Waudby-Smith, Wu, Ramdas, Karampatziakis, Mineiro, "Anytime-valid off-policy inference
 * for contextual bandits", ACM/IMS Journal of Data Science 1 (2024).
 *
 * @param from what it is made for, or where another stood.
 * @throws {RangeError} when the options are out of their range or the snapshot is damaged or of an
 * unknown version.
 *
 * @example
 * ```ts
 * import { createLowerBound } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const mean = createLowerBound({ least: 0, candidates: [0.25, 0.5, 0.75] });
 * for (let i = 0; i < 100; i++) mean.add(i % 10 === 0 ? 0 : 1);
 * assert.equal(mean.bound(), 0.75);
 * ```
 */
export function createLowerBound(from: LowerBoundOptions | LowerBoundSnapshot): LowerBound {
  const { least, alpha = 0.05, candidates } = from;
  checkAlpha(alpha);
  checkCandidates(least, candidates);
  let n = 0;
  let excluded = 0;
  const count = candidates.length * BETS;
  let capital: Float64Array;
  if ("v" in from) {
    checkSnapshot(from);
    ({ n, excluded } = from);
    capital = new Float64Array(count);
    for (let k = excluded * BETS, i = 0; k < count; k++, i++) capital[k] = from.capital[i]!;
  } else capital = new Float64Array(count).fill(1);
  const enough = BETS / alpha;

  return {
    add(value) {
      if (!(value >= least - ROUNDING * Math.max(1, -least)) || value === Infinity) {
        throw new RangeError(`a value that is finite and at least ${least} was expected: ${value}`);
      }
      const x = Math.max(value, least);
      n++;
      let passed = true;
      for (let j = excluded; j < candidates.length; j++) {
        const gain = (x - candidates[j]!) / (candidates[j]! - least);
        let sum = 0;
        let bet = LARGEST_BET;
        for (let k = j * BETS; k < (j + 1) * BETS; k++) {
          const now = capital[k]! * (1 + bet * gain);
          capital[k] = now > LOST ? now : 0;
          sum += now;
          bet /= 2;
        }
        passed &&= sum >= enough;
        if (passed) excluded = j + 1;
      }
    },
    bound: () => excluded > 0 ? candidates[excluded - 1]! : least,
    snapshot() {
      const left: number[] = [];
      for (let k = excluded * BETS; k < count; k++) left.push(capital[k]!);
      return { v: 1, least, alpha, candidates, n, excluded, capital: left };
    },
  };
}

function checkCandidates(least: number, candidates: readonly number[]): void {
  let ascending = Array.isArray(candidates) && candidates.length > 0 &&
    candidates.at(-1)! < Infinity;
  for (let i = 0; ascending && i < candidates.length; i++) {
    ascending = candidates[i]! > (i > 0 ? candidates[i - 1]! : least);
  }
  if (!Number.isFinite(least) || !ascending) {
    throw new RangeError(
      `a bound needs a finite least value and finite candidates above it, ascending: least ` +
        `${least}, candidates ${JSON.stringify(candidates)}`,
    );
  }
}

function checkSnapshot({ v, candidates, n, excluded, capital }: LowerBoundSnapshot): void {
  if (v !== 1) {
    throw new RangeError(`a lower bound of version ${v}, known is 1: a newer release wrote it`);
  }
  let intact = Number.isSafeInteger(n) && n >= 0 && Number.isSafeInteger(excluded) &&
    excluded >= 0 && excluded <= candidates.length && Array.isArray(capital) &&
    capital.length === (candidates.length - excluded) * BETS;
  for (let k = 0; intact && k < capital.length; k++) {
    intact = typeof capital[k] === "number" && capital[k]! >= 0 && capital[k]! < Infinity;
  }
  if (!intact) throw new RangeError("damaged snapshot of a lower bound: start a new one");
}
