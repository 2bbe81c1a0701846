import { describeError, UserError } from "../../core/errors.ts";
import type { Clock } from "./clock.ts";
import type { FilePosition, TailPosition } from "./file_position.ts";
import type { Piece } from "./_line_splitter.ts";
import type { LineBatch, LineSink } from "./line_sink.ts";
import { statOf } from "./_open_candidates.ts";
import { type LogFile, LogFiles, type LogFilesOptions } from "./_log_files.ts";
import type { TailMetrics, TailNotice } from "./tail_notice.ts";

const READ_BYTES = 256 * 1024;
/** The event loop gets a turn after this long. */
const SLICE_MS = 8;
/** How long a rotated file is looked at after its last line: its writer may not have noticed yet. */
const DRAIN_MS = 10_000;
const MOST_DRAINING = 4;
const MOST_TURNS = 4;
const RETRY_MS = [50, 5_000] as const;

/** Another process moved the position. */
export class Moved extends Error {}

/** It is to end, and the sink would not take what was left. */
export class Ended extends Error {}

/** How {@linkcode TailWork} works. */
export interface TailWorkOptions extends LogFilesOptions {
  readonly sink: LineSink<TailPosition>;
  readonly clock: Clock;
  readonly idleMs: number;
  /** Fires when it is to end. */
  readonly signal: AbortSignal;
  readonly onNotice: ((notice: TailNotice) => void) | undefined;
}

