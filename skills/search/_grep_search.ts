import { UserError } from "../../core/errors.ts";
import { nextTurn } from "../../core/next_turn.ts";
import type { WalkEntry } from "../../core/workspace/walk.ts";
import {
  CURRENT,
  DONE,
  type FoundFile,
  JOB_FILES,
  Lane,
  type LaneResult,
  MAX_LANES,
  sharedNumbers,
  type ToWorker,
} from "./_grep_lane.ts";
import type { ScanSpec } from "./_grep_scan.ts";
import { endWorkers, idleWorkers, keepWorker, takeWorker } from "./_grep_workers.ts";

/** Options of {@linkcode searchFiles}. */
export interface SearchOptions {
  /** Absolute path of the folder that the entries' paths are relative to. */
  readonly root: string;
  /** Whether the expression may run in this thread, where nothing can stop it. */
  readonly linear: boolean;
  readonly signal: AbortSignal;
  /** Longest time for one file. Milliseconds. Default 10,000. */
  readonly fileTimeoutMs?: number;
  /** Longest time once all files are listed. Milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
  /** Told now and then how many files are done. */
  readonly onProgress?: (done: number) => void;
}

/** What a search found, in the order of the files. */
export interface SearchResult {
  readonly found: readonly (FoundFile & { readonly path: string })[];
  readonly searched: number;
  readonly skipped: LaneResult["skipped"];
}

/** More files are not listed. */
const MAX_FILES = 4_000_000;

/** From this many files on a worker helps even when it has to be started first. */
const FILES_PER_COLD_WORKER = 2_000;

/** From this many files on a worker that is there helps. */
const FILES_PER_WARM_WORKER = 200;

/** From this many files on a worker is kept for the next search, since that may need it in a hurry. */
const FILES_TO_KEEP_WORKER = 1_000;

/** Between two looks at the clock and the signal. Milliseconds. */
const WATCH_MS = 100;

/** This thread answers others after working for this long. Milliseconds. */
const SLICE_MS = 20;

/**
 * Searches files while they are still being listed: workers take jobs from the front of the list,
 * this thread, once the list is complete, from its end, if the expression cannot run away. Only as
 * many workers are started as pay.
 *
 * @throws {UserError} `aborted` by the signal; `failed` when the search of one file takes too long.
 */
export async function searchFiles(
  batches: AsyncIterable<readonly WalkEntry[]>,
  spec: ScanSpec,
  options: SearchOptions,
): Promise<SearchResult> {
  const search = new Search(spec, options);
  try {
    for await (const batch of batches) {
      search.add(batch);
      if (search.complete) break;
    }
    const results = await search.finish();
    search.keepWorkers();
    return merge(results, search.paths);
  } catch (error) {
    search.endWorkers();
    throw error;
  }
}

class Search {
  readonly paths: string[] = [];
  readonly #spec: ScanSpec;
  readonly #options: SearchOptions;
  readonly #shared = sharedNumbers(MAX_FILES);
  readonly #numbers = new Int32Array(this.#shared);
  readonly #own: Lane;
  readonly #workers: Worker[] = [];
  readonly #results: Promise<LaneResult>[] = [];
  #sent = 0;

  constructor(spec: ScanSpec, options: SearchOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#own = new Lane(spec, this.#shared, 0);
    this.#hire();
  }

  /** Whether no more files are needed. */
  get complete(): boolean {
    return this.#own.full || this.paths.length >= MAX_FILES;
  }

  add(batch: readonly WalkEntry[]): void {
    for (const { path } of batch) this.paths.push(path);
    this.#hire();
    this.#send(this.paths.length - this.paths.length % JOB_FILES);
  }

