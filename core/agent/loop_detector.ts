import { canonical } from "./_canonical.ts";
import type { CallResult } from "./mind.ts";

/** A cycle of calls that repeats without a change in its results. */
export interface Repetition {
  /** The calls of the cycle: `grep > cat`. */
  readonly cycle: string;
  /** Rounds in a row. */
  readonly times: number;
}

/** Watches the turns of one run for cycles. */
export interface LoopDetector {
  /**
   * Takes note of a turn's results.
   *
   * @returns the cycle when the newest turn completes its fifth round.
   */
  seen(results: readonly CallResult[]): Repetition | undefined;
}

/** Longest cycle looked for, in turns. */
const MAX_CYCLE = 5;

/** Rounds after which a cycle ends the run. */
const MAX_ROUNDS = 5;

/**
 * Finds cycles of length 1 to 5 in the turns of a run. Two turns are the same when their tools,
 * canonical inputs and results are: polling that sees something new is no cycle.
 */
export function createLoopDetector(): LoopDetector {
  const turns: { key: string; label: string }[] = [];
  return {
    seen(results) {
      turns.push({
        key: JSON.stringify(results.map((r) => [r.call.tool, canonical(r.call.input), r.text])),
        label: results.map((result) => result.call.tool).join("+"),
      });
      for (let length = 1; length <= MAX_CYCLE; length++) {
        if (!repeats(length)) continue;
        const cycle = turns.slice(-length).map((turn) => turn.label).join(" > ");
        return { cycle, times: MAX_ROUNDS };
      }
      return undefined;
    },
  };

  function repeats(length: number): boolean {
    const start = turns.length - length * MAX_ROUNDS;
    if (start < 0) return false;
    for (let i = start + length; i < turns.length; i++) {
      if (turns[i]!.key !== turns[i - length]!.key) return false;
    }
    return true;
  }
}
