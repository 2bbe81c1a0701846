import { begin, build } from "./_bandit.ts";
import { inRange } from "./_options.ts";
import { createRidge, ridgeOptions } from "./_ridge.ts";
import { shareBest } from "./_share_best.ts";
import type { LinearOptions } from "./linear_options.ts";
import type { Bandit } from "./types.ts";

/** What {@linkcode createLinUcb} takes; `floor` is 0.05 by default. */
export interface LinUcbOptions extends LinearOptions {
  /** Weight of the bonus. Default 1; in theory 1 + √(ln(2/δ)/2). */
  readonly alpha?: number;
}

/**
 * Takes the arm with the greatest θᵀx + α·√(xᵀA⁻¹x), one ridge regression for each arm. With `gamma`
 * below 1 it forgets.
 *
 * Source: Li, Chu, Langford, Schapire, "A contextual-bandit approach to personalized news article
 * recommendation", WWW 2010, algorithm 1.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 *
 * @example
 * ```ts
 * import { createLinUcb } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createLinUcb(["test", "lint"], { size: 1, floor: 0 });
 * for (let i = 0; i < 50; i++) {
 *   const changed = i % 2;
 *   const { arm } = bandit.pick([true, true], [changed])!;
 *   bandit.update(arm, (arm === 0) === (changed === 1) ? 1 : 0, [changed]);
 * }
 * assert.deepEqual([...bandit.probs([true, true], [1])], [1, 0]);
 * assert.deepEqual([...bandit.probs([true, true], [0])], [0, 1]);
 * ```
 */
export function createLinUcb(arms: readonly string[], options: LinUcbOptions): Bandit {
  const { alpha = 1, floor = 0.05 } = options;
  inRange("alpha", alpha, 0, 1e6);
  inRange("floor", floor, 0, 1);
  const ridged = ridgeOptions(options);
  const start = begin("lin-ucb", arms, options);
  const ridge = createRidge(start, ridged);
  const { mean, width } = ridge;
  const score = (arm: number): number => mean[arm]! + alpha * Math.sqrt(width[arm]!);

  return build(start, {
    ...ridge,
    options: { ...ridged, alpha, floor },
    floor,
    distribute(out, open, n, context) {
      ridge.look(open, n, context, true);
      shareBest(out, open, n, score);
    },
  });
}
