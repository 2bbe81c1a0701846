import type { JobClass } from "./types.ts";

/** Durations that percentiles are of. */
const WINDOW = 512;

/** What counts as lately, in milliseconds. */
const RECENT_MS = 10_000;

interface Seen {
  readonly at: number;
  readonly failed?: boolean;
  readonly waitMs?: number;
}

/** Counts what a runner does. */
export class RunnerCounts {
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #latencies: number[] = [];
  readonly #errorsByClass: Partial<Record<JobClass, number>> = {};
  #processed = 0;
  #errors = 0;
  #durations = 0;
  #recent: Seen[] = [];

  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  /** An attempt waited for what it runs on. */
  readonly waited = (ms: number): void => {
    this.#recent.push({ at: this.#now(), waitMs: Math.max(0, ms) });
  };

  /** @param latency from when it could have started until its end, in milliseconds. */
  ended(kind: JobClass, ok: boolean, durationMs: number, latency: number): void {
    this.#latencies[this.#processed++ % WINDOW] = Math.max(0, latency);
    this.#durations += Math.max(0, durationMs);
    this.#recent.push({ at: this.#now(), failed: !ok });
    if (ok) return;
    this.#errors++;
    this.#errorsByClass[kind] = (this.#errorsByClass[kind] ?? 0) + 1;
  }

  /** What there was lately. */
  sample(): { waitMs: number; errorRate: number } {
    const now = this.#now();
    this.#recent = this.#recent.filter(({ at }) => at <= now && now - at <= RECENT_MS);
    const waits = this.#recent.flatMap(({ waitMs }) => waitMs ?? []);
    const ends = this.#recent.flatMap(({ failed }) => failed ?? []);
    const mean = (values: readonly number[]) =>
      values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
    return { waitMs: mean(waits), errorRate: mean(ends.map(Number)) };
  }

  read() {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    return {
      tasks_processed: this.#processed,
      latency_p95_ms: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null,
      avg_duration_ms: this.#processed === 0 ? null : this.#durations / this.#processed,
      total_errors: this.#errors,
      errors_by_class: { ...this.#errorsByClass },
      uptime_seconds: Math.max(0, this.#now() - this.#startedAt) / 1_000,
    };
  }
}
