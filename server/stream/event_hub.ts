import type { EventBus } from "../../streaming/events/types.ts";
import { EventClient } from "./_event_client.ts";
import { createMessageWriter, type Step } from "./_messages.ts";
import type { EventQuery } from "./event_query.ts";
import type { StreamLimits } from "./stream_limits.ts";

/** Milliseconds between two rounds through the clients; what comes meanwhile goes together. */
const ROUND_MS = 10;

/** Hands events on to clients. */
export interface EventHub {
  /**
   * Begins a stream.
   *
   * @param lastEventId where the client was, as it says in `Last-Event-ID`.
   * @returns the body of the response; undefined when there are too many clients.
   */
  open(
    query: EventQuery,
    lastEventId?: string,
  ): ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  /** Clients that are here. */
  readonly size: number;
  /** Ends all streams; new ones end at once. */
  close(): void;
}

/** Options of {@linkcode createEventHub}. */
export interface EventHubOptions extends StreamLimits {
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Makes a hub: one subscription of the event bus for all clients, which only notes that there is
 * something. So a publisher pays the same for one client and for a thousand, and never waits.
 */
export function createEventHub(
  events: Pick<EventBus, "memoryDelta" | "memoryLastSeq" | "memoryTail" | "subscribe">,
  options: EventHubOptions = {},
): EventHub {
  const { maxClients = 2000, maxBehind = 1000, heartbeatMs = 15_000, graceMs = 5_000 } = options;
  const { stallMs = 1_000, now = Date.now } = options;
  const messages = createMessageWriter(events, () => now() / 1000);
  const clients = new Set<EventClient>();
  const byTopic = new Map<string, Set<EventClient>>();
  const dirty = new Set<string>();
  /** Steps of this round: clients that want the same and are equally far get the same bytes. */
  let shared: Map<string, Step | undefined> | undefined;
  let unsubscribe: (() => void) | undefined;
  let heartbeats: ReturnType<typeof setInterval> | undefined;
  let round: ReturnType<typeof setTimeout> | undefined;
  let lastRound = -Infinity;
  let closed = false;

  return {
    open(query, lastEventId) {
      if (clients.size >= maxClients) return undefined;
      const client = new EventClient({
        ...{ query, messages, next, lastSeq: events.memoryLastSeq, lastEventId, graceMs },
        gone: leave,
      });
      if (!client.open) return client.stream;
      enter(client);
      if (closed) client.end("the server stops");
      return client.stream;
    },
    get size() {
      return clients.size;
    },
    close() {
      closed = true;
      for (const client of [...clients]) client.end("the server stops");
    },
  };

  function enter(client: EventClient): void {
    clients.add(client);
    for (const topic of client.topics) {
      const readers = byTopic.get(topic);
      if (readers === undefined) byTopic.set(topic, new Set([client]));
      else readers.add(client);
    }
    if (clients.size > 1) return;
    unsubscribe = events.subscribe(">", (_, topic) => {
      if (!byTopic.has(topic)) return;
      dirty.add(topic);
      round ??= setTimeout(goRound, Math.max(0, lastRound + ROUND_MS - performance.now()));
    });
    heartbeats = setInterval(() => {
      for (const client of [...clients]) {
        client.heartbeat();
        endIfSlow(client);
      }
    }, heartbeatMs);
  }

  function leave(client: EventClient): void {
    clients.delete(client);
    for (const topic of client.topics) {
      const readers = byTopic.get(topic);
      readers?.delete(client);
      if (readers?.size === 0) byTopic.delete(topic);
    }
    if (clients.size > 0) return;
    unsubscribe?.();
    clearInterval(heartbeats);
    clearTimeout(round);
    round = undefined;
  }

  function goRound(): void {
    round = undefined;
    lastRound = performance.now();
    const readers = [...dirty].flatMap((topic) => [...byTopic.get(topic) ?? []]);
    dirty.clear();
    shared = new Map();
    for (const client of new Set(readers)) {
      client.pump();
      endIfSlow(client);
    }
    shared = undefined;
  }

  function next(query: EventQuery, at: readonly number[]): Step | undefined {
    if (shared === undefined) return messages.next(query, at);
    const key = `${query.key} ${at.join()}`;
    let step = shared.get(key);
    if (step === undefined) shared.set(key, step = messages.next(query, at));
    return step;
  }

  function endIfSlow(client: EventClient): void {
    const stalled = client.stalledFor(performance.now());
    if (stalled > stallMs && client.behind > maxBehind) client.end("too slow");
  }
}
