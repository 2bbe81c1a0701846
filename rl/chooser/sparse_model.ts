/** Features that are not 0, by name. */
export type SparseFeatures = readonly (readonly [name: string, value: number])[];

/** What a weight is believed to be: mean and variance. */
export type Belief = readonly [mean: number, variance: number];

/** Beliefs by arm and feature: plain JSON. */
export type Beliefs = Readonly<Record<string, Readonly<Record<string, Belief>>>>;

/** What is known before anything was learned: plain JSON. */
export interface SparsePrior {
  /** By arm and feature; others are 0. */
  readonly means: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Variance of each of them. */
  readonly variance: number;
  /** Tells it from others: what was learned over one is of no use over another. */
  readonly id?: string;
}

/** Features an arm keeps beyond the prior; the least telling go first. */
const MOST_FEATURES = 2_000;

/** What a {@linkcode SparseModel} expects. */
export interface SparsePrediction {
  /** Expected target. */
  readonly mean: number;
  /** Variance of that expectation; the noise of a single outcome is not in it. */
  readonly variance: number;
}

/** Options of {@linkcode createSparseModel}. */
export interface SparseModelOptions {
  /** Variance of a single outcome around its expectation. Default 0.3. */
  readonly noise?: number;
  /** Variance of a weight nothing is known of; its mean is 0. Default 0.1. */
  readonly variance?: number;
  /** What is known before anything was learned here. Default nothing. */
  readonly prior?: SparsePrior;
  /** What was learned here before, as {@linkcode SparseModel.learned} gave it. Default nothing. */
  readonly learned?: Beliefs;
}

/** A linear model of an outcome by arm, over features that need not be known beforehand. */
export interface SparseModel {
  /** What an arm's outcome is expected to be, before `base` is added. */
  predict(arm: string, features: SparseFeatures): SparsePrediction;
  /**
   * Learns an outcome.
   *
   * @param target what came, less what was expected without the model.
   * @param noise variance of this outcome. Default that of the model.
   * @throws {RangeError} for a number that is none; nothing changes then.
   */
  update(arm: string, features: SparseFeatures, target: number, noise?: number): void;
  /** What each feature adds to an arm's expectation, strongest first. */
  explain(arm: string, features: SparseFeatures): { name: string; adds: number }[];
  /** Beliefs that differ from the prior: plain JSON. */
  learned(): Beliefs;
}

/**
 * Bayesian linear regression with a diagonal covariance, one set of weights an arm: the update is
 * that of a Kalman filter whose covariance is cut to its diagonal, so that it costs as many steps as
 * there are features. With `S = noise + Σ v_i x_i²` and error `e`: `m_i += v_i x_i e / S`,
 * `v_i -= v_i² x_i² / S`.
 *
 * Source: Crammer, Kulesza, Dredze, "Adaptive regularization of weight vectors", NIPS 2009, in its
 * form for regression; Kalman 1960 for the full filter.
 */
export function createSparseModel(options: SparseModelOptions = {}): SparseModel {
  const { noise = 0.3, variance = 0.1, prior, learned = {} } = options;
  const own = new Map<string, Map<string, [number, number]>>();
  for (const [arm, beliefs] of Object.entries(learned)) {
    own.set(arm, new Map(Object.entries(beliefs).map(([name, [m, v]]) => [name, [m, v]])));
  }

  const believed = (arm: string, name: string): Belief => {
    const found = own.get(arm)?.get(name);
    if (found !== undefined) return found;
    const before = prior && Object.hasOwn(prior.means, arm) ? prior.means[arm]! : undefined;
    return before !== undefined && Object.hasOwn(before, name)
      ? [before[name]!, prior!.variance]
      : [0, variance];
  };

  function predict(arm: string, features: SparseFeatures): SparsePrediction {
    let mean = 0;
    let spread = 0;
    for (const [name, x] of features) {
      const [m, v] = believed(arm, name);
      mean += m * x;
      spread += v * x * x;
    }
    return { mean, variance: spread };
  }

  /** A tenth goes at once, so that this is rare. */
  function shorten(arm: string, weights: Map<string, [number, number]>): void {
    const before = (name: string) => prior?.means[arm]?.[name] ?? 0;
    const telling = [...weights].map(([name, [m]]) => [name, Math.abs(m - before(name))] as const)
      .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
    for (const [name] of telling.slice(0, MOST_FEATURES / 10)) weights.delete(name);
  }

  return {
    predict,
    update(arm, features, target, spoken = noise) {
      const odd = features.find(([, x]) => !Number.isFinite(x));
      if (odd !== undefined || !Number.isFinite(target) || !(spoken > 0)) {
        throw new RangeError(
          `an outcome of ${target} with ${odd?.join(" = ") ?? "its features"}: expected numbers`,
        );
      }
      const { mean, variance: spread } = predict(arm, features);
      const error = target - mean;
      const total = spoken + spread;
      const weights = own.get(arm) ?? new Map<string, [number, number]>();
      own.set(arm, weights);
      for (const [name, x] of features) {
        const [m, v] = believed(arm, name);
        const gain = v * x / total;
        weights.set(name, [m + gain * error, v - gain * x * v]);
      }
      if (weights.size > MOST_FEATURES) shorten(arm, weights);
    },
    explain: (arm, features) =>
      features.map(([name, x]) => ({ name, adds: believed(arm, name)[0] * x }))
        .filter(({ adds }) => adds !== 0)
        .sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds) || (a.name < b.name ? -1 : 1)),
    learned: () =>
      Object.fromEntries(
        [...own].map(([arm, weights]) => [arm, Object.fromEntries(weights)]),
      ),
  };
}
