import { isRecord } from "../../core/is_record.ts";
import { createRedactor, redactJson } from "../../core/safety/redact.ts";
import { secretValues } from "../../core/safety/secret_values.ts";
import { fits } from "../bus/topic.ts";
import { callerOf } from "./_caller.ts";
import { EventRing } from "./_event_ring.ts";
import { snapshot } from "./_snapshot.ts";
import { isEventTopic, OTHER_EVENTS } from "./topics.ts";
import type { EventBus, EventRecord, RingItem } from "./types.ts";

/** Where records go besides the rings. */
export interface EventSink {
  /** Takes a record in; never waits. What it throws is counted and goes no further. */
  write(topic: string, record: unknown): void;
  /** Waits until all that was taken in is kept. */
  flush?(): Promise<void>;
}

/** Options of {@linkcode createEventBus}. */
export interface EventBusOptions {
  /**
   * Variables: `SERVICE_NAME` or `APP_NAME`, `POD_NAME` or `HOSTNAME`, `CONTAINER_NAME`,
   * `APP_VERSION` or `GIT_SHA`, `EVENTBUS_RING_SIZE`; the values of those named like keys are
   * masked. Default none.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Name of this machine. Default `HOSTNAME` of the variables. */
  readonly hostname?: string;
  /** Folder that callers' files are named relative to. Default: whole paths. */
  readonly root?: string;
  /** Records kept for each topic, 100 at least. Default `EVENTBUS_RING_SIZE`, else 2,000. */
  readonly ringSize?: number;
  /** Where records go besides the rings. Default nowhere. */
  readonly sinks?: readonly EventSink[];
  /** Values that must not appear, besides those of the variables. */
  readonly secrets?: readonly string[];
  /** The time in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Told what a sink or a subscriber threw. Default: nobody; it goes no further in any case. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Opens an event bus: rings for those who look back, subscribers, and sinks for what must last.
 *
 * @example
 * ```ts
 * import { createEventBus } from "@dspy/code/streaming/events";
 * import assert from "node:assert/strict";
 *
 * const events = createEventBus({ env: { SERVICE_NAME: "shop" } });
 * const record = events.publishEvent("ui.action", { action: "open", meta: { user: "ann" } });
 * assert.deepEqual([record.service, record.user, record.event], ["shop", "ann", { action: "open" }]);
 * assert.deepEqual(events.memoryTail("ui.action"), [record]);
 * await events.close();
 * ```
 */
export function createEventBus(options: EventBusOptions = {}): EventBus {
  const { env = {}, sinks = [], now = Date.now, onError = () => {} } = options;
  const redactor = createRedactor([...secretValues(env), ...options.secrets ?? []]);
  const size = ringSize(options.ringSize ?? Number(env.EVENTBUS_RING_SIZE || 2000));
  const rings = new Map<string, EventRing>();
  const handlers = new Set<{ topic: string; handler: Handler }>();
  const origin = originOf(env, options.hostname);

  return {
    publish(topic, value) {
      record(topic, redactJson(snapshot(value), redactor));
    },
    publishEvent,
    memoryTail: (topic, limit = 100) => values(rings.get(topic)?.tail(limit) ?? []),
    memoryDelta(topic, since, max = 1000) {
      const ring = rings.get(topic);
      if (ring === undefined) return [[], since];
      const items = ring.after(since, max);
      // A position of an earlier process may be past ours.
      return [values(items), items.at(-1)?.seq ?? Math.min(since, ring.lastSeq)];
    },
    memoryLastSeq: (topic) => rings.get(topic)?.lastSeq ?? 0,
    memoryTopics: () => [...rings.keys()].sort(),
    subscribe(topic, handler) {
      const entry = { topic, handler };
      handlers.add(entry);
      return () => void handlers.delete(entry);
    },
    flush,
    async close() {
      handlers.clear();
      await flush();
    },
  };

  function publishEvent(
    ...[topic, payload, above]: Parameters<EventBus["publishEvent"]>
  ): EventRecord {
    const { meta, ...event } = payload;
    const name = isEventTopic(topic) ? topic : OTHER_EVENTS;
    const caller = callerOf(above ?? publishEvent, options.root);
    const more = snapshot(meta);
    const envelope = redactJson({
      topic: name,
      ts: now() / 1000,
      ...origin,
      ...caller && { caller },
      event: snapshot(event),
      ...isRecord(more) && more,
    }, redactor) as EventRecord;
    record(name, envelope);
    return envelope;
  }

  function record(topic: string, value: unknown): void {
    let ring = rings.get(topic);
    if (ring === undefined) rings.set(topic, ring = new EventRing(size));
    const item = ring.push(value);
    for (const { topic: wanted, handler } of [...handlers]) {
      if (fits(wanted, topic)) guarded(() => handler(item, topic));
    }
    for (const sink of sinks) guarded(() => sink.write(topic, value));
  }

  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      onError(error);
    }
  }

  async function flush(): Promise<void> {
    for (const result of await Promise.allSettled(sinks.map((sink) => sink.flush?.()))) {
      if (result.status === "rejected") onError(result.reason);
    }
  }
}

type Handler = (item: RingItem, topic: string) => void;

function values(items: readonly RingItem[]): unknown[] {
  return items.map(({ value }) => value);
}

function ringSize(wanted: number): number {
  return Number.isFinite(wanted) ? Math.max(100, Math.floor(wanted)) : 2000;
}

function originOf(
  env: Readonly<Record<string, string | undefined>>,
  hostname: string | undefined,
): Partial<EventRecord> & Pick<EventRecord, "service"> {
  const first = (...names: string[]) => names.map((name) => env[name]).find((value) => value);
  const found = {
    hostname: hostname ?? first("HOSTNAME"),
    pod: first("POD_NAME", "HOSTNAME"),
    container: first("CONTAINER_NAME"),
    app_version: first("APP_VERSION", "GIT_SHA"),
  };
  return {
    service: first("SERVICE_NAME", "APP_NAME") ?? "dspy-agent",
    ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)),
  };
}
