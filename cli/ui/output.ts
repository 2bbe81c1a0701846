/** A stream of this process: the shape of `Deno.stdout` and `Deno.stderr`. */
export interface OutputStream {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** Where text goes. */
export interface Output {
  /** Writes all of a text; nothing once the reader has gone away. */
  write(text: string): void;
  isTerminal(): boolean;
  /** Present size of the terminal in characters; 80 by 24 where there is none. */
  size(): { readonly columns: number; readonly rows: number };
}

/** Options of {@linkcode createOutput}. */
export interface OutputOptions {
  /** Called once when the reader has gone away, as `| head` does. Default: nothing happens. */
  readonly onClosed?: () => void;
}

/** How long to wait for a reader that is behind. Milliseconds. */
const RETRY_MS = 5;

/** Makes a stream writable as text, whole and quiet about readers that go away. */
export function createOutput(
  stream: OutputStream,
  { onClosed = () => {} }: OutputOptions = {},
): Output {
  const encoder = new TextEncoder();
  let closed = false;
  return {
    isTerminal: () => stream.isTerminal(),
    size() {
      try {
        return Deno.consoleSize();
      } catch {
        return { columns: 80, rows: 24 };
      }
    },
    write(text) {
      let rest = encoder.encode(text);
      while (!closed && rest.length > 0) rest = rest.subarray(writeSome(rest));
    },
  };

  function writeSome(bytes: Uint8Array): number {
    try {
      return stream.writeSync(bytes);
    } catch (error) {
      if (error instanceof Deno.errors.WouldBlock) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
        return 0;
      }
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      closed = true;
      onClosed();
      return 0;
    }
  }
}
