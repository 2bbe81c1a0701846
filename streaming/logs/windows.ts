import type { LogWindow, OpenWindow, WindowsState } from "./log_window.ts";
import { eventKind, type WindowEvent } from "./window_event.ts";

/** Options of {@linkcode createWindows}. Times are whole milliseconds. */
export interface WindowsOptions {
  /** Length of a window. Default 30,000. */
  readonly sizeMs?: number;
  /** Time from the start of one to the start of the next. Default 15,000; as `sizeMs`: tumbling. */
  readonly slideMs?: number;
  /**
   * Gap windows instead: one holds the hits of a key that follow each other within less than this,
   * and ends so long after its last. Default: none.
   */
  readonly gapMs?: number;
  /** How far behind the newest time lines may come. Default 120,000. */
  readonly watermarkMs?: number;
  /** Lines of a window at most: the first ones by time; all are counted. Default 1,000. */
  readonly maxLines?: number;
  /** Characters (code points) of a line at most. Default 4,096. */
  readonly maxChars?: number;
  /** Lines of the same key kept before and after each hit, as they came. Default 0. */
  readonly around?: number;
  /** Whether {@linkcode Windows.add} also gives windows that changed. Default false. */
  readonly updates?: boolean;
}

/** Windows over lines as they come. */
export interface Windows {
  /** Takes a line in; gives the windows that are closed by it, by end and key. */
  add(event: WindowEvent): LogWindow[];
  /** Closes all, whatever the watermark says. */
  flush(): LogWindow[];
  /** What {@linkcode createWindows} goes on from. */
  state(): WindowsState;
  /** Windows changed or closed since the last call; the keys of the closed ones have no window. */
  changes(): ReadonlyMap<string, OpenWindow | undefined>;
}

/**
 * Windows by event time over lines of logs that say that something is wrong. Pure: the same events
 * in the same order give the same windows, also when it is interrupted and restored in between.
 *
 * A hit is a line with one of `error`, `warn`, `traceback`, `exception`, `failed`, `timeout`,
 * `fatal` in it, in any case; it only warns when it has none of these but `warn`. Windows start at
 * multiples of `slideMs` since the epoch, and a hit belongs to each with `start <= ts < end`: to two
 * with the defaults. **The watermark** is the newest time of any line of any key, hit or not, minus
 * `watermarkMs`. A window is closed and given once, when the watermark reaches its end. A hit counts
 * for those of its windows that are not closed; one without any such is late: counted, not kept. A
 * window without hits does not exist.
 *
 * The same in Spark: watermark and `window(ts, "30 seconds", "15 seconds")` first, hits collected by
 * a condition within the aggregation, `sort_array` over `(ts, offset, line)`, and the windows without
 * hits left out afterwards: a `filter` before the aggregation is moved below the watermark by Spark,
 * which then sees the times of hits only. Spark moves its watermark between micro-batches and judges
 * a batch by the one before; where no line comes too late for others of its own micro-batch, and
 * `around` and `gapMs` are not used, the windows are equal. Those that are open at the end are given
 * by neither.
 *
 * @param state where to go on.
 *
 * @example
 * ```ts
 * import { createWindows } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const windows = createWindows();
 * windows.add({ key: "app", line: "ERROR disk is full", ts: 20_000, seq: 1 });
 * const closed = windows.add({ key: "app", line: "INFO ready", ts: 150_000, seq: 2 });
 * assert.deepEqual(closed.map(({ start, end, ctx }) => [start, end, ctx]), [
 *   [0, 30_000, ["ERROR disk is full"]],
 * ]);
 * ```
 */
export function createWindows(options: WindowsOptions = {}, state?: WindowsState): Windows {
  return new EventWindows(options, state);
}

