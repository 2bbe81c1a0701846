/** Lines that end in a chunk, or one that is given before its end. */
export interface Piece {
  /** Without their ends; may be none. */
  readonly lines: readonly string[];
  /** Offset in the file behind them. */
  readonly end: number;
  /** The first line goes on with the last one of a piece before. */
  readonly continues: boolean;
  /** The last line is not at its end. */
  readonly partial: boolean;
  /** The offset behind each line; only until the next chunk comes. */
  ends(): number[];
}

/** Where a splitter begins. */
export interface SplitterOptions {
  /** Offset in the file of the first byte it will get. */
  readonly offset: number;
  /** Whether a line was given before that byte without its end. */
  readonly continues: boolean;
  /** Longest line in bytes; a longer one is given in pieces. */
  readonly maxLine: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SMALL = 64 * 1024;

/**
 * Turns the bytes of a file into lines: however they are cut into chunks, the lines are the same.
 * Broken UTF-8 becomes U+FFFD; `\r\n` ends a line, too; a BOM at the file's start is no text, nor
 * are NULs, which a file system leaves where a writer went on behind a truncated end.
 */
export class LineSplitter {
  readonly #maxLine: number;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #rest: Uint8Array = new Uint8Array(1024);
  #length = 0;
  /** Offset of the first byte of the rest. */
  #start: number;
  #continues: boolean;

  constructor({ offset, continues, maxLine }: SplitterOptions) {
    this.#start = offset;
    this.#continues = continues;
    this.#maxLine = maxLine;
  }

  /** Bytes of a line whose end has not come. */
  get held(): number {
    return this.#length;
  }

  /** Takes the next bytes of the file, which stand at this offset. */
  push(chunk: Uint8Array, offset: number): Piece[] {
    const last = chunk.lastIndexOf(NEWLINE);
    const clean = chunk.indexOf(0) < 0;
    const first = last < 0 ? chunk.length : chunk.indexOf(NEWLINE);
    const long = Math.max(this.#length + first, chunk.length) > this.#maxLine;
    if (!clean || long) return this.#pushBytes(chunk, offset);
    if (last < 0) {
      this.#keep(chunk, offset);
      return [];
    }
    const piece = this.#split(chunk, offset, first, last);
    this.#length = 0;
    this.#continues = false;
    this.#shrink();
    this.#keep(chunk.subarray(last + 1), offset + last + 1);
    return [piece];
  }

  /**
   * Gives the line whose end has not come; what may be half a character or half a line end stays.
   *
   * @param all takes these, too.
   */
  flush(all = false): Piece | undefined {
    const whole = this.#rest.subarray(0, this.#length);
    const count = all ? this.#length : this.#length - unfinished(whole);
    if (count === 0) return undefined;
    const line = this.#decode(whole.subarray(0, count), all);
    const end = this.#start + count;
    const continues = this.#continues;
    this.#advance(count);
    this.#continues = true;
    const lines = line === "" ? [] : [line];
    return { lines, end, continues, partial: true, ends: () => lines.map(() => end) };
  }

  /** The common case: no NUL, and no line that is too long. */
  #split(chunk: Uint8Array, offset: number, first: number, last: number): Piece {
    let lines: string[] = [];
    let from = 0;
    if (this.#length > 0) {
      this.#keep(chunk.subarray(0, first), offset);
      lines = [this.#decode(this.#rest.subarray(0, this.#length), true)];
      from = first + 1;
    } else {
      this.#start = offset;
    }
    if (from <= last) {
      let text = this.#decoder.decode(chunk.subarray(from, last));
      if (from === 0 && offset === 0 && text.startsWith("\uFEFF")) text = text.slice(1);
      let rest = text.split("\n");
      if (text.includes("\r")) rest = rest.map(withoutReturn);
      lines = lines.length === 0 ? rest : lines.concat(rest);
    }
    const dropped = this.#continues && lines[0] === "";
    if (dropped) lines.shift();
    const ends = () => {
      const found: number[] = [];
      for (let at = first; at >= 0 && at <= last; at = chunk.indexOf(NEWLINE, at + 1)) {
        found.push(offset + at + 1);
      }
      return dropped ? found.slice(1) : found;
    };
    const continues = this.#continues && !dropped;
    return { lines, end: offset + last + 1, continues, partial: false, ends };
  }

  /** Byte by byte: NULs at the start of a line are passed over, long lines are cut. */
  #pushBytes(chunk: Uint8Array, offset: number): Piece[] {
    const pieces: Piece[] = [];
    let lines: string[] = [];
    let ends: number[] = [];
    let continues = this.#continues;
    const close = (partial: boolean, end: number) => {
      const found = ends;
      pieces.push({ lines, end, continues, partial, ends: () => found });
      [lines, ends, continues] = [[], [], partial];
    };
    let end = this.#start;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (this.#length === 0) {
        this.#start = offset + i;
        if (byte === 0) continue;
      }
      if (byte === NEWLINE) {
        end = offset + i + 1;
        const line = this.#decode(this.#rest.subarray(0, this.#length), true);
        if (line === "" && this.#continues) continues = false;
        else {
          lines.push(line);
          ends.push(end);
        }
        this.#length = 0;
        this.#start = end;
        this.#continues = false;
        continue;
      }
      this.#grow(this.#length + 1);
      this.#rest[this.#length++] = byte;
      if (this.#length <= this.#maxLine) continue;
      const count = cutAt(this.#rest, this.#maxLine);
      const line = this.#decode(this.#rest.subarray(0, count), false);
      this.#advance(count);
      this.#continues = true;
      if (line !== "") {
        lines.push(line);
        ends.push(this.#start);
      }
      close(true, this.#start);
      end = this.#start;
    }
    if (this.#length === 0) {
      end = this.#start = offset + chunk.length;
      this.#shrink();
    }
    if (lines.length > 0 || pieces.length === 0) close(false, end);
    return pieces;
  }

  #decode(bytes: Uint8Array, isEnd: boolean): string {
    let text = this.#decoder.decode(bytes);
    if (isEnd) text = withoutReturn(text);
    if (this.#start === 0 && text.startsWith("\uFEFF")) text = text.slice(1);
    return text.includes("\0") ? text.replaceAll("\0", "") : text;
  }

  #keep(bytes: Uint8Array, offset: number): void {
    if (this.#length === 0) this.#start = offset;
    this.#grow(this.#length + bytes.length);
    this.#rest.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #advance(count: number): void {
    this.#rest.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#start += count;
  }

  #grow(length: number): void {
    if (length <= this.#rest.length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.#rest.length));
    larger.set(this.#rest.subarray(0, this.#length));
    this.#rest = larger;
  }

  #shrink(): void {
    if (this.#rest.length > SMALL) this.#rest = new Uint8Array(1024);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** Where to cut a line of more than `most` bytes: not inside a character. */
function cutAt(bytes: Uint8Array, most: number): number {
  let at = most;
  while (at > most - 4 && (bytes[at]! & 0xc0) === 0x80) at--;
  return (bytes[at]! & 0xc0) === 0x80 || at <= 0 ? most : at;
}

/** Bytes at the end that are half a character, or may be half a line end. */
function unfinished(bytes: Uint8Array): number {
  if (bytes.at(-1) === RETURN) return 1;
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes.at(-back)!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}
