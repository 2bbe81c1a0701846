/** Characters that are turned into bytes together: pieces that are joined for long cost memory. */
const PIECE = 8_192;

/** Lines as bytes, gathered without one long text of them. */
export class LineBytes {
  readonly #encoder: TextEncoder = new TextEncoder();
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4 * PIECE);
  #length = 0;
  #piece = "";

  /** Bytes that it has room for. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Adds a line with its end. */
  add(line: string): void {
    this.#piece += line;
    if (this.#piece.length >= PIECE) this.#encode();
  }

  /** All that was added; it is begun anew. The bytes are valid until the next line is added. */
  take(): Uint8Array<ArrayBuffer> {
    this.#encode();
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  #encode(): void {
    const piece = this.#piece;
    this.#piece = "";
    // At most three bytes for a unit of UTF-16.
    const most = this.#length + 3 * piece.length;
    if (most > this.#bytes.length) {
      const old = this.#bytes;
      this.#bytes = new Uint8Array(Math.max(most, 2 * old.length));
      this.#bytes.set(old.subarray(0, this.#length));
    }
    this.#length += this.#encoder.encodeInto(piece, this.#bytes.subarray(this.#length)).written;
  }
}
