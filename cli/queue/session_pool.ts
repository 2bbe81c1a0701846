import { createAdaptiveLimiter } from "../../streaming/queue/adaptive_limiter.ts";
import type { Launcher } from "../launcher.ts";

/** Launchers, each with a session of its own: one session does one thing at a time. */
export interface SessionPool extends AsyncDisposable {
  /**
   * Uses a launcher that nobody else uses meanwhile.
   *
   * @param signal ends the wait for one.
   * @param work gets it, and how long it waited for it, in milliseconds.
   */
  use<T>(
    signal: AbortSignal,
    work: (launcher: Launcher, waitedMs: number) => Promise<T>,
  ): Promise<T>;
}

/**
 * A pool that opens launchers as they are needed.
 *
 * @param open opens one.
 * @param size how many there may be.
 */
export function createSessionPool(open: () => Promise<Launcher>, size: number): SessionPool {
  const permits = createAdaptiveLimiter({ base: size, min: size, max: size });
  const free: Launcher[] = [];
  const all = new Set<Launcher>();
  let closed = false;

  return {
    async use(signal, work) {
      const came = performance.now();
      const release = await permits.acquire(signal);
      try {
        const waited = performance.now() - came;
        const launcher = free.pop() ?? await added();
        try {
          return await work(launcher, waited);
        } finally {
          free.push(launcher);
        }
      } finally {
        release();
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      permits.close();
      await Promise.all([...all].map((launcher) => launcher.close()));
    },
  };

  async function added(): Promise<Launcher> {
    const launcher = await open();
    all.add(launcher);
    // It was opened for somebody who has left.
    if (closed) await launcher.close();
    return launcher;
  }
}
