import { pause } from "../../core/pause.ts";

/** The time, and waiting for it: injected where a test wants its own. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number;
  /** Milliseconds that only ever grow. */
  elapsed(): number;
  /** Waits; resolves at once when the signal fires, and leaves no timer behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  sleep: pause,
};
