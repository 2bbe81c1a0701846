import { UserError } from "../../core/errors.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { TailPosition } from "./file_position.ts";
import type { LineSink } from "./line_sink.ts";
import type { TailMetrics, TailNotice } from "./tail_notice.ts";
import { Ended, Moved, TailWork } from "./_tail_work.ts";

/** Options of {@linkcode FileTailer.open}. */
export interface FileTailerOptions {
  /**
   * Whether a log that is there at the first start is read from its start. Default false: from its
   * end. A log that comes later is read from its start, and a saved position goes before both.
   */
  readonly fromStart?: boolean;
  /**
   * Longest time between two looks, in milliseconds. Default 500. While lines come, and some time
   * after, it looks more often: after a hundredth of the time that nothing came, 5 ms at least.
   */
  readonly pollMs?: number;
  /** Milliseconds after which a line without an end is given as it is. Default 2,000. */
  readonly idleMs?: number;
  /** Longest line in bytes; a longer one is given in pieces. Default 1 MiB. */
  readonly maxLine?: number;
  /** Real path of a folder that the log must lie in, also after links. Default: anywhere. */
  readonly root?: string;
  /** Told of what a person may want to know. */
  readonly onNotice?: (notice: TailNotice) => void;
  /** Ends it as {@linkcode FileTailer.stop} does. */
  readonly signal?: AbortSignal;
  /** Default the machine's. */
  readonly clock?: Clock;
}

const LEAST_WAIT_MS = 5;
const RETRY_MS = [100, 5_000] as const;

/**
 * Follows one log through growth, rotation (by renaming, or by copying and cutting), truncation,
 * deletion and return. It is the file that is followed, not its name: device, inode and a hash of
 * the first kilobyte tell it. A rotated file is read to its end before the new one is begun.
 *
 * Limits: what a program writes between the copying and the cutting of `copytruncate` is gone
 * before anyone can read it; a file that is cut and has grown past its old length with the same
 * first kilobyte is not told from one that only grew; packed rotated files are not read.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { FileTailer, publishLines } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const path = await Deno.makeTempFile({ suffix: ".log" });
 * await using bus = createLocalBus();
 * const lines = bus.subscribe<{ line: string }>("logs.raw.app");
 * const tailer = await FileTailer.open(path, publishLines(bus, "logs.raw.app"));
 * await Deno.writeTextFile(path, "ERROR disk is full\n", { append: true });
 * assert.equal((await lines.get())?.value.line, "ERROR disk is full");
 * await tailer.stop();
 * await Deno.remove(path);
 * ```
 */
export class FileTailer implements AsyncDisposable {
  /** The log. */
  readonly path: string;
  readonly #work: TailWork;
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #ending: AbortController = new AbortController();
  #running: Promise<void> = Promise.resolve();

  private constructor(path: string, sink: LineSink<TailPosition>, options: FileTailerOptions) {
    const { clock = systemClock, root, maxLine = 1 << 20, idleMs = 2000, onNotice } = options;
    const { signal } = this.#ending;
    this.path = path;
    this.#clock = clock;
    this.#pollMs = options.pollMs ?? 500;
    this.#work = new TailWork({ path, root, sink, clock, maxLine, idleMs, onNotice, signal });
  }

  /**
   * Begins to follow a log; it need not exist yet.
   *
   * @param path of the log.
   * @param sink where lines go: {@linkcode publishLines}, {@linkcode sendLines},
   * {@linkcode storeLines}, or your own.
   * @returns once it stands where it begins: what is written from now on is given.
   * @throws {UserError} for a path that is no log, or whose position cannot be read.
   */
  static async open(
    path: string,
    sink: LineSink<TailPosition>,
    options: FileTailerOptions = {},
  ): Promise<FileTailer> {
    if (path === "" || path.includes("\0")) {
      throw new UserError("usage", `no path of a log: ${JSON.stringify(path)}`, {
        hint: "name a file",
      });
    }
    const tailer = new FileTailer(path, sink, options);
    await tailer.#work.begin(options.fromStart ?? false);
    const { signal } = options;
    if (signal?.aborted) tailer.#ending.abort();
    else {
      const end = () => tailer.#ending.abort();
      signal?.addEventListener("abort", end, { once: true, signal: tailer.#ending.signal });
    }
    tailer.#running = tailer.#run();
    return tailer;
  }

  /** Counters since it was opened. */
  metrics(): TailMetrics {
    return this.#work.metrics();
  }

  /**
   * Ends it: what came last is read (at most 256 KiB of each file), handed on, and the files are
   * closed. A line without an end is given, too, unless the position is kept: then the next start
   * gives it.
   */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  /** The same as `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    let failures = 0;
    while (!signal.aborted) {
      failures = await this.#try(() => this.#work.look()) ? 0 : failures + 1;
      const idle = this.#clock.elapsed() - this.#work.busyAt;
      const wait = failures > 0
        ? Math.min(RETRY_MS[0] * 2 ** (failures - 1), RETRY_MS[1])
        : Math.min(Math.max(idle / 100, LEAST_WAIT_MS), this.#pollMs);
      await this.#clock.sleep(wait, signal);
    }
    await this.#try(() => this.#work.look());
    await this.#try(() => this.#work.finish());
    this.#work.close();
  }

  /** Whether it went well; failures are counted and told of. */
  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Ended) return false;
      if (!(error instanceof Moved)) this.#work.failed(error);
      else if (await this.#try(() => this.#work.takeUp())) return true;
      return false;
    }
  }
}
