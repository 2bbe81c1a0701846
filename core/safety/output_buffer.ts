const NEWLINE = 10;

/**
 * Keeps the first quarter and the last three quarters of a stream that may be too long to keep.
 * Memory stays below the cap plus one chunk.
 */
export class OutputBuffer {
  readonly #headSize: number;
  readonly #tailSize: number;
  #head: Uint8Array[] = [];
  #headBytes = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  #dropped = 0;

  /** @param cap bytes to keep. */
  constructor(cap: number) {
    this.#headSize = Math.floor(cap / 4);
    this.#tailSize = cap - this.#headSize;
  }

  /** Whether anything was dropped. */
  get truncated(): boolean {
    return this.#dropped > 0;
  }

  /** Adds a chunk. */
  push(chunk: Uint8Array): void {
    const room = this.#headSize - this.#headBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.#head.push(part);
      this.#headBytes += part.length;
    }
    const rest = chunk.subarray(Math.max(0, room));
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    this.#trim();
  }

  /**
   * What was kept, decoded as UTF-8, with a line that says how much is missing. The cut is made
   * between lines where there are any, so that no half of a token escapes who looks for whole ones.
   */
  text(): string {
    if (!this.truncated) return decode([...this.#head, ...this.#tail]);
    const head = concat(this.#head);
    const tail = concat(this.#tail);
    const headEnd = head.lastIndexOf(NEWLINE) + 1 || head.length;
    const tailStart = tail.subarray(0, -1).indexOf(NEWLINE) + 1;
    const dropped = this.#dropped + head.length - headEnd + tailStart;
    const first = decode([head.subarray(0, headEnd)]).replace(/\n$/, "");
    return `${first}\n... [${dropped} bytes left out] ...\n${decode([tail.subarray(tailStart)])}`;
  }

  #trim(): void {
    while (this.#tailBytes > this.#tailSize) {
      const first = this.#tail[0]!;
      const excess = Math.min(first.length, this.#tailBytes - this.#tailSize);
      if (excess === first.length) this.#tail.shift();
      else this.#tail[0] = first.subarray(excess);
      this.#tailBytes -= excess;
      this.#dropped += excess;
    }
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}
