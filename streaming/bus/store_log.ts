import type { Store } from "../../core/store/types.ts";
import type { GroupStarts } from "./_log_progress.ts";
import { Ranges } from "./_ranges.ts";
import { messageOf, type StoredMessage, StoreLink } from "./_store_link.ts";
import type { AttachableLog } from "./_log_link.ts";
import type { MessageLog } from "./message_log.ts";
import type { OutboxOptions } from "./outbox.ts";
import { checkPattern } from "./topic.ts";
import type { Message } from "./types.ts";

/** Options of {@linkcode openStoreLog}. */
export interface StoreLogOptions extends OutboxOptions {
  /** Topics that are kept; may hold wildcards. */
  readonly topics: readonly string[];
  /** Before the names of its keys and streams. Default `"bus"`. */
  readonly prefix?: string;
  /**
   * Bytes of a value at most, about; a larger one becomes a dead letter. It blocks the process as
   * long as it takes to write it. Default 16 MiB.
   */
  readonly maxBytes?: number;
  /** Messages kept of each topic, besides those a group of this process waits for. Default: all. */
  readonly keepLast?: number;
}

interface SavedRanges {
  readonly topic: string;
  readonly ranges: readonly (readonly [number, number])[];
}

/**
 * Opens a log of a bus in a store. Messages of its topics are stored in batches after they were
 * handed out; positions, retained values and what groups have done outlast the process.
 *
 * A crash loses what was published in the last milliseconds (`delayMs`) and not awaited with
 * `send`. Acknowledgements are stored as late, so that messages may come again, with the same id.
 * A group that the log knows goes on where it was, whatever `after` says; a new one begins there, or
 * with what is published from then on. The log belongs to the process that opened it last; one that had it before can no longer write.
 *
 * @throws {UserError} `failed` when the store is not to be used.
 *
 * @example
 * ```ts
 * import { createLocalBus, openStoreLog } from "@dspy/code/streaming/bus";
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * const topics = ["logs.>"];
 * const first = createLocalBus({ log: await openStoreLog(store, { topics }) });
 * await first.send("logs.app", "one");
 * await first.close();
 *
 * await using bus = createLocalBus({ log: await openStoreLog(store, { topics }) });
 * const reader = bus.subscribe("logs.app", { after: 0 });
 * assert.equal((await reader.get())?.value, "one");
 * assert.equal(bus.publish("logs.app", "two").seq, 2);
 * ```
 */
export async function openStoreLog(store: Store, options: StoreLogOptions): Promise<MessageLog> {
  const { topics: patterns, prefix = "bus", maxBytes = 2 ** 24, keepLast = Infinity } = options;
  for (const pattern of patterns) checkPattern(pattern);
  const owner = crypto.randomUUID();
  // First of all: what the one before us may still write is then in what is read here.
  await store.put(`${prefix}:owner`, owner);
  const heads = new Map<string, number>();
  const lasts = new Map<string, Message>();
  for (const { value: topic } of await store.list<string>(`${prefix}:topic:`)) {
    const head = await store.head(`${prefix}:${topic}`);
    heads.set(topic, head);
    const [entry] = await store.read<StoredMessage>(`${prefix}:${topic}`, { after: head - 1 });
    if (entry !== undefined && !("gone" in entry.value)) {
      lasts.set(topic, messageOf(topic, entry.offset, entry.value));
    }
  }
  const starts = new Map(heads);
  const groups = new Map<string, GroupStarts>();
  for (const { key, value } of await store.list<GroupStarts>(`${prefix}:group:`)) {
    groups.set(key, value);
  }
  const done = new Map<string, Ranges>();
  for (const { key, value } of await store.list<SavedRanges>(`${prefix}:done:`)) {
    const ranges = new Ranges(value.ranges);
    done.set(key, ranges);
    // A message may have been done before a crash kept it from being stored.
    starts.set(value.topic, Math.max(starts.get(value.topic) ?? 0, ranges.last));
  }
  const state = {
    store,
    prefix,
    owner,
    patterns,
    heads,
    starts,
    lasts,
    groups,
    done,
    maxBytes,
    keepLast,
    outbox: options,
  };
  const log: AttachableLog = { topics: patterns, attach: (bus) => new StoreLink(state, bus) };
  return log;
}
