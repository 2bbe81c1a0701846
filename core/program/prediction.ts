import type { LMResponse, LMUsage } from "../lm/types.ts";

/** What a run took. */
export interface RunInfo {
  /** What all its calls took together, fallback and repair included. */
  readonly usage: LMUsage;
  /** The replies as they came, in order. */
  readonly replies: readonly LMResponse[];
  /** Set when a reply ended before its last value did, so that this value may be cut short. */
  readonly truncated?: true;
}

/** The outputs of a run as a plain object, with what it took in `$`, which is not enumerable. */
export type Prediction<O> = O & { readonly $: RunInfo };
