import { fail } from "../_fail.ts";
import type { Limiter } from "./limiter.ts";
import type { Check } from "./check.ts";

/** How many requests a peer may make. */
export interface RateLimit {
  /** Requests per second that go on for ever. Default 1,000. */
  readonly perSecond?: number;
  /** Requests at once after a pause. Default 2,000. */
  readonly burst?: number;
  /**
   * So many requests does one count as whose token was wrong: guessing is slowed to `perSecond`
   * divided by this. Default 100.
   */
  readonly failureCost?: number;
}

/** Refuses peers that ask too often, and says when to come back. */
export function rateLimit(limiter: Limiter): Check {
  return (c, { peer, started }) => {
    const wait = limiter.take(peer?.address ?? "", started);
    if (wait === 0) return undefined;
    c.header("Retry-After", String(Math.ceil(wait)));
    return fail(c, 429, "too many requests");
  };
}
