import type { GateOptions, GateState } from "./gate_types.ts";
import { freshState } from "./_gate_work.ts";
import { readThresholds } from "./_thresholds.ts";

/**
 * A gate for one challenger, before its first row. It begins in the shadow: the champion is played,
 * and its log judges the challenger. The rows must be later than those the challenger learned from.
 *
 * @throws {RangeError} when a threshold is out of its range.
 *
 * @example
 * ```ts
 * import { startGate } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const state = startGate({ floor: 0.05 / 5, guards: { failures: {} } });
 * assert.equal(state.phase, "shadow");
 * assert.deepEqual(JSON.parse(JSON.stringify(state)), state);
 * ```
 */
export function startGate(options: GateOptions): GateState {
  return freshState(readThresholds(options), "shadow");
}
