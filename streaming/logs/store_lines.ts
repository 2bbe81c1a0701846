import { JsonText } from "../../core/store/json_text.ts";
import type { Store, Write } from "../../core/store/types.ts";
import type { TailPosition } from "./file_position.ts";
import { type LineBatch, type LineSink, tailedLines } from "./line_sink.ts";
import { savePosition } from "./_save_position.ts";

/** Options of {@linkcode storeLines}. */
export interface StoreLinesOptions {
  /** Under which key the position is kept; one for each log, as `tail:logs/app.log`. */
  readonly key: string;
  /** The writes that a batch becomes. */
  readonly writes: (batch: LineBatch) => readonly Write[];
  /** Called with each batch once it is stored. */
  readonly stored?: (batch: LineBatch) => void;
}

/**
 * Stores what becomes of the lines in one transaction with the position: each line counts exactly
 * once, through crashes and even when two processes follow the same log.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { appendLines, FileTailer, storeLines } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const path = await Deno.makeTempFile({ suffix: ".log" });
 * await Deno.writeTextFile(path, "one\ntwo\n");
 * const store = openMemoryStore();
 * const sink = storeLines(store, { key: `tail:${path}`, writes: appendLines("logs.raw.app") });
 * const tailer = await FileTailer.open(path, sink, { fromStart: true });
 * while (await store.head("logs.raw.app") < 2) await new Promise((wake) => setTimeout(wake, 10));
 * await tailer.stop();
 * const entries = await store.read<{ line: string }>("logs.raw.app");
 * assert.deepEqual(entries.map(({ value }) => value.line), ["one", "two"]);
 * await Deno.remove(path);
 * ```
 */
export function storeLines<S = TailPosition>(
  store: Store,
  { key, writes, stored }: StoreLinesOptions,
): LineSink<S> {
  const position = savePosition<S>(store, key);
  return {
    durable: true,
    load: position.load,
    async deliver(batch, next) {
      const taken = await position.commit(writes(batch), next);
      if (taken) stored?.(batch);
      return taken;
    },
  };
}

/**
 * For {@linkcode storeLines}: each line becomes an entry `{line, ts}` of a stream.
 *
 * @param stream as `logs.raw.app`.
 */
export function appendLines(stream: string): (batch: LineBatch) => Write[] {
  return (batch) => {
    const { lines, ts, times, partial, continues } = batch;
    const isPlain = times === undefined && !partial && !continues;
    // A tenth faster than the text of an object for each.
    const end = `,"ts":${JSON.stringify(ts)}}`;
    const values = isPlain
      ? lines.map((line) => new JsonText(`{"line":${JSON.stringify(line)}${end}`))
      : tailedLines(batch);
    return [{ op: "append", stream, values }];
  };
}
