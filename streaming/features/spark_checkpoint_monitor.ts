import { describeError } from "../../core/errors.ts";

/** How a Spark job does, as its checkpoint folder tells. */
export interface SparkHealth {
  /** Whether something was written there lately. */
  readonly active: boolean;
  /** Why it is not active: `checkpoint missing`, `stale by N.Ns`, or what reading it threw. */
  readonly reason: string | null;
  /** Seconds since the epoch of the newest file. */
  readonly last_update: number | null;
  /** Seconds since then, never below 0. */
  readonly age_sec: number | null;
  /** Seconds since the epoch when this was looked at. */
  readonly timestamp: number;
}

/** Options of {@linkcode SparkCheckpointMonitor}. */
export interface SparkCheckpointOptions {
  /**
   * Milliseconds since the epoch of the newest change below the checkpoint folder; undefined when
   * there is no such folder, or nothing in it. `newestChange` of `streaming/logs` does it on Deno.
   */
  readonly newestChange: () => Promise<number | undefined>;
  /** Seconds without a change after which the job is taken for stopped. Default 120. */
  readonly staleAfterSec?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Tells from its checkpoint whether a Spark job is at work.
 *
 * @example
 * ```ts
 * import { SparkCheckpointMonitor } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const newestChange = () => Promise.resolve(1_000);
 * const monitor = new SparkCheckpointMonitor({ newestChange, now: () => 131_500 });
 * assert.equal((await monitor.snapshot()).reason, "stale by 130.5s");
 * ```
 */
export class SparkCheckpointMonitor {
  readonly #newestChange: SparkCheckpointOptions["newestChange"];
  readonly #staleAfterSec: number;
  readonly #now: () => number;

  /** Makes one; looks at nothing yet. */
  constructor({ newestChange, staleAfterSec = 120, now = Date.now }: SparkCheckpointOptions) {
    this.#newestChange = newestChange;
    this.#staleAfterSec = staleAfterSec;
    this.#now = now;
  }

  /** Looks at the folder. Never rejects. */
  async snapshot(): Promise<SparkHealth> {
    const timestamp = this.#now() / 1000;
    const unknown = { active: false, last_update: null, age_sec: null, timestamp };
    let newest: number | undefined;
    try {
      newest = await this.#newestChange();
    } catch (error) {
      return { ...unknown, reason: describeError(error) };
    }
    if (newest === undefined) return { ...unknown, reason: "checkpoint missing" };
    // A file may be newer than the clock says.
    const age = Math.max(0, timestamp - newest / 1000);
    const active = age <= this.#staleAfterSec;
    return {
      active,
      reason: active ? null : `stale by ${age.toFixed(1)}s`,
      last_update: newest / 1000,
      age_sec: age,
      timestamp,
    };
  }
}
