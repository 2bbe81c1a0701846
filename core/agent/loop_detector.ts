import { canonical } from "./_canonical.ts";
import { textHash } from "./_text_hash.ts";
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
   * @returns the cycle when the newest turn completes its third, fourth or fifth round.
   */
  seen(results: readonly CallResult[]): Repetition | undefined;
}

/** Longest cycle looked for, in turns. */
const MAX_CYCLE = 5;

/** Rounds after which a cycle is told to the mind. */
const TOLD_ROUNDS = 3;

/** Rounds after which a cycle ends the run. */
export const MAX_ROUNDS = 5;

/**
 * Finds cycles of length 1 to 5 in the turns of a run. Two turns are the same when their tools,
 * canonical inputs and results are: polling that sees something new is no cycle.
 */
export function createLoopDetector(): LoopDetector {
  const turns: { key: number; label: string }[] = [];
  return {
    seen(results) {
      turns.push({
        key: textHash(
          JSON.stringify(results.map((r) => [r.call.tool, canonical(r.call.input), r.text])),
        ),
        label: results.map((result) => result.call.tool).join("+"),
      });
      for (let length = 1; length <= MAX_CYCLE; length++) {
        const times = rounds(length);
        if (times < TOLD_ROUNDS) continue;
        const cycle = turns.slice(-length).map((turn) => turn.label).join(" > ");
        return { cycle, times };
      }
      return undefined;
    },
  };

  /** How often the last turns of this number came in a row; 0 within a round. */
  function rounds(length: number): number {
    const most = (MAX_ROUNDS - 1) * length;
    let equal = 0;
    for (let i = turns.length - 1; i >= length && equal < most; i--, equal++) {
      if (turns[i]!.key !== turns[i - length]!.key) break;
    }
    return equal % length === 0 ? equal / length + 1 : 0;
  }
}
