/** One thread's part of a search. The worker's text is joined from this module, too. */

import { type FileOutcome, Scanner, type ScanSpec } from "./_grep_scan.ts";
import type { ScanLine } from "./_grep_text.ts";

/** A file with hits. */
export interface FoundFile {
  /** Its place in the list of all files. */
  readonly index: number;
  readonly lines: readonly ScanLine[];
  readonly hits: number;
}

/** What one lane found. */
export interface LaneResult {
  readonly found: readonly FoundFile[];
  readonly searched: number;
  readonly skipped: Readonly<Record<Exclude<FileOutcome["kind"], "searched">, number>>;
}

/** Files of one job, which one lane claims as a whole. */
export const JOB_FILES = 32;

/** Hits of the lanes that go from front to back. */
const HITS = 0;

/** Files done by all lanes. */
export const DONE = 1;

/** The file at which each lane is, plus one; 0 between jobs. */
export const CURRENT = 2;

/** Lanes at most. */
export const MAX_LANES = 4;

/** One number for each job: whether it was claimed. */
const CLAIMS = CURRENT + MAX_LANES;

/** Numbers that lanes share, for this many files at most. */
export function sharedNumbers(files: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (CLAIMS + Math.ceil(files / JOB_FILES)));
}

/** Claims jobs and searches their files. */
export class Lane {
  readonly #scanner: Scanner;
  readonly #limit: number;
  readonly #shared: Int32Array;
  readonly #number: number;
  readonly #found: FoundFile[] = [];
  readonly #skipped = { binary: 0, large: 0, unreadable: 0 };
  #searched = 0;

  constructor(spec: ScanSpec, shared: SharedArrayBuffer, number: number) {
    this.#scanner = new Scanner(spec);
    this.#limit = spec.limit;
    this.#shared = new Int32Array(shared);
    this.#number = number;
  }

  /** Whether the lanes from the front have found more than is wanted: all before is searched. */
  get full(): boolean {
    return Atomics.load(this.#shared, HITS) > this.#limit;
  }

  /**
   * Searches the files of a job, unless another lane has claimed it.
   *
   * @param first place of the job's first file in the list of all files.
   * @param paths absolute paths of its files.
   * @param counts whether this lane goes from the front, so that its hits may end the search.
   */
  run(first: number, paths: readonly string[], counts: boolean): void {
    const claim = CLAIMS + first / JOB_FILES;
    if (this.full || Atomics.compareExchange(this.#shared, claim, 0, 1) !== 0) return;
    let hits = 0;
    for (const [offset, path] of paths.entries()) {
      if (hits > this.#limit) break;
      Atomics.store(this.#shared, CURRENT + this.#number, first + offset + 1);
      hits += this.#take(first + offset, this.#scanner.scan(path));
      Atomics.add(this.#shared, DONE, 1);
    }
    Atomics.store(this.#shared, CURRENT + this.#number, 0);
    if (counts) Atomics.add(this.#shared, HITS, hits);
  }

  /** What was found in all jobs. */
  result(): LaneResult {
    return { found: this.#found, searched: this.#searched, skipped: this.#skipped };
  }

  #take(index: number, outcome: FileOutcome): number {
    if (outcome.kind !== "searched") {
      this.#skipped[outcome.kind]++;
      return 0;
    }
    this.#searched++;
    const { lines, hits } = outcome;
    if (hits > 0) this.#found.push({ index, lines, hits });
    return hits;
  }
}

/** What a worker is told. */
export type ToWorker =
  | {
    readonly type: "start";
    readonly spec: ScanSpec;
    readonly shared: SharedArrayBuffer;
    readonly number: number;
  }
  | { readonly type: "files"; readonly first: number; readonly paths: readonly string[] }
  | { readonly type: "end" };

/** The worker's side: a lane from the front. */
export function serveLane(): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<ToWorker>) => void;
    postMessage(result: LaneResult): void;
  };
  let lane: Lane | undefined;
  scope.onmessage = ({ data }) => {
    if (data.type === "start") lane = new Lane(data.spec, data.shared, data.number);
    else if (data.type === "end") scope.postMessage(lane!.result());
    else {
      for (let at = 0; at < data.paths.length; at += JOB_FILES) {
        lane!.run(data.first + at, data.paths.slice(at, at + JOB_FILES), true);
      }
    }
  };
}
