/** Characters that are turned into bytes together: pieces that are joined for long cost memory. */
const PIECE = 8_192;

const encoder = new TextEncoder();

/** Lines as bytes, gathered without one long text of them. */
export class LineBytes {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
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

  /** All that was added. They are valid until the next line is added. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.#encode();
    return this.#bytes.subarray(0, this.#length);
  }

  /** The lines without their ends. */
  texts(): string[] {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.bytes()).split("\n").slice(
      0,
      -1,
    );
  }

  /** Begins anew. */
  clear(): void {
    this.#length = 0;
    this.#piece = "";
  }

  #encode(): void {
    const piece = this.#piece;
    // At most three bytes for a unit of UTF-16.
    const most = this.#length + 3 * piece.length;
    if (most > this.#bytes.length) {
      const old = this.#bytes;
      this.#bytes = new Uint8Array(Math.max(most, 2 * old.length));
      this.#bytes.set(old.subarray(0, this.#length));
    }
    this.#length += encoder.encodeInto(piece, this.#bytes.subarray(this.#length)).written;
    this.#piece = "";
  }
}
