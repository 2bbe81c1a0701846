import { goesOn } from "../../core/logs/goes_on.ts";
import { type LogMask, maskLog } from "../../core/logs/mask_log.ts";
import { cutLine } from "./_cut_line.ts";

/** Lines that say that something is wrong, in words or by a level of pino. */
const HIT = /error|warn|traceback|exception|failed|timeout|fatal|panic|"level":\s?[456]0\b/i;
/** Only the start of a line is looked at. */
const HEAD = 2_000;
/** Lines of one trace that are kept. */
const MOST_FRAMES = 60;

/** Options of {@linkcode ContextLines}. */
export interface ContextLinesOptions {
  /** Lines kept from before a hit. Default 0. */
  readonly before?: number;
  /** Lines kept at most until they are taken; more are counted. Default 1,000. */
  readonly maxLines?: number;
  /** Masks secrets. Default `maskLog`. */
  readonly mask?: LogMask;
}

/**
 * Gathers the lines of a log that say that something is wrong, each with the frames of its stack
 * trace and some lines from before.
 *
 * @example
 * ```ts
 * import { ContextLines } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const gathered = new ContextLines({ before: 1 });
 * for (const line of ["ready", "GET /", "ERROR no table", "    at load (db.ts:3)", "GET /a"]) {
 *   gathered.add(line);
 * }
 * assert.deepEqual(gathered.take(), ["GET /", "ERROR no table", "    at load (db.ts:3)"]);
 * assert.equal(gathered.size, 0);
 * ```
 */
export class ContextLines {
  readonly #before: number;
  readonly #maxLines: number;
  readonly #mask: LogMask;
  #recent: string[] = [];
  #lines: string[] = [];
  #frames = 0;
  #skipped = 0;
  #chars = 0;

  /** Holds nothing yet. */
  constructor({ before = 0, maxLines = 1_000, mask = maskLog }: ContextLinesOptions = {}) {
    this.#before = before;
    this.#maxLines = maxLines;
    this.#mask = mask;
  }

  /** Lines that are held. */
  get size(): number {
    return this.#lines.length;
  }

  /** Characters that are held, in UTF-16 units. */
  get chars(): number {
    return this.#chars;
  }

  /** Lines that were left out since they were too many, ever. */
  get skipped(): number {
    return this.#skipped;
  }

  /**
   * Takes a line in, of a very long one the first 16,384 characters; true when it is a hit or
   * belongs to one.
   */
  add(text: string): boolean {
    const line = cutLine(text);
    const hit = HIT.test(line.length > HEAD ? line.slice(0, HEAD) : line);
    if (!hit && !(this.#frames > 0 && goesOn(line))) {
      this.#frames = 0;
      if (this.#before > 0) {
        this.#recent.push(line);
        if (this.#recent.length > this.#before) this.#recent.shift();
      }
      return false;
    }
    this.#frames = hit ? MOST_FRAMES : this.#frames - 1;
    for (const kept of [...this.#recent, line]) {
      if (this.#lines.length < this.#maxLines) {
        this.#lines.push(kept);
        this.#chars += kept.length;
      } else this.#skipped++;
    }
    if (this.#recent.length > 0) this.#recent = [];
    return true;
  }

  /** What is held, secrets masked: it is kept and sent. Nothing is held afterwards. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#chars = 0;
    return lines.length === 0 ? [] : this.#mask(lines.join("\n")).split("\n");
  }
}
