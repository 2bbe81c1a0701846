import { meanEstimate, needRows, needSoundWeights } from "./_estimate.ts";
import type { OpeEstimate } from "./types.ts";
import type { WeighedEpisodes } from "./weigh_episodes.ts";

/**
 * Per-decision importance sampling of whole episodes: each reward is weighed by the decisions up to
 * it only, `mean sum_t gamma^t (w_0 ... w_t) r_t`. Unbiased for the discounted return.
 *
 * Source: Precup, Sutton, Singh, "Eligibility traces for off-policy policy evaluation", ICML 2000.
 *
 * @throws {RangeError} when there are no episodes, or their mean weight shows broken logging.
 *
 * @example
 * ```ts
 * import { perDecisionIs, weighEpisodes } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true], action: 0, propensity: 1, reward: 1 };
 * const episodes = weighEpisodes([[row, row]], { probs: () => [1] }, { gamma: 0.5 });
 * assert.equal(perDecisionIs(episodes).value, 1.5);
 * ```
 */
export function perDecisionIs(log: WeighedEpisodes): OpeEstimate {
  needRows(log);
  needSoundWeights(log);
  const terms = Float64Array.from(log.rows, (episode, e) => {
    let [weight, discount, sum] = [1, 1, 0];
    episode.forEach(({ reward }, t) => {
      weight *= log.weights[e]![t]!;
      sum += discount * weight * reward;
      discount *= log.gamma;
    });
    return sum;
  });
  return meanEstimate(terms, { method: "per-decision-is", effective: log.ess });
}
