import { pause } from "../../core/pause.ts";
import { DECISIONS } from "../log/decision_log.ts";
import { trainOnce } from "./train_once.ts";
import type { TrainerOptions, TrainingReport } from "./trainer_options.ts";

/** Options of {@linkcode runBackgroundTrainer}. */
export interface BackgroundTrainerOptions extends TrainerOptions {
  /** Ends the trainer. Default: only {@linkcode BackgroundTrainer.stop} does. */
  readonly signal?: AbortSignal | undefined;
  /** Time between two looks at the log, in milliseconds. Default 5,000. */
  readonly interval?: number | undefined;
  /** Told what each pass did. Default nobody. */
  readonly onPass?: ((report: TrainingReport) => void) | undefined;
}

/** A trainer that works until it is stopped. */
export interface BackgroundTrainer {
  /** Ends it; see {@linkcode BackgroundTrainer.ended}. May be called again. */
  stop(): Promise<void>;
  /** Resolves once it has ended: all that was in the log by then is committed, no timer is left. */
  readonly ended: Promise<void>;
}

/**
 * Trains in the background: a pass of {@linkcode trainOnce} whenever there is something new in the
 * log. What goes wrong in a pass is told to `warn`, once for the same thing, and tried again.
 *
 * @throws {RangeError} when the interval is no time.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { runBackgroundTrainer } from "@dspy/code/rl";
 *
 * const abort = new AbortController();
 * const trainer = runBackgroundTrainer({ store: openMemoryStore(), signal: abort.signal });
 * abort.abort();
 * await trainer.ended;
 * ```
 */
export function runBackgroundTrainer(options: BackgroundTrainerOptions): BackgroundTrainer {
  const { store, signal, interval = 5_000, onPass, warn = () => {} } = options;
  if (!(interval >= 0 && interval < 2 ** 31)) {
    throw new RangeError(`an interval of ${interval}: expected milliseconds from 0`);
  }
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  let told = "";
  let read = -1;
  const ended = run();
  return {
    ended,
    stop() {
      stop();
      return ended;
    },
  };

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await pass();
      await pause(interval, stopped.signal);
    }
    // What came while the last pass went on.
    await pass();
    signal?.removeEventListener("abort", stop);
  }

  async function pass(): Promise<void> {
    try {
      if (read === await store.head(DECISIONS)) return;
      const report = await trainOnce({ ...options, signal: undefined });
      if (report.ran) read = report.offset;
      told = "";
      onPass?.(report);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== told) warn(`the background trainer: ${text}`);
      told = text;
    }
  }
}
