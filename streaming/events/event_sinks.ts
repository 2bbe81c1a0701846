import { JsonText } from "../../core/store/json_text.ts";
import type { Store } from "../../core/store/types.ts";
import { lineFileName, type LineFiles } from "../bus/line_files.ts";
import { LineWriter, type LineWriterOptions } from "../bus/line_writer.ts";
import { type Batch, Outbox, type OutboxOptions } from "../bus/outbox.ts";
import type { EventStream } from "../bus/types.ts";
import type { EventSink } from "./event_bus.ts";

/**
 * Writes records into one file of JSON lines for each topic, in batches; files are moved away at 10
 * MB. A crash loses what came in the last 5 ms.
 */
export function createEventFiles(files: LineFiles, options: LineWriterOptions = {}): EventSink {
  const writer = new LineWriter(files, options);
  return {
    write: (topic, record) => writer.push(lineFileName(topic), () => JSON.stringify(record)),
    flush: () => writer.flush(),
  };
}

/** Options of {@linkcode createEventStore}. */
export interface EventStoreOptions extends OutboxOptions {
  /** Records kept of each topic. Default 100,000. */
  readonly keepLast?: number;
  /** Told of records that cannot be stored. Default: nobody. */
  readonly onError?: (error: unknown) => void;
}

interface Entry {
  readonly topic: string;
  readonly record: unknown;
}

/** Appends records to the stream of their topic in a store, in batches. */
export function createEventStore(store: Store, options: EventStoreOptions = {}): EventSink {
  const { keepLast = 100_000, onError = () => {} } = options;
  let sinceTrim = 0;
  const open = (): Batch<Entry> => {
    const entries: Entry[] = [];
    const values = new Map<string, JsonText[]>();
    return {
      add(entry) {
        const text = JsonText.of(entry.record);
        entries.push(entry);
        const list = values.get(entry.topic);
        if (list === undefined) values.set(entry.topic, [text]);
        else list.push(text);
        return true;
      },
      async write() {
        await store.commit(
          [...values].map(([stream, values]) => ({ op: "append", stream, values })),
        );
        sinceTrim += entries.length;
        if (sinceTrim <= 1000) return;
        sinceTrim = 0;
        // The records are kept; old ones that could not be removed are when more have come.
        await trim([...values.keys()]).catch(() => {});
      },
      unwritten: () => entries,
      isWritten: () => false,
    };
  };
  const outbox = new Outbox(open, (_item, error) => onError(error), options);
  return {
    write: (topic, record) => outbox.push({ topic, record }),
    flush: () => outbox.flush(),
  };

  async function trim(streams: readonly string[]): Promise<void> {
    for (const stream of streams) {
      const before = await store.head(stream) - keepLast + 1;
      await store.commit([{ op: "trim", stream, before }]);
    }
  }
}

/** Publishes records on a bus, under their topics. */
export function createEventForward(bus: Pick<EventStream, "publish" | "flush">): EventSink {
  return {
    write: (topic, record) => void bus.publish(topic, record),
    flush: () => bus.flush(),
  };
}
