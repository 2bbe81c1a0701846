import type { RateLimit } from "./rate_limit.ts";

/** Buckets of tokens, one per peer. */
export interface Limiter {
  /**
   * Takes from a peer's bucket.
   *
   * @param at milliseconds of a clock that only goes forward.
   * @returns 0, or the seconds until there is enough; then nothing was taken.
   */
  take(peer: string, at: number): number;
  /** Takes what a wrong token costs; may leave a debt of that much. */
  punish(peer: string, at: number): void;
}

/** So many peers are remembered. */
const MOST_PEERS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Makes the buckets of all peers. */
export function createLimiter(
  { perSecond = 1_000, burst = 2 * perSecond, failureCost = 100 }: RateLimit,
): Limiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(peer, at) {
      const bucket = filled(peer, at);
      if (bucket.tokens < 1) return (1 - bucket.tokens) / perSecond;
      bucket.tokens--;
      return 0;
    },
    punish(peer, at) {
      const bucket = filled(peer, at);
      bucket.tokens = Math.max(bucket.tokens - failureCost, -failureCost);
    },
  };

  function filled(peer: string, at: number): Bucket {
    const key = network(peer);
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      if (buckets.size >= MOST_PEERS) forget();
      buckets.set(key, bucket = { tokens: burst, at });
    } else {
      bucket.tokens = Math.min(
        burst,
        bucket.tokens + Math.max(0, at - bucket.at) / 1000 * perSecond,
      );
      bucket.at = at;
    }
    return bucket;
  }

  /** Forgets those who came first, many at once: to look for somebody would take too long. */
  function forget(): void {
    let left = MOST_PEERS / 10;
    for (const key of buckets.keys()) {
      if (left-- <= 0) break;
      buckets.delete(key);
    }
  }
}

/** Whoever has one IPv6 address has a whole network of them. */
function network(address: string): string {
  return address.includes(":") && !address.includes(".")
    ? address.split(":").slice(0, 4).join(":")
    : address;
}
