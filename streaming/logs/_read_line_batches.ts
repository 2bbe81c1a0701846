/** Characters of a line; what is longer is given in pieces. */
const MOST = 1 << 20;

/** Lines of streams, as they come, each stream's in its order. */
export async function* readLineBatches(
  streams: readonly ReadableStream<Uint8Array>[],
): AsyncGenerator<readonly string[]> {
  const readers = streams.map((stream) => ({
    reader: stream.getReader(),
    decoder: new TextDecoder(),
    rest: "",
  }));
  const pending = new Map(readers.map((source) => [source, source.reader.read()]));
  try {
    while (pending.size > 0) {
      const [source, { value, done }] = await Promise.race(
        [...pending].map(async ([source, read]) => [source, await read] as const),
      );
      if (done) pending.delete(source);
      else pending.set(source, source.reader.read());
      const text = source.rest + source.decoder.decode(value, { stream: !done });
      const lines = text.split(/\r?\n/);
      source.rest = done ? "" : lines.pop()!;
      if (source.rest.length > MOST) {
        lines.push(source.rest);
        source.rest = "";
      }
      if (done && lines.at(-1) === "") lines.pop();
      if (lines.length > 0) yield lines;
    }
  } finally {
    await Promise.all(readers.map(({ reader }) => reader.cancel().catch(() => {})));
  }
}
