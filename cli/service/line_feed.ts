import type { ContextSink } from "../../streaming/logs/context_sink.ts";

/** Lines that come from elsewhere, each to the sink of its source. */
export interface LineFeed {
  /** Lines of this source go here from now on. */
  add(source: string, sink: ContextSink<number>): Promise<void>;
  /** Takes a line; one of an unknown source is nobody's. */
  take(this: void, source: string, line: string): void;
  /** Hands on what is held and ends. */
  close(): Promise<void>;
}

interface Source {
  readonly sink: ContextSink<number>;
  /** Lines so far, over restarts: what stands for a position in what cannot be read again. */
  count: number;
  turn: Promise<unknown>;
}

/** Makes contexts of lines that are not read from files, as those of containers. */
export function createLineFeed(): LineFeed {
  const sources = new Map<string, Source>();
  return {
    async add(source, sink) {
      sources.set(source, { sink, count: await sink.load() ?? 0, turn: Promise.resolve() });
    },
    take(name, line) {
      const source = sources.get(name);
      if (source === undefined) return;
      const { sink } = source;
      const count = ++source.count;
      const ids = () => [`${name}:${count}`];
      const batch = { lines: [line], ts: Date.now(), continues: false, partial: false, ids };
      // In their order; the sink tells itself what it could not keep.
      source.turn = source.turn.then(() => sink.deliver(batch, count)).catch(() => {});
    },
    async close() {
      await Promise.all([...sources.values()].map(async ({ sink, turn }) => {
        await turn;
        await sink.close();
      }));
    },
  };
}
