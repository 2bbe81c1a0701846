import type { Store } from "../../core/store/types.ts";
import type { EventStream } from "./types.ts";

/** A message that another process is to publish. */
export interface InboxMessage {
  /** Where it belongs. */
  readonly topic: string;
  /** What is to be published. */
  readonly value: unknown;
  /** Messages with the same key stay in order. Default none. */
  readonly key?: string;
  /** Its own. Default one by its place in the inbox. */
  readonly id?: string;
}

/** Options of {@linkcode readInbox}. */
export interface InboxOptions {
  /** Milliseconds between two looks. Default 500. */
  readonly pollMs?: number;
  /** Told what failed; it is tried again, three times in all. Default nobody. */
  readonly onError?: (error: unknown) => void;
}

const STREAM = "bus.inbox";
const POSITION = "bus.inbox:read";
/** Messages that are published before the position is kept. */
const BATCH = 100;
/** Tries with a message that the bus does not take. */
const MOST_TRIES = 3;

/**
 * Leaves messages in a store for the bus of another process: one that runs gets them within half a
 * second, else they wait for the next one.
 */
export async function putInbox(store: Store, messages: readonly InboxMessage[]): Promise<void> {
  if (messages.length > 0) await store.append(STREAM, messages);
}

/**
 * Publishes what other processes leave in the inbox of a store. What is published and not yet marked
 * when the process is killed is published again, with the same id. One that the bus does not take is
 * in its dead letters, and holds up the others no longer than three looks.
 *
 * @returns ends it.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createLocalBus, putInbox, readInbox } from "@dspy/code/streaming/bus";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * await putInbox(store, [{ topic: "orders", value: 7 }]);
 * await using bus = createLocalBus();
 * const orders = bus.subscribe("orders");
 * const stop = readInbox(store, bus);
 * assert.equal((await orders.get())?.value, 7);
 * await stop();
 * ```
 */
export function readInbox(
  store: Store,
  bus: EventStream,
  { pollMs = 500, onError = () => {} }: InboxOptions = {},
): () => Promise<void> {
  let ended = false;
  let failing: number | undefined;
  let tries = 0;
  let wake = Promise.withResolvers<void>();
  const working = work();

  return async () => {
    ended = true;
    wake.resolve();
    await working;
  };

  async function work(): Promise<void> {
    while (!ended) {
      wake = Promise.withResolvers();
      await look().catch(onError);
      if (ended) break;
      const timer = setTimeout(wake.resolve, pollMs);
      await wake.promise;
      clearTimeout(timer);
    }
  }

  async function look(): Promise<void> {
    const before = await store.get<number>(POSITION) ?? 0;
    let after = before;
    const entries = await store.read<InboxMessage>(STREAM, { after, limit: BATCH });
    try {
      for (const { offset, value } of entries) {
        await send(offset, value);
        after = offset;
      }
    } finally {
      if (after !== before) {
        await store.commit([
          { op: "put", key: POSITION, value: after },
          { op: "trim", stream: STREAM, before: after + 1 },
        ]);
      }
    }
  }

  async function send(offset: number, message: InboxMessage): Promise<void> {
    const { topic, value, key, id = `inbox:${offset}` } = message;
    try {
      await bus.send(topic, value, { id, ...key !== undefined && { key } });
    } catch (error) {
      tries = failing === offset ? tries + 1 : 1;
      failing = offset;
      if (tries < MOST_TRIES || ended) throw error;
      onError(error);
    }
  }
}
