import type { LineReader, LineReaderOptions } from "./line_editor.ts";

const CHUNK = 64 * 1024;

/**
 * Reads lines as they come: LF or CRLF, with or without a last line ending, of any length, with
 * U+FFFD for what is not UTF-8. A prompt is shown to a terminal only.
 */
export function createPlainReader(options: LineReaderOptions): LineReader {
  const { input, output, prompt } = options;
  const interactive = input.isTerminal() && output.isTerminal();
  const decoder = new TextDecoder();
  const lines: string[] = [];
  // Pieces of a line that has not ended yet: joined once, so that a huge line costs no more.
  let pieces: string[] = [];
  let ended = false;
  return {
    live: false,
    async read() {
      if (lines.length === 0 && !ended && interactive) {
        output.write(typeof prompt === "string" ? prompt : prompt());
      }
      const chunk = new Uint8Array(CHUNK);
      while (lines.length === 0 && !ended) {
        const length = await input.read(chunk);
        if (length === null) end();
        else take(decoder.decode(chunk.subarray(0, length), { stream: true }));
      }
      return lines.shift();
    },
    above: (text) => output.write(text),
    insert: (rows) => output.write(`${rows}\n`),
    refresh: () => {},
    lend: (use) => use(input),
    close() {
      ended = true;
      lines.length = 0;
    },
  };

  function take(text: string) {
    const [first, ...more] = text.split("\n");
    pieces.push(first!);
    for (const piece of more) {
      finishLine();
      pieces.push(piece);
    }
  }

  function finishLine() {
    lines.push(pieces.join("").replace(/\r$/, ""));
    pieces = [];
  }

  function end() {
    ended = true;
    take(decoder.decode());
    if (pieces.some((piece) => piece !== "")) finishLine();
  }
}
