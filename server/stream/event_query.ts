import type { EventFilter } from "../../streaming/events/filter.ts";

/** What a client wants to see of the events. */
export interface EventQuery {
  /** Two queries with the same key want the same. */
  readonly key: string;
  /** Topics, each once, one at least. */
  readonly topics: readonly string[];
  /** Most records of each topic at the start. */
  readonly limit: number;
  /** Whether only what comes is wanted, nothing of before. */
  readonly follow: boolean;
  /** Which records, and what of them. */
  readonly filter: EventFilter;
}