/** Reads a log look by look and hands its lines on; has no time of its own. */
export class TailWork {
  /** When lines came last, by the monotonic clock. */
  busyAt: number;
  readonly #options: TailWorkOptions;
  readonly #files: LogFiles;
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #counts = {
    ...{ lines: 0, bytes: 0, rotations: 0, truncations: 0, gaps: 0 },
    ...{ partial: 0, binaryBytes: 0, errors: 0 },
  };
  /** What it has to do first. */
  #begin: (() => Promise<void>) | undefined;
  #lastError: string | undefined;
  #told = "";

  constructor(options: TailWorkOptions) {
    this.#options = options;
    this.#files = new LogFiles(options);
    this.busyAt = options.clock.elapsed();
  }

  metrics(): TailMetrics {
    const open = this.#files.open.map(({ source, position }) => ({
      offset: position.offset,
      held: source!.held,
    }));
    const { ...counts } = this.#counts;
    return { ...counts, ...this.#lastError && { lastError: this.#lastError }, open };
  }

  /**
   * Stands where it begins: at a saved position, else at the log's start or end. What the system
   * does not let it open is tried again at each look.
   */
  async begin(fromStart: boolean): Promise<void> {
    const saved = await this.#options.sink.load();
    this.#begin = saved === undefined ? () => this.#start(fromStart) : () => this.#turn();
    if (saved !== undefined) this.#files.restore(saved);
    try {
      await this.#beginOnce();
    } catch (error) {
      if (error instanceof UserError || error instanceof Moved) throw error;
      this.failed(error);
    }
  }

  /** Reads all that came since the last look; when it is to end, at most a buffer of each file. */
  async look(): Promise<void> {
    await this.#beginOnce();
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      const info = statOf(this.#options.path);
      let isOther = false;
      for (const file of this.#files.open) {
        if (this.#isUnchanged(file, info)) continue;
        if (!await this.#read(file)) isOther = true;
      }
      if (!isOther && !this.#hasTurned(info)) break;
      await this.#turn();
    }
    for (const file of this.#files.open) await this.#settle(file);
  }

  /** After another process moved the position: goes on from there. */
  async takeUp(): Promise<void> {
    const saved = await this.#options.sink.load();
    if (saved !== undefined) this.#files.restore(saved);
    await this.#turn();
  }

  /** Gives the lines whose ends have not come, where they would be lost else. */
  async finish(): Promise<void> {
    if (this.#options.sink.durable) return;
    for (const file of this.#files.open) await this.#give(file, file.source!.flush(true));
  }

  close(): void {
    this.#files.close();
  }

  /** Counts a failure, and tells of it when it is a new one. */
  failed(error: unknown): void {
    this.#counts.errors++;
    this.#lastError = describeError(error);
    this.#tell("error", this.#lastError);
  }

  async #beginOnce(): Promise<void> {
    await this.#begin?.();
    this.#begin = undefined;
  }

  async #start(fromStart: boolean): Promise<void> {
    const { sink, clock } = this.#options;
    this.#files.start(fromStart);
    // From here on a log that comes is new, also for the next process.
    if (sink.durable) await this.#hand(emptyBatch(clock), this.#files.position());
  }

  #isUnchanged(file: LogFile, info: Deno.FileInfo | undefined): boolean {
    const { source, position } = file;
    return file === this.#files.current && info !== undefined && info.size === source!.cursor &&
      info.mtime?.getTime() === source!.mtime && info.ino === position.ino;
  }

  #hasTurned(info: Deno.FileInfo | undefined): boolean {
    if (info === undefined) return false;
    const { current } = this.#files;
    return current === undefined || info.ino !== current.position.ino ||
      info.dev !== current.position.dev || info.size < current.source!.cursor;
  }

  /** Reads one file to its present end; false when it is not the file any more that it was. */
  async #read(file: LogFile): Promise<boolean> {
    const { clock, signal } = this.#options;
    const source = file.source!;
    let since = performance.now();
    for (;;) {
      const before = source.cursor;
      const found = source.read(this.#buffer);
      if (found === "other") return false;
      if (found === "end") return true;
      this.busyAt = clock.elapsed();
      this.#counts.bytes += source.cursor - before;
      if (!source.isText) {
        this.#counts.binaryBytes += source.cursor - before;
        this.#tell("binary", `${this.#options.path} is UTF-16 or no text: its lines are left out`);
      } else {
        for (const piece of found) await this.#give(file, piece);
      }
      if (signal.aborted) return true;
      if (performance.now() - since < SLICE_MS) continue;
      await new Promise<void>((resolve) => setImmediate(resolve));
      since = performance.now();
    }
  }

  async #turn(): Promise<void> {
    const { path, clock } = this.#options;
    const had = this.#files.current !== undefined;
    const { cut, begun, lost, packed } = await this.#files.turn();
    for (const { source, goesOn } of cut) {
      const rest = goesOn ? undefined : source.flush(true);
      source.close();
      this.#counts.truncations++;
      this.#tell("truncated", `${path} was cut: it is read from its start`);
      if (rest === undefined || rest.lines.length === 0) continue;
      const ids = () => [idOf(source.position, rest.end)];
      await this.#hand({ ...rest, ts: clock.now(), ids }, this.#files.position());
    }
    if (cut.length === 0 && had && begun > 0) {
      this.#counts.rotations++;
      this.#tell("rotated", `${path} is another file now`);
    }
    if (lost !== undefined) {
      this.#counts.gaps++;
      const packedIn = packed.length > 0 ? `; it may be in ${packed.join(", ")}` : "";
      this.#tell(
        "gap",
        `the file that was ${path} is gone: what came after byte ${lost.offset} was not read` +
          packedIn,
      );
    }
  }

  /** Gives lines that wait in vain for their end, and leaves rotated files that are done. */
  async #settle(file: LogFile): Promise<void> {
    const { clock, idleMs } = this.#options;
    const source = file.source!;
    if (!source.isAtEnd) return;
    const quiet = clock.elapsed() - source.busyAt;
    const isOld = file !== this.#files.current;
    const draining = this.#files.open.filter((one) => one !== this.#files.current);
    const crowded = isOld && draining.length > MOST_DRAINING && file === draining[0];
    if (source.held > 0 && (quiet >= idleMs || crowded)) {
      await this.#give(file, source.flush(crowded));
    }
    if (!crowded && (!isOld || quiet < DRAIN_MS)) return;
    // Renamed and nothing new in its place: its writer may go on.
    if (this.#files.current === undefined && !source.isDeleted) return;
    await this.#give(file, source.flush(true));
    this.#files.end(file);
  }

  async #give(file: LogFile, piece: Piece | undefined): Promise<void> {
    if (piece === undefined) return;
    const source = file.source!;
    const next = source.after(piece);
    if (piece.lines.length > 0) {
      const { lines, continues, partial } = piece;
      const ids = () => piece.ends().map((end) => idOf(next, end));
      const batch = { lines, ts: this.#options.clock.now(), continues, partial, ids };
      await this.#hand(batch, this.#files.position(file, next));
    }
    source.position = next;
  }

  /** Hands on until the sink takes it. */
  async #hand(batch: LineBatch, position: TailPosition): Promise<void> {
    const { sink, clock, signal } = this.#options;
    for (let attempt = 0;; attempt++) {
      try {
        if (!await sink.deliver(batch, position)) throw new Moved();
        this.#counts.lines += batch.lines.length;
        if (batch.partial) this.#counts.partial++;
        return;
      } catch (error) {
        if (error instanceof Moved) throw error;
        this.failed(error);
        if (signal.aborted) throw new Ended();
        const wait = Math.min(RETRY_MS[0] * 2 ** attempt, RETRY_MS[1]);
        await clock.sleep(wait, signal);
      }
    }
  }

  #tell(kind: TailNotice["kind"], text: string): void {
    const isNew = kind !== "binary" && kind !== "error" || this.#told !== text;
    this.#told = text;
    if (isNew) this.#options.onNotice?.({ kind, source: this.#options.path, text });
  }
}

function idOf({ dev, ino, generation }: FilePosition, end: number): string {
  return `${dev}-${ino}-${generation}-${end}`;
}

function emptyBatch(clock: Clock): LineBatch {
  return { lines: [], ts: clock.now(), continues: false, partial: false, ids: () => [] };
}
