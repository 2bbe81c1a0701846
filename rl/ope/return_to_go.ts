import { checkGamma } from "./_screen.ts";
import type { Episode, LoggedRow } from "./types.ts";

/**
 * One-step rows out of an episode: each row's reward becomes the return from it on, `r_t + gamma
 * r_{t+1} + ...`. For horizons over 5, where products of weights say nothing: it judges one changed
 * decision, with the logged policy going on after it. Rows of one episode depend on each other, so
 * intervals that count rows are too narrow.
 *
 * Source: Sutton, Barto, "Reinforcement Learning", 2nd edition, section 3.3, equation 3.9.
 *
 * @param gamma discount, from 0 to 1. Default 0.97.
 * @throws {RangeError} when gamma is out of its range.
 *
 * @example
 * ```ts
 * import { returnToGo } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true], action: 0, propensity: 1, reward: 1 };
 * assert.deepEqual(returnToGo([row, row], 0.5).map((row) => row.reward), [1.5, 1]);
 * ```
 */
export function returnToGo(episode: Episode, gamma: number = 0.97): LoggedRow[] {
  checkGamma(gamma);
  const rows: LoggedRow[] = Array.from(episode);
  let to = 0;
  for (let t = rows.length - 1; t >= 0; t--) {
    to = rows[t]!.reward + gamma * to;
    rows[t] = { ...rows[t]!, reward: to };
  }
  return rows;
}
