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
  /** Lines that were not handed on yet. */
  lines: string[];
  /** While lines are handed on. */
  turn: Promise<void> | undefined;
}

/** Lines of one source that wait, about; of more the newest are kept. */
const MOST_WAITING = 10_000;

/**
 * Makes contexts of lines that are not read from files, as those of containers.
 *
 * @param meet told of a source that is not known, once.
 * @param lose told of a source of which lines were dropped.
 */
export function createLineFeed(
  meet: (source: string) => void,
  lose: (source: string) => void,
): LineFeed {
  const sources = new Map<string, Source>();
  const waiting = new Map<string, string[]>();
  return {
    async add(name, sink) {
      const count = await sink.load() ?? 0;
      const lines = waiting.get(name) ?? [];
      waiting.delete(name);
      const source: Source = { sink, count, lines, turn: undefined };
      sources.set(name, source);
      handOn(name, source);
    },
    waiting: () => [...waiting.keys()],
    take(name, line) {
      const source = sources.get(name);
      const isNew = source === undefined && !waiting.has(name);
      if (isNew) waiting.set(name, []);
      const lines = source?.lines ?? waiting.get(name)!;
      lines.push(line);
      if (lines.length > 2 * MOST_WAITING) {
        lines.splice(0, MOST_WAITING);
        lose(name);
      }
      if (source !== undefined) handOn(name, source);
      else if (isNew) meet(name);
    },
    async close() {
      for (const name of waiting.keys()) lose(name);
      await Promise.all([...sources.values()].map(async (source) => {
        await source.turn;
        await source.sink.close();
      }));
    },
  };
}

/** Hands lines on, in their order, what has come meanwhile together. */
function handOn(name: string, source: Source): void {
  if (source.lines.length === 0) return;
  source.turn ??= (async () => {
    while (source.lines.length > 0) {
      const lines = source.lines.splice(0);
      const first = source.count + 1;
      source.count += lines.length;
      const ids = () => lines.map((_, i) => `${name}:${first + i}`);
      const batch = { lines, ts: Date.now(), continues: false, partial: false, ids };
      // The sink tells itself what it could not keep.
      await source.sink.deliver(batch, source.count).catch(() => {});
    }
    source.turn = undefined;
  })();
}
