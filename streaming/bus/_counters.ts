/** What a bus counts; every receiver of a message ends in `delivered`, `dropped` or `dlq`. */
export interface Counters {
  published: number;
  delivered: number;
  dropped: number;
  dlq: number;
  /** Handed to a function that has not settled yet. */
  handling: number;
  /** Handed to receivers besides what was published: replays and retained values. */
  replayed: number;
  backpressure: number;
  readonly reasons: Map<string, number>;
}

/** All at zero. */
export function newCounters(): Counters {
  return {
    published: 0,
    delivered: 0,
    dropped: 0,
    dlq: 0,
    handling: 0,
    replayed: 0,
    backpressure: 0,
    reasons: new Map(),
  };
}
