import type { Store } from "../../core/store/types.ts";
import type { EventStream } from "../bus/types.ts";
import type { TailPosition } from "./file_position.ts";
import { type LineSink, tailedLines } from "./line_sink.ts";
import { savePosition } from "./_save_position.ts";

/** Options of {@linkcode sendLines}. */
export interface SendLinesOptions {
  /** Where the position is kept. */
  readonly store: Store;
  /** Under which key; one for each log, as `tail:logs/app.log`. */
  readonly key: string;
  /** Messages with the same key stay in order. Default: `key`. */
  readonly messageKey?: string;
}

/**
 * Sends each line as `{line, ts}`, waits until the bus has stored it, and keeps the position then.
 * After a crash between the two, lines are sent again: with the same message ids, so that a reader
 * can tell.
 *
 * @param topic as `logs.raw.app`.
 */
export function sendLines<S = TailPosition>(
  bus: EventStream,
  topic: string,
  { store, key, messageKey = key }: SendLinesOptions,
): LineSink<S> {
  const position = savePosition<S>(store, key);
  return {
    durable: true,
    load: position.load,
    async deliver(batch, next) {
      const ids = batch.ids();
      await Promise.all(
        tailedLines(batch).map((value, i) =>
          bus.send(topic, value, { key: messageKey, id: ids[i]! })
        ),
      );
      return await position.commit([], next);
    },
  };
}
