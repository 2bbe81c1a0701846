import { meanEstimate, needRows, needSoundWeights } from "./_estimate.ts";
import { checkFit } from "./_screen.ts";
import { fitRidge, type RidgeRow } from "./_ridge.ts";
import type { FitRewardsOptions } from "./fit_rewards.ts";
import type { OpeEstimate } from "./types.ts";
import type { WeighedEpisodes } from "./weigh_episodes.ts";

type Predict = ReturnType<typeof fitRidge>;

/**
 * Per-decision doubly robust estimate of whole episodes, from their end:
 * `V_t = v(s_t) + w_t (r_t + gamma V_{t+1} - q(s_t, a_t))`. The model q of each step is a ridge
 * regression on `r_t + gamma v(s_{t+1})`, fitted from the last step on, cross-fitted over episodes.
 *
 * Source: Jiang, Li, "Doubly robust off-policy value evaluation for reinforcement learning", ICML
 * 2016; the model by fitted Q evaluation: Le, Voloshin, Yue, "Batch policy learning under
 * constraints", ICML 2019.
 *
 * @throws {RangeError} when there are fewer than 2 episodes, an option is out of its range, or the
 * episodes' mean weight shows broken logging.
 *
 * @example
 * ```ts
 * import { perDecisionDr, weighEpisodes } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true], action: 0, propensity: 1, reward: 1 };
 * const episodes = weighEpisodes([[row, row], [row, row]], { probs: () => [1] });
 * assert.equal(perDecisionDr(episodes).value, 2);
 * ```
 */
export function perDecisionDr(
  log: WeighedEpisodes,
  { folds = 5, lambda = 1 }: FitRewardsOptions = {},
): OpeEstimate {
  needRows(log);
  needSoundWeights(log);
  checkFit(folds, lambda);
  const n = log.rows.length;
  if (n < 2) throw new RangeError(`a cross-fitted model needs 2 episodes at least, there are ${n}`);
  const terms = new Float64Array(n);
  for (let fold = 0; fold < Math.min(folds, n); fold++) {
    const models = fitSteps(log, (e) => e % folds !== fold, lambda);
    for (let e = fold; e < n; e += folds) {
      let value = 0;
      for (let t = log.rows[e]!.length - 1; t >= 0; t--) {
        const { context, action, reward } = log.rows[e]![t]!;
        const residual = reward + log.gamma * value - models[t]!(context, action);
        value = valueAt(log, models[t]!, e, t) + log.weights[e]![t]! * residual;
      }
      terms[e] = value;
    }
  }
  return meanEstimate(terms, { method: "per-decision-dr", effective: log.ess });
}

/** A model of what follows each step, learned from the episodes that may be used. */
function fitSteps(log: WeighedEpisodes, may: (e: number) => boolean, lambda: number): Predict[] {
  const models: Predict[] = [];
  const longest = Math.max(...log.rows.map((episode) => episode.length));
  for (let t = longest - 1; t >= 0; t--) {
    const rows: RidgeRow[] = [];
    log.rows.forEach((episode, e) => {
      if (!may(e) || t >= episode.length) return;
      const { context, action, reward } = episode[t]!;
      const after = t + 1 < episode.length ? valueAt(log, models[t + 1]!, e, t + 1) : 0;
      rows.push({ x: context, action, y: reward + log.gamma * after });
    });
    // A step that no such episode reached is predicted to bring nothing.
    models[t] = rows.length > 0 ? fitRidge(rows, lambda) : () => 0;
  }
  return models;
}

function valueAt({ rows, probs }: WeighedEpisodes, model: Predict, e: number, t: number): number {
  const { context } = rows[e]![t]!;
  return probs[e]![t]!.reduce((sum, p, a) => p > 0 ? sum + p * model(context, a) : sum, 0);
}