class EventWindows implements Windows {
  readonly #size: number;
  readonly #slide: number;
  readonly #gap: number | undefined;
  readonly #delay: number;
  readonly #maxLines: number;
  readonly #maxChars: number;
  readonly #around: number;
  readonly #updates: boolean;
  readonly #open: Map<string, OpenWindow> = new Map();
  readonly #near: Map<string, { before: [number, number, string][]; after: number }> = new Map();
  readonly #changed: Set<string> = new Set();
  #newest: number | undefined;
  #late = 0;
  #lateRows = 0;
  /** The first end of an open window: before it there is nothing to close. */
  #firstEnd = Infinity;

  constructor(options: WindowsOptions, state: WindowsState | undefined) {
    const { sizeMs = 30_000, slideMs = Math.min(15_000, sizeMs), watermarkMs = 120_000 } = options;
    this.#size = sizeMs;
    this.#slide = slideMs;
    this.#gap = options.gapMs;
    this.#delay = watermarkMs;
    this.#maxLines = options.maxLines ?? 1_000;
    this.#maxChars = options.maxChars ?? 4_096;
    this.#around = options.around ?? 0;
    this.#updates = options.updates ?? false;
    if (state === undefined) return;
    this.#newest = state.newest;
    this.#late = state.late;
    this.#lateRows = state.lateRows;
    for (const { key, before, after } of state.around) {
      this.#near.set(key, { before: [...before], after });
    }
    for (const window of state.windows) this.#put({ ...window, lines: [...window.lines] });
  }

