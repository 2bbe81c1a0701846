import type { EventStream } from "../bus/types.ts";
import { type LineSink, tailedLines } from "./line_sink.ts";

/**
 * Publishes each line as `{line, ts}` and keeps no position: a tailer starts anew with each process.
 * What a reader has no room for, its own policy decides.
 *
 * @param topic as `logs.raw.app`.
 */
export function publishLines(bus: EventStream, topic: string): LineSink<never> {
  return {
    durable: false,
    load: () => Promise.resolve(undefined),
    deliver(batch) {
      for (const value of tailedLines(batch)) bus.publish(topic, value);
      return Promise.resolve(true);
    },
  };
}