  /** Waits for the workers, and works here as well when that is safe. */
  async finish(): Promise<LaneResult[]> {
    this.#send(this.paths.length);
    for (const worker of this.#workers) tell(worker, { type: "end" });
    const watch = this.#watch();
    try {
      const all = Promise.all(this.#results);
      all.catch(() => {});
      if (this.#options.linear) await Promise.race([this.#work(watch.look), watch.failed]);
      return [this.#own.result(), ...await Promise.race([all, watch.failed])];
    } finally {
      watch.stop();
    }
  }

  keepWorkers(): void {
    const keep = this.paths.length >= FILES_TO_KEEP_WORKER;
    for (const worker of this.#workers) {
      if (keep) keepWorker(worker, this.#options.signal);
      else worker.terminate();
    }
  }

  endWorkers(): void {
    for (const worker of this.#workers) worker.terminate();
    endWorkers();
  }

  /** Takes jobs from the end of the list; without workers from the front. */
  async #work(look: () => void): Promise<void> {
    const alone = this.#workers.length === 0;
    const jobs = Math.ceil(this.paths.length / JOB_FILES);
    let since = performance.now();
    let looked = since;
    for (let job = 0; job < jobs && !this.#own.full; job++) {
      const first = (alone ? job : jobs - 1 - job) * JOB_FILES;
      this.#own.run(first, this.#absolute(first, first + JOB_FILES), alone);
      if (performance.now() - since < SLICE_MS) continue;
      await nextTurn();
      if (this.#options.signal.aborted) return;
      since = performance.now();
      if (!alone || since - looked < WATCH_MS) continue;
      look();
      looked = since;
    }
  }

  #absolute(from: number, to: number): string[] {
    return this.paths.slice(from, to).map((path) => `${this.#options.root}/${path}`);
  }

  #hire(): void {
    const lanes = Math.min(MAX_LANES, Math.max(2, navigator.hardwareConcurrency));
    const most = this.#options.linear ? lanes - 1 : lanes;
    while (this.#workers.length < most && this.paths.length >= this.#nextHire()) {
      this.#start(takeWorker());
    }
  }

  /** Number of files from which one more worker pays. */
  #nextHire(): number {
    const others = this.#workers.length + (this.#options.linear ? 1 : 0);
    return others * (idleWorkers() > 0 ? FILES_PER_WARM_WORKER : FILES_PER_COLD_WORKER);
  }

  #start(worker: Worker): void {
    this.#workers.push(worker);
    this.#results.push(
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<LaneResult>) => resolve(data);
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(event.message));
        };
      }),
    );
    const number = this.#workers.length % MAX_LANES;
    tell(worker, { type: "start", spec: this.#spec, shared: this.#shared, number });
    if (this.#sent > 0) {
      tell(worker, { type: "files", first: 0, paths: this.#absolute(0, this.#sent) });
    }
  }

  #send(until: number): void {
    if (this.#workers.length === 0 || until === this.#sent) return;
    const paths = this.#absolute(this.#sent, until);
    for (const worker of this.#workers) tell(worker, { type: "files", first: this.#sent, paths });
    this.#sent = until;
  }

  /**
   * Looks whether the search was stopped or stands still: now and then while workers run, and when
   * told to, by the one that works alone.
   */
  #watch(): { failed: Promise<never>; look(): void; stop(): void } {
    const { signal, onProgress, fileTimeoutMs = 10_000, timeoutMs = 60_000 } = this.#options;
    const { promise: failed, reject } = Promise.withResolvers<never>();
    failed.catch(() => {});
    const stopped = () => reject(new UserError("aborted", "the search was stopped"));
    if (signal.aborted) stopped();
    signal.addEventListener("abort", stopped);
    const started = performance.now();
    let done = -1;
    let since = started;
    const look = () => {
      const now = performance.now();
      if (now - since > fileTimeoutMs) reject(this.#tooLong(fileTimeoutMs));
      else if (now - started > timeoutMs) reject(this.#tooLong(timeoutMs));
      if (done === Atomics.load(this.#numbers, DONE)) return;
      done = Atomics.load(this.#numbers, DONE);
      since = now;
      onProgress?.(done);
    };
    const timer = this.#workers.length > 0 ? setInterval(look, WATCH_MS) : undefined;
    return {
      failed,
      look,
      stop: () => {
        if (timer !== undefined) clearInterval(timer);
        signal.removeEventListener("abort", stopped);
      },
    };
  }

  #tooLong(ms: number): UserError {
    const places = [...this.#numbers.subarray(CURRENT, CURRENT + MAX_LANES)];
    const at = places.filter((place) => place > 0).map((place) => this.paths[place - 1]);
    return new UserError("failed", `gave up after ${ms / 1000} s in ${at.join(" or ")}`, {
      hint: "the regex takes too long there: make it simpler, or leave the file out with --exclude",
    });
  }
}

function tell(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

function merge(results: readonly LaneResult[], paths: readonly string[]): SearchResult {
  const found = results.flatMap((result) => result.found);
  const sum = (count: (result: LaneResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    found: found.sort((a, b) => a.index - b.index)
      .map((file) => ({ ...file, path: paths[file.index]! })),
    searched: sum((result) => result.searched),
    skipped: {
      binary: sum((result) => result.skipped.binary),
      large: sum((result) => result.skipped.large),
      unreadable: sum((result) => result.skipped.unreadable),
    },
  };
}
