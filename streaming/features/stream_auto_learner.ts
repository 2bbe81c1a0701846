import { describeError, UserError } from "../../core/errors.ts";
import type { EventStream, Subscription } from "../bus/types.ts";
import type { FeatureSnapshot } from "./feature_store.ts";

/** What `.dspy_stream_metrics.json` and the stream `streaming_rl_metrics` hold. */
export interface StreamLearnerRecord {
  /** What is watched. */
  readonly topic: string;
  /** Messages since the start. */
  readonly total: number;
  /** Messages per second over the last 60, or since the start if that is less. */
  readonly rate_per_sec: number;
  /** Seconds since the epoch. */
  readonly ts: number;
  /** Figures of the features; null while there are none. */
  readonly feature_snapshot: FeatureSnapshot | null;
}

/** Options of {@linkcode StreamAutoLearner}. */
export interface StreamLearnerOptions {
  /** Keeps a record: the file and the stream are the caller's. */
  readonly write: (record: StreamLearnerRecord) => Promise<void>;
  /** Figures of the features now. Default: none. */
  readonly snapshot?: () => FeatureSnapshot | null;
  /** What is watched. Default `agent.rl.vectorized`. */
  readonly topic?: string;
  /** Milliseconds between two records. Default 5,000. */
  readonly intervalMs?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Ends it as `stop` does. */
  readonly signal?: AbortSignal;
}

/** Counters of a {@linkcode StreamAutoLearner}. */
export interface StreamLearnerMetrics {
  /** Messages since the start. */
  readonly total: number;
  /** Records that were written. */
  readonly written: number;
  /** Records that could not be written. */
  readonly errors: number;
  /** Why the last one could not. */
  readonly last_error: string | null;
}

const WINDOW_SEC = 60;

/**
 * Writes down how much comes in and what it is like, as long as anything comes in.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { StreamAutoLearner } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const bus = createLocalBus();
 * const totals: number[] = [];
 * const learner = new StreamAutoLearner({
 *   write: (record) => Promise.resolve(void totals.push(record.total)),
 * });
 * learner.start(bus);
 * bus.publish("agent.rl.vectorized", {});
 * await bus.flush();
 * await learner.stop();
 * assert.deepEqual(totals, [1]);
 * await bus.close();
 * ```
 */
export class StreamAutoLearner {
  readonly #options: StreamLearnerOptions;
  readonly #topic: string;
  readonly #intervalMs: number;
  readonly #now: () => number;
  /** Messages by second, each slot with the second that it is of. */
  readonly #seconds = Array.from({ length: WINDOW_SEC }, () => ({ second: -1, count: 0 }));
  #startedAt = 0;
  #counts = { total: 0, written: 0, errors: 0 };
  #lastError: string | null = null;
  #told = 0;
  #subscription: Subscription | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #writing: Promise<void> = Promise.resolve();

  /**
   * Makes one; `start` listens.
   *
   * @throws {UserError} `usage` when `intervalMs` is no number above 0.
   */
  constructor(options: StreamLearnerOptions) {
    const { topic = "agent.rl.vectorized", intervalMs = 5000, now = Date.now } = options;
    if (!(intervalMs > 0)) {
      throw new UserError("usage", `intervalMs is ${intervalMs}; expected a number above 0`);
    }
    this.#options = options;
    this.#topic = topic;
    this.#intervalMs = intervalMs;
    this.#now = now;
  }

  /** Subscribes and begins to write; a second call does nothing. */
  start(stream: EventStream): void {
    if (this.#subscription !== undefined || this.#options.signal?.aborted) return;
    this.#startedAt = this.#now();
    this.#subscription = stream.subscribe(this.#topic, () => this.#count());
    this.#timer = setInterval(() => this.#write(), this.#intervalMs);
    this.#options.signal?.addEventListener("abort", () => void this.stop(), { once: true });
  }

  /** Writes what is new and ends. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#subscription?.close();
    this.#write();
    await this.#writing;
  }

  /** The record as it would be written now. */
  record(): StreamLearnerRecord {
    const now = this.#now();
    const second = Math.floor(now / 1000);
    const recent = this.#seconds
      .filter((slot) => slot.second > second - WINDOW_SEC && slot.second <= second)
      .reduce((sum, { count }) => sum + count, 0);
    const since = Math.min(WINDOW_SEC, Math.max(1, (now - this.#startedAt) / 1000));
    return {
      topic: this.#topic,
      total: this.#counts.total,
      rate_per_sec: recent / since,
      ts: now / 1000,
      feature_snapshot: this.#options.snapshot?.() ?? null,
    };
  }

  /** Counters. */
  metrics(): StreamLearnerMetrics {
    return { ...this.#counts, last_error: this.#lastError };
  }

  #count(): void {
    const second = Math.floor(this.#now() / 1000);
    const slot = this.#seconds[second % WINDOW_SEC]!;
    if (slot.second !== second) Object.assign(slot, { second, count: 0 });
    slot.count++;
    this.#counts.total++;
  }

  #write(): void {
    if (this.#told === this.#counts.total) return;
    this.#told = this.#counts.total;
    // One after another: an older record must not come to stand over a newer one.
    this.#writing = this.#writing.then(async () => {
      await this.#options.write(this.record());
      this.#counts.written++;
    }).catch((error) => {
      this.#counts.errors++;
      this.#lastError = describeError(error);
    });
  }
}
