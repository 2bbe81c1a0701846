/**
 * Searches files for lines, in the session and in workers.
 *
 * Files are opened by path after a walk that leaves out links and denied names; a name that is
 * exchanged for a link between the two is read through the link, within Deno's own permission.
 */

import { countNewlines, findHits, type ScanLine, showHits } from "./_grep_text.ts";

/** What to look for: plain data, to be sent to a worker. */
export interface ScanSpec {
  /** Sources and flags of the expression, as in `GrepPattern`. */
  readonly source: string;
  readonly strict: string;
  readonly flags: string;
  /** Lines to show before and after a match. */
  readonly context: number;
  /** Matches to look for in one job. */
  readonly limit: number;
  /** Larger files are skipped. Bytes. */
  readonly maxFileBytes: number;
}

/** What became of one file. */
export type FileOutcome =
  | { readonly kind: "searched"; readonly lines: readonly ScanLine[]; readonly hits: number }
  | { readonly kind: "binary" | "large" | "unreadable" };

/** A NUL in this many bytes makes a file binary. */
const BINARY_PROBE = 8 * 1024;

/** A first read takes this much, which holds most files. Bytes. */
const FIRST_READ = 64 * 1024;

/** Larger files, where they are searched at all, are searched in pieces of this size. Bytes. */
const PIECE = 4 * 1024 * 1024;

/** Of a line longer than a piece this much is searched again with the next piece. Characters. */
const OVERLAP = 64 * 1024;

const NOTHING: FileOutcome = { kind: "searched", lines: [], hits: 0 };

/** Searches one file after the other with the same buffer. */
export class Scanner {
  readonly #spec: ScanSpec;
  readonly #expression: RegExp;
  #strict: RegExp | undefined;
  #buffer = new Uint8Array(FIRST_READ);
  readonly #utf8 = new TextDecoder();

  constructor(spec: ScanSpec) {
    this.#spec = spec;
    this.#expression = new RegExp(spec.source, spec.flags);
  }

  /** @param path absolute. */
  scan(path: string): FileOutcome {
    try {
      using file = Deno.openSync(path);
      let size = file.readSync(this.#buffer) ?? 0;
      while (size === this.#buffer.length) {
        if (isBinary(this.#buffer)) return { kind: "binary" };
        if (size >= PIECE) break;
        this.#grow();
        size += file.readSync(this.#buffer.subarray(size)) ?? 0;
      }
      if (size > this.#spec.maxFileBytes) return { kind: "large" };
      if (size >= PIECE) return this.#scanPieces(file);
      return this.#scanBytes(this.#buffer.subarray(0, size));
    } catch {
      return { kind: "unreadable" };
    }
  }

  #grow(): void {
    const larger = new Uint8Array(Math.min(PIECE, this.#buffer.length * 8));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  #scanBytes(bytes: Uint8Array): FileOutcome {
    const encoding = encodingOf(bytes);
    const raw = encoding === "utf-8" ? this.#utf8.decode(bytes) : decode(bytes, encoding);
    // Looking through the text is cheaper than through the bytes, which have the last word.
    if (raw.slice(0, BINARY_PROBE).includes("\0") && isBinary(bytes)) return { kind: "binary" };
    const text = withoutFinalCr(unifyLineEnds(raw));
    // In UTF-8 only ASCII has as many characters as bytes.
    const hits = findHits(text, this.#expressionFor(text, raw.length === bytes.length), {
      limit: this.#spec.limit + 1,
    });
    if (hits.length === 0) return NOTHING;
    const lines = showHits(text, hits, { context: this.#spec.context });
    return { kind: "searched", lines, hits: hits.length };
  }

  /** Searches a file of any size in constant memory; the buffer holds its beginning. */
  #scanPieces(file: Deno.FsFile): FileOutcome {
    const { limit, context } = this.#spec;
    const decoder = new TextDecoder(encodingOf(this.#buffer));
    const lines: ScanLine[] = [];
    let hits = 0;
    let piece: Piece = { text: "", from: 0, line: 1, reported: false };
    let size = this.#buffer.length;
    while (hits <= limit) {
      const last = size === 0;
      const more = decoder.decode(this.#buffer.subarray(0, size), { stream: !last });
      piece = skipReported({ ...piece, text: unifyLineEnds(piece.text + more) });
      const text = last ? withoutFinalCr(piece.text) : piece.text;
      const to = last ? text.length : completeUntil(text, piece.from, context);
      const found = findHits(text, this.#expressionFor(text, false), {
        ...piece,
        to,
        limit: limit + 1 - hits,
      });
      hits += found.length;
      lines.push(...showHits(text, found, { context, after: lines.at(-1)?.line ?? 0 }));
      if (last) break;
      piece = nextPiece(piece, to, found.length > 0, context);
      size = file.readSync(this.#buffer) ?? 0;
    }
    return { kind: "searched", lines, hits };
  }

  #expressionFor(text: string, ascii: boolean): RegExp {
    if (this.#spec.strict === this.#spec.source) return this.#expression;
    if (ascii && !text.includes("\r")) return this.#expression;
    return this.#strict ??= new RegExp(this.#spec.strict, this.#spec.flags);
  }
}

function isBinary(bytes: Uint8Array): boolean {
  return encodingOf(bytes) === "utf-8" && bytes.subarray(0, BINARY_PROBE).includes(0);
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

function unifyLineEnds(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
}

function withoutFinalCr(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

/** A part of a large file. */
interface Piece {
  readonly text: string;
  /** What is before this was searched, and is kept for context. */
  readonly from: number;
  /** Number of the line at `from`. */
  readonly line: number;
  /** Whether the line at `from`, too long for a piece, was reported already. */
  readonly reported: boolean;
}

function skipReported(piece: Piece): Piece {
  if (!piece.reported) return piece;
  const end = piece.text.indexOf("\n", piece.from);
  if (end < 0) return { ...piece, text: "", from: 0 };
  return { text: piece.text, from: end + 1, line: piece.line + 1, reported: false };
}

/** How far lines are there with the context behind them; the end when there is only one line. */
function completeUntil(text: string, from: number, context: number): number {
  let end = text.length;
  for (let lines = 0; lines <= context; lines++) {
    const newline = end === 0 ? -1 : text.lastIndexOf("\n", end - 1);
    if (newline < from) return lines === 0 ? text.length : end + 1;
    end = newline;
  }
  return end + 1;
}

/** What to keep of a piece that was searched up to `to`. */
function nextPiece(piece: Piece, to: number, found: boolean, context: number): Piece {
  const { text, from, line } = piece;
  if (text.indexOf("\n", from) < 0) {
    const reported = found || piece.reported;
    const kept = reported ? "" : text.slice(Math.max(from, text.length - OVERLAP));
    return { text: kept, from: 0, line, reported };
  }
  let start = to;
  for (let lines = 0; lines < context && start > 0; lines++) {
    start = start === 1 ? 0 : text.lastIndexOf("\n", start - 2) + 1;
  }
  const searched = countNewlines(text, from, to);
  return { text: text.slice(start), from: to - start, line: line + searched, reported: false };
}
