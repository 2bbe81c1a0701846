import { begin, build } from "./_bandit.ts";
import { createMeans } from "./_means.ts";
import { ABOVE_0, inRange } from "./_options.ts";
import { createBest } from "./_best.ts";
import { studentLaw } from "./_student.ts";
import type { Bandit, BanditStart } from "./types.ts";

/** What {@linkcode createThompsonGaussian} takes: a Normal-Inverse-Gamma prior. */
export interface ThompsonGaussianOptions extends BanditStart {
  /** Expected reward of an arm without one. Default 0. */
  readonly mean?: number;
  /** How many rewards that expectation is worth, above 0. Default 1. */
  readonly kappa?: number;
  /** Shape of the prior of the variance, from 0.5. Default 1. */
  readonly a?: number;
  /** Scale of the prior of the variance, above 0. Default 1. */
  readonly b?: number;
  /** Probability spread evenly over the open arms, from 0 to 1. Default 0.01. */
  readonly floor?: number;
}

/**
 * Takes each arm with the probability that its mean is the best, for rewards that are any finite
 * numbers of unknown spread. The mean of an arm after n rewards is Student's t with 2a_n degrees of
 * freedom, centre μ_n = (κμ + n·x̄)/κ_n and scale √(b_n/(a_n·κ_n)), where κ_n = κ + n, a_n = a + n/2
 * and b_n = b + ½Σ(x - x̄)² + κn(x̄ - μ)²/(2κ_n). The probabilities are integrals.
 *
 * Source: Murphy, "Conjugate Bayesian analysis of the Gaussian distribution" (2007), section 3.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createThompsonGaussian(
  arms: readonly string[],
  options: ThompsonGaussianOptions = {},
): Bandit {
  const { mean = 0, kappa = 1, a = 1, b = 1, floor = 0.01 } = options;
  inRange("mean", mean, -1e9, 1e9);
  inRange("kappa", kappa, ABOVE_0, 1e9);
  inRange("a", a, 0.5, 1e9);
  inRange("b", b, ABOVE_0, 1e9);
  inRange("floor", floor, 0, 1);
  const start = begin("thompson-gaussian", arms, options);
  const means = createMeans(start);
  const k = arms.length;
  const [centre, scale] = [new Float64Array(k), new Float64Array(k)];
  const laws = arms.map(() => studentLaw(2 * a));
  const best = createBest(k, { laws, centre, scale });
  for (let arm = 0; arm < k; arm++) refresh(arm);

  function refresh(arm: number): void {
    const n = means.count[arm]!;
    const off = means.mean[arm]! - mean;
    const kn = kappa + n;
    const bn = b + means.squares[arm]! / 2 + kappa * n * off * off / (2 * kn);
    centre[arm] = mean + n * off / kn;
    scale[arm] = Math.sqrt(bn / ((a + n / 2) * kn));
    laws[arm] = studentLaw(2 * a + n);
  }

  return build(start, {
    options: { mean, kappa, a, b, floor },
    floor,
    unbounded: true,
    distribute: best,
    learn(arm, reward) {
      if (Math.abs(reward) > 1e100) throw new RangeError(`a reward of ${reward} is too great`);
      means.add(arm, reward);
      refresh(arm);
    },
    estimate(arm) {
      const two = 2 * scale[arm]!;
      const middle = centre[arm]!;
      return { mean: middle, low: middle - two, high: middle + two, count: means.count[arm]! };
    },
    keep: means.keep,
  });
}
