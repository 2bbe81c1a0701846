import { UserError } from "../../core/errors.ts";

/** What a limiter is told now and then. */
export interface LimiterSample {
  /** Jobs that wait. */
  readonly depth: number;
  /** How long jobs waited before they started lately, in milliseconds. */
  readonly waitMs: number;
  /** Share of attempts that failed lately, 0 to 1. */
  readonly errorRate: number;
}

/** Options of {@linkcode createAdaptiveLimiter}. */
export interface AdaptiveLimiterOptions {
  /** Permits at the start. Default 4. */
  readonly base?: number;
  /** Never fewer. Default 1. */
  readonly min?: number;
  /** Never more. Default 32. */
  readonly max?: number;
  /** Permits that come or go at a time. Default 2. */
  readonly step?: number;
  /** Least time between two changes, in milliseconds. Default 3,000. */
  readonly everyMs?: number;
  /** So many jobs have to wait before there are more permits. Default 40. */
  readonly depth?: number;
  /** Beyond this wait there are fewer permits, in milliseconds. Default 2,000. */
  readonly waitMs?: number;
  /** Beyond this share of errors there are fewer permits. Default 0.2. */
  readonly errorRate?: number;
  /** The clock, in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

/** A semaphore whose permits are given out first come, first served, and follow the load. */
export interface AdaptiveLimiter {
  /** Permits there are. */
  readonly limit: number;
  /** Permits in use; more than `limit` for a while after that went down. */
  readonly active: number;
  /** Who wait for a permit. */
  readonly waiting: number;
  /**
   * Waits for a permit.
   *
   * @param signal ends the wait; rejects with its reason.
   * @returns gives the permit back; calling it twice is fine.
   * @throws {UserError} `aborted` when the limiter is closed.
   */
  acquire(signal?: AbortSignal): Promise<() => void>;
  /** A permit if one is free and nobody waits; undefined else. */
  tryAcquire(): (() => void) | undefined;
  /** Gives one permit back, for who has no use for what `acquire` returned. */
  release(): void;
  /** Sets the number of permits, within `min` and `max`. Those in use stay in use. */
  resize(limit: number): void;
  /**
   * Follows the load, at most once in `everyMs`: many wait, soon started and well: more permits;
   * long waits or many errors: fewer.
   *
   * @returns the number of permits.
   */
  observe(sample: LimiterSample): number;
  /** Ends it: who waits is told, and nobody gets a permit any more. Closing twice is fine. */
  close(): void;
}

interface Waiter {
  grant(): void;
  fail(error: unknown): void;
}

/**
 * A limiter for the workers of one process. Pure: it has no timer and reads no queue; whoever
 * drives it calls `observe`.
 *
 * @example
 * ```ts
 * import { createAdaptiveLimiter } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * let now = 0;
 * const limiter = createAdaptiveLimiter({ now: () => now });
 * const release = await limiter.acquire();
 * assert.deepEqual([limiter.active, limiter.limit], [1, 4]);
 * release();
 * now = 3_000;
 * assert.equal(limiter.observe({ depth: 40, waitMs: 10, errorRate: 0 }), 6);
 * assert.equal(limiter.observe({ depth: 40, waitMs: 10, errorRate: 0 }), 6);
 * now = 6_000;
 * assert.equal(limiter.observe({ depth: 40, waitMs: 10, errorRate: 0.5 }), 4);
 * ```
 */
export function createAdaptiveLimiter(options: AdaptiveLimiterOptions = {}): AdaptiveLimiter {
  const { base = 4, min = 1, max = 32, step = 2, everyMs = 3_000, now = Date.now } = options;
  const { depth = 40, waitMs = 2_000, errorRate = 0.2 } = options;
  if (!(min >= 1 && min <= max && Number.isInteger(min) && Number.isInteger(max))) {
    throw new UserError("usage", `limits of a limiter: from ${min} to ${max}`, {
      hint: "expected whole numbers, 1 at least, the least first",
    });
  }
  const within = (limit: number) => Math.min(max, Math.max(min, Math.round(limit) || min));
  // A set keeps its order, and a waiter that gives up leaves it at once.
  const waiters = new Set<Waiter>();
  let limit = within(base);
  let active = 0;
  let closed = false;
  let changedAt = now();

  return {
    get limit() {
      return limit;
    },
    get active() {
      return active;
    },
    get waiting() {
      return waiters.size;
    },
    acquire,
    tryAcquire: () => closed || active >= limit || waiters.size > 0 ? undefined : permit(),
    release,
    resize(wanted) {
      limit = within(wanted);
      grant();
    },
    observe(sample) {
      const since = now() - changedAt;
      // A clock that was set back starts the time anew.
      if (since < 0) changedAt = now();
      if (since < everyMs) return limit;
      changedAt = now();
      const bad = sample.waitMs > waitMs || sample.errorRate > errorRate;
      if (bad) limit = within(limit - step);
      else if (sample.depth >= depth) limit = within(limit + step);
      grant();
      return limit;
    },
    close() {
      closed = true;
      for (const waiter of waiters) waiter.fail(ended());
      waiters.clear();
    },
  };

  function acquire(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (closed) return Promise.reject(ended());
    if (active < limit && waiters.size === 0) return Promise.resolve(permit());
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        grant: () => {
          signal?.removeEventListener("abort", leave);
          resolve(permit());
        },
        fail: (error) => {
          signal?.removeEventListener("abort", leave);
          reject(error);
        },
      };
      const leave = () => {
        waiters.delete(waiter);
        reject(signal!.reason);
      };
      waiters.add(waiter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  function permit(): () => void {
    active++;
    let given = true;
    return () => {
      if (given) release();
      given = false;
    };
  }

  function release(): void {
    if (active > 0) active--;
    grant();
  }

  function grant(): void {
    for (const waiter of waiters) {
      if (active >= limit) return;
      waiters.delete(waiter);
      waiter.grant();
    }
  }
}

function ended(): UserError {
  return new UserError("aborted", "the limiter is closed");
}
