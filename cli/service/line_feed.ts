import type { ContextSink } from "../../streaming/logs/context_sink.ts";

/** Lines that come from elsewhere, each to the sink of its source. */
export interface LineFeed {
  /** Lines of this source go here, those that came before too. */
  add(source: string, sink: ContextSink<number>): Promise<void>;
  /** Sources that are not known yet. */
  waiting(): string[];
  /** Takes a line; one of an unknown source waits. */
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

/** Lines of one source that wait at most; the newest are kept. */
const MOST_WAITING = 10_000;

/**
 * Makes contexts of lines that are not read from files, as those of containers.
 *
 * @param meet told of a source that is not known, once.
 */
export function createLineFeed(meet: (source: string) => void): LineFeed {
  const sources = new Map<string, Source>();
  const waiting = new Map<string, string[]>();
  return {
    async add(name, sink) {
      const source: Source = { sink, count: await sink.load() ?? 0, turn: Promise.resolve() };
      sources.set(name, source);
      for (const line of waiting.get(name) ?? []) give(name, source, line);
      waiting.delete(name);
    },
    waiting: () => [...waiting.keys()],
    take(name, line) {
      const source = sources.get(name);
      if (source !== undefined) return give(name, source, line);
      const lines = waiting.get(name);
      if (lines === undefined) {
        waiting.set(name, [line]);
        meet(name);
      } else if (lines.push(line) > MOST_WAITING) lines.shift();
    },
    async close() {
      await Promise.all([...sources.values()].map(async ({ sink, turn }) => {
        await turn;
        await sink.close();
      }));
    },
  };
}

function give(name: string, source: Source, line: string): void {
  const { sink } = source;
  const count = ++source.count;
  const ids = () => [`${name}:${count}`];
  const batch = { lines: [line], ts: Date.now(), continues: false, partial: false, ids };
  // In their order; the sink tells itself what it could not keep.
  source.turn = source.turn.then(() => sink.deliver(batch, count)).catch(() => {});
}
