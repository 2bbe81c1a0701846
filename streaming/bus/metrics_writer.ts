import type { LineFiles } from "./line_files.ts";
import type { BusMetrics, EventStream } from "./types.ts";

/** Options of {@linkcode startMetricsWriter}. */
export interface MetricsWriterOptions {
  /** Milliseconds between two writes. Default 30,000. */
  readonly everyMs?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Bytes above which `bus_metrics.jsonl` is moved away. Default 10 MB. */
  readonly maxBytes?: number;
  /** The time in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Told when metrics cannot be written; the next write is tried all the same. Default: nobody. */
  readonly onError?: (error: unknown) => void;
}

/** Writes the counters of a bus until it is stopped. */
export interface MetricsWriter {
  /** Writes now. */
  write(): Promise<void>;
  /** Writes a last time and ends. */
  stop(): Promise<void>;
}

/** What is written: the counters, and when. */
export interface MetricsRecord extends BusMetrics {
  /** Seconds since the epoch. */
  readonly ts: number;
}

/**
 * Writes the counters of a bus every 30 seconds: the newest into `bus_metrics.json`, all into
 * `bus_metrics.jsonl`.
 *
 * @param bus whose counters.
 * @param files the folder for them.
 */
export function startMetricsWriter(
  bus: Pick<EventStream, "metrics">,
  files: LineFiles,
  options: MetricsWriterOptions = {},
): MetricsWriter {
  const { everyMs = 30_000, signal, maxBytes = 10_000_000, now = Date.now } = options;
  const { onError = () => {} } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();
  const stop = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    return stopped ??= write();
  };
  const schedule = () => {
    // One after the other: a slow disk is not asked twice at once.
    timer = setTimeout(() => void write().then(() => stopped === undefined && schedule()), everyMs);
  };
  if (signal?.aborted) void stop();
  else {
    signal?.addEventListener("abort", stop, { once: true });
    schedule();
  }
  return { write, stop };

  function write(): Promise<void> {
    return writing = writing.then(writeOnce).catch(onError);
  }

  async function writeOnce(): Promise<void> {
    const record: MetricsRecord = { ts: now() / 1000, ...bus.metrics() };
    const line = JSON.stringify(record);
    await files.replace("bus_metrics.json", `${line}\n`);
    const size = await files.append("bus_metrics.jsonl", `${line}\n`);
    if (size > maxBytes) await files.rotate("bus_metrics.jsonl", maxBytes, 1);
  }
}
