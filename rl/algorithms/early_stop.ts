/** Follows the returns of episodes, and says when they no longer grow. */
export interface EarlyStop {
  /** Exponential mean of the returns; NaN before the first. */
  readonly smoothed: number;
  /** The largest it has been since the first few episodes; minus infinity before. */
  readonly best: number;
  /** Episodes that were counted. */
  readonly episodes: number;
  /** Whether the last `patience` episodes brought no new best. */
  readonly stop: boolean;
  /**
   * Takes the return of an episode into account. One that is no finite number is missing: it
   * changes nothing.
   *
   * @returns whether the mean is a new best.
   */
  add(episodeReturn: number): boolean;
  /** Its whole state as plain JSON. */
  snapshot(): unknown;
  /**
   * Reads a state without changing anything yet.
   *
   * @returns what takes it over.
   * @throws {RangeError} when it is damaged.
   */
  restore(snapshot: unknown): () => void;
}

/** Options of {@linkcode createEarlyStop}. */
export interface EarlyStopOptions {
  /** Episodes without a new best after which to stop; 0: never. Default 0. */
  readonly patience?: number;
  /** Weight of the past in the mean. Default 0.9. */
  readonly decay?: number;
  /** By how much a best must be surpassed. Default 0. */
  readonly minDelta?: number;
  /** Episodes before the mean is judged, as the first ones are luck. Default 10. */
  readonly warmUp?: number;
}

/**
 * Early stopping on an exponential mean of episode returns, with the correction for its start that
 * Adam uses. Episodes are counted, so that it does not matter how many environments they come from.
 *
 * Source: Prechelt, "Early stopping - but when?", in "Neural networks: tricks of the trade", 1998;
 * the correction: Kingma and Ba, "Adam", ICLR 2015, section 3.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { createEarlyStop } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const early = createEarlyStop({ patience: 3, warmUp: 1 });
 * for (const episodeReturn of [1, 2, 2, 1, 1]) early.add(episodeReturn);
 * assert.equal(early.stop, false);
 * early.add(1);
 * assert.equal(early.stop, true);
 * ```
 */
export function createEarlyStop(options: EarlyStopOptions = {}): EarlyStop {
  const { patience = 0, decay = 0.9, minDelta = 0, warmUp = 10 } = options;
  if (!(patience >= 0 && decay >= 0 && decay < 1 && minDelta >= 0 && warmUp >= 0)) {
    throw new RangeError(
      `patience, minDelta and warmUp from 0, decay in [0, 1): given ` +
        `${[patience, minDelta, warmUp, decay]}`,
    );
  }
  let state = { sum: 0, weight: 0, best: null as number | null, episodes: 0, since: 0 };

  return {
    get smoothed() {
      return state.sum / state.weight;
    },
    get best() {
      return state.best ?? -Infinity;
    },
    get episodes() {
      return state.episodes;
    },
    get stop() {
      return patience > 0 && state.since >= patience;
    },
    add(episodeReturn) {
      if (!Number.isFinite(episodeReturn)) return false;
      state.episodes++;
      state.sum = decay * state.sum + (1 - decay) * episodeReturn;
      state.weight = decay * state.weight + (1 - decay);
      if (state.episodes < warmUp) return false;
      const smoothed = state.sum / state.weight;
      if (state.best === null || smoothed > state.best + minDelta) {
        state.best = smoothed;
        state.since = 0;
        return true;
      }
      state.since++;
      return false;
    },
    snapshot: () => ({ ...state }),
    restore(snapshot) {
      const next = snapshot as typeof state | undefined;
      const numbers = [next?.sum, next?.weight, next?.episodes, next?.since, next?.best ?? 0];
      if (!numbers.every(Number.isFinite)) {
        throw new RangeError(`not a state of early stopping: ${JSON.stringify(snapshot)}`);
      }
      return () => {
        state = { ...next! };
      };
    },
  };
}
