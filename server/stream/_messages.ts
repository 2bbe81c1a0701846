import type { EventBus } from "../../streaming/events/types.ts";
import type { EventQuery } from "./event_query.ts";

/** Characters of one message, if its first record is no larger. */
const MAX_MESSAGE = 256 * 1024;

/** Records looked at for one message. */
const MAX_RECORDS = 500;

/** The rings, as far as streams need them. */
export type Rings = Pick<EventBus, "memoryDelta" | "memoryLastSeq" | "memoryTail">;

/** A step of a stream: how far it goes, and what there is to send of it. */
export interface Step {
  /** Position in each topic afterwards, in the order of the query. */
  readonly at: readonly number[];
  /** The message; absent when nothing that was looked at is wanted. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** Writes the messages of streams. */
export interface MessageWriter {
  /** How things stand. */
  snapshot(query: EventQuery, at: readonly number[], lost: boolean): Uint8Array<ArrayBuffer>;
  /** What follows on a position; undefined when nothing does. */
  next(query: EventQuery, at: readonly number[]): Step | undefined;
  /** The last message. */
  end(reason: string, behind: number): Uint8Array<ArrayBuffer>;
  /** Positions of a client's last event; undefined when they are not of these rings. */
  resume(query: EventQuery, lastEventId: string | undefined): number[] | undefined;
}

const encoder = new TextEncoder();

/**
 * Makes what writes messages.
 *
 * @param timestamp seconds since the epoch.
 */
export function createMessageWriter(rings: Rings, timestamp: () => number): MessageWriter {
  /** Names the life of the rings: positions of another one mean nothing. */
  const epoch = crypto.randomUUID().slice(0, 8);
  const write = recordWriter();
  return { snapshot, next, end, resume };

  function snapshot(
    { topics, limit, filter }: EventQuery,
    at: readonly number[],
    lost: boolean,
  ): Uint8Array<ArrayBuffer> {
    const lists = topics.map((topic) => {
      // The filter comes before the limit, so that what is rare is found.
      const found = rings.memoryTail(topic, Infinity).filter(filter.matches).slice(-limit);
      return `[${found.map((record) => write(filter.project(record))).join()}]`;
    });
    const rest = `"limit":${limit},"timestamp":${timestamp()}${lost ? ',"resumed":false' : ""}`;
    const each = topics.map((topic, i) => `${JSON.stringify(topic)}:{"items":${lists[i]}}`);
    return message(
      at,
      topics.length === 1
        ? `{"topic":${JSON.stringify(topics[0])},"items":${lists[0]},${rest}}`
        : `{"topics":{${each.join()}},${rest}}`,
    );
  }

  function next(query: EventQuery, at: readonly number[]): Step | undefined {
    const { topics, limit } = query;
    const deltas: string[] = [];
    const after = [...at];
    let missed = 0;
    let room = MAX_MESSAGE;
    for (const [i, topic] of topics.entries()) {
      const { list, length, lost, position } = delta(query, topic, at[i]!, room);
      after[i] = position;
      missed += lost;
      room -= length;
      if (list.length === 0) continue;
      deltas.push(topics.length === 1 ? `[${list}]` : `${JSON.stringify(topic)}:[${list}]`);
    }
    if (deltas.length === 0 && missed === 0) {
      return after.some((position, i) => position !== at[i]) ? { at: after } : undefined;
    }
    const rest = `"timestamp":${timestamp()}${missed > 0 ? `,"missed":${missed}` : ""}`;
    const topic = JSON.stringify(topics[0]);
    const data = topics.length === 1
      ? `{"topic":${topic},"limit":${limit},"delta":${deltas[0] ?? "[]"},${rest}}`
      : `{"delta":{${deltas.join()}},${rest}}`;
    return { at: after, bytes: message(after, data) };
  }

  /** Goes on in one topic as far as there is room. */
  function delta({ filter }: EventQuery, topic: string, since: number, room: number) {
    const [items, last] = rings.memoryDelta(topic, since, MAX_RECORDS);
    const first = last - items.length;
    const list: string[] = [];
    let length = 0;
    let looked = 0;
    for (const item of items) {
      if (length > 0 && length >= room) break;
      looked++;
      if (!filter.matches(item)) continue;
      const text = write(filter.project(item));
      list.push(text);
      length += text.length;
    }
    return { list, length, lost: Math.max(0, first - since), position: first + looked };
  }

  function end(reason: string, behind: number): Uint8Array<ArrayBuffer> {
    const data = JSON.stringify({ reason, behind, timestamp: timestamp() });
    return encoder.encode(`event: end\ndata: ${data}\n\n`);
  }

  function message(at: readonly number[], data: string): Uint8Array<ArrayBuffer> {
    return encoder.encode(`id: ${epoch}.${at.join()}\ndata: ${data}\n\n`);
  }

  function resume({ topics }: EventQuery, lastEventId = ""): number[] | undefined {
    const [life, places = ""] = lastEventId.split(".");
    if (life !== epoch || !/^\d{1,15}(,\d{1,15})*$/.test(places)) return undefined;
    const at = places.split(",").map(Number);
    const fits = at.length === topics.length &&
      at.every((seq, i) => seq <= rings.memoryLastSeq(topics[i]!));
    return fits ? at : undefined;
  }
}

/** Writes records as JSON, each once however many clients get it. */
function recordWriter(): (record: unknown) => string {
  const written = new WeakMap<object, string>();
  const text = (record: unknown) => JSON.stringify(record) ?? "null";
  return (record) => {
    if (typeof record !== "object" || record === null) return text(record);
    let json = written.get(record);
    if (json === undefined) written.set(record, json = text(record));
    return json;
  };
}