  add({ key, line, ts, seq }: WindowEvent): LogWindow[] {
    const kind = eventKind(line);
    const kept: [number, number, string] = [ts, seq, ""];
    const text = () => kept[2] = kept[2] || this.#cut(line);
    const changed = new Set<OpenWindow>();
    if (kind !== undefined) {
      text();
      this.#hit(key, kept, kind, changed);
    } else if (this.#around > 0) {
      text();
      this.#beside(key, kept, changed);
    }
    if (this.#newest === undefined || ts > this.#newest) this.#newest = ts;
    const closed = this.#close(this.#watermark);
    if (!this.#updates) return closed;
    const open = [...changed].filter((window) => this.#open.has(idOf(window)));
    return [...closed, ...open.map((window) => this.#give(window, false))];
  }

  flush(): LogWindow[] {
    return this.#close(Infinity);
  }

  state(): WindowsState {
    return {
      ...this.#newest !== undefined && { newest: this.#newest },
      late: this.#late,
      lateRows: this.#lateRows,
      around: [...this.#near].map(([key, { before, after }]) => ({ key, before, after })),
      windows: [...this.#open.values()],
    };
  }

  changes(): ReadonlyMap<string, OpenWindow | undefined> {
    const changes = new Map([...this.#changed].map((id) => [id, this.#open.get(id)]));
    this.#changed.clear();
    return changes;
  }

  get #watermark(): number {
    return this.#newest === undefined ? -Infinity : this.#newest - this.#delay;
  }

  #hit(
    key: string,
    kept: [number, number, string],
    kind: "error" | "warning",
    changed: Set<OpenWindow>,
  ): void {
    const windows = this.#windowsFor(key, kept[0], true);
    if (windows.length === 0) {
      this.#late++;
      return;
    }
    for (const window of windows) {
      if (kind === "error") window.errors++;
      else window.warnings++;
      this.#keep(window, kept, changed);
    }
    if (this.#around === 0) return;
    const near = this.#near.get(key);
    for (const line of near?.before ?? []) this.#keepNear(key, line, changed);
    this.#near.set(key, { before: [], after: this.#around });
  }

  /** A line that is no hit: it may stand after one, or before the next. */
  #beside(key: string, kept: [number, number, string], changed: Set<OpenWindow>): void {
    const near = this.#near.get(key) ?? { before: [], after: 0 };
    if (near.after > 0) {
      near.after--;
      this.#keepNear(key, kept, changed);
    } else {
      near.before.push(kept);
      if (near.before.length > this.#around) near.before.shift();
    }
    this.#near.set(key, near);
  }

  #keepNear(key: string, kept: [number, number, string], changed: Set<OpenWindow>): void {
    for (const window of this.#windowsFor(key, kept[0], false)) this.#keep(window, kept, changed);
  }

  #keep(window: OpenWindow, kept: [number, number, string], changed: Set<OpenWindow>): void {
    window.lines.push(kept);
    if (window.lines.length > 2 * this.#maxLines) window.lines = this.#first(window.lines);
    this.#changed.add(idOf(window));
    changed.add(window);
  }

  /** The windows of a time that are not closed; `make`: also those that do not exist yet. */
  #windowsFor(key: string, ts: number, make: boolean): OpenWindow[] {
    if (this.#gap !== undefined) return this.#gapWindow(key, ts, this.#gap, make);
    const found: OpenWindow[] = [];
    const last = Math.floor(ts / this.#slide) * this.#slide;
    for (let start = last; start > ts - this.#size; start -= this.#slide) {
      const end = start + this.#size;
      if (end <= this.#watermark) {
        if (make) this.#lateRows++;
        continue;
      }
      const known = this.#open.get(idOf({ key, start }));
      if (known !== undefined) found.push(known);
      else if (make) found.push(this.#put({ key, start, end, errors: 0, warnings: 0, lines: [] }));
    }
    return found;
  }

  #gapWindow(key: string, ts: number, gap: number, make: boolean): OpenWindow[] {
    const own = [...this.#open.values()].filter((window) => window.key === key);
    // A line beside hits joins their window and does not make it longer.
    if (!make) return own.filter(({ start, end }) => ts > start - gap && ts < end);
    const near = own.filter(({ start, end }) => ts > start - gap && ts < end);
    if (near.length === 0) {
      if (ts + gap <= this.#watermark) {
        this.#lateRows++;
        return [];
      }
      return [this.#put({ key, start: ts, end: ts + gap, errors: 0, warnings: 0, lines: [] })];
    }
    for (const window of near) {
      this.#open.delete(idOf(window));
      this.#changed.add(idOf(window));
    }
    return [this.#put({
      key,
      start: Math.min(ts, ...near.map(({ start }) => start)),
      end: Math.max(ts + gap, ...near.map(({ end }) => end)),
      errors: near.reduce((sum, { errors }) => sum + errors, 0),
      warnings: near.reduce((sum, { warnings }) => sum + warnings, 0),
      lines: near.flatMap(({ lines }) => lines),
    })];
  }

  #put(window: OpenWindow): OpenWindow {
    this.#open.set(idOf(window), window);
    if (window.end < this.#firstEnd) this.#firstEnd = window.end;
    return window;
  }

  #close(watermark: number): LogWindow[] {
    if (watermark < this.#firstEnd) return [];
    const done = [...this.#open.values()].filter(({ end }) => end <= watermark)
      .sort((a, b) => a.end - b.end || (a.key < b.key ? -1 : 1));
    for (const window of done) {
      this.#open.delete(idOf(window));
      this.#changed.add(idOf(window));
    }
    this.#firstEnd = [...this.#open.values()].reduce(
      (min, { end }) => Math.min(min, end),
      Infinity,
    );
    return done.map((window) => this.#give(window, true));
  }

  #give({ key, start, end, errors, warnings, lines }: OpenWindow, closed: boolean): LogWindow {
    const ctx = this.#first(lines).map(([, , line]) => line);
    const stats = { error_count: errors, warn_count: warnings, total: errors + warnings };
    return { key, start, end, ctx, stats, closed };
  }

  /** The first lines, by time and position. */
  #first(lines: OpenWindow["lines"]): OpenWindow["lines"] {
    return lines.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, this.#maxLines);
  }

  #cut(line: string): string {
    const most = this.#maxChars;
    const cut = line.length <= most ? line : [...line.slice(0, 2 * most)].slice(0, most).join("");
    // A line may be a view of the whole chunk that it was read with: a copy lets go of that.
    return (" " + cut).slice(1);
  }
}

function idOf({ key, start }: Pick<OpenWindow, "key" | "start">): string {
  return `${key} ${start}`;
}
