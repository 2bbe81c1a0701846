import { Buffer } from "node:buffer";
import type { KafkaRecord, MessageToProduce, RecordsBatch } from "@platformatic/kafka";
import type { Message } from "../bus/types.ts";
import type { KafkaMessage } from "./types.ts";

/** Header with the id of a message. */
const ID = Buffer.from("id");
/** Header with the origin, where the id is the publisher's own. */
const ORIGIN = Buffer.from("origin");

/** A message on its way to the broker. */
export interface Outgoing {
  /** Its position is 0 until the broker has it. */
  readonly message: Message & { seq: number };
  readonly key: Buffer | undefined;
  readonly body: Buffer;
  /** Producer and count: what makes a second delivery recognisable. */
  readonly origin: string;
  /** Whether the id is the origin, and not the publisher's own. */
  readonly own: boolean;
}

/** A message from the broker, and who sent it as its how manyth: so that a second one is known. */
export interface Incoming {
  readonly message: KafkaMessage;
  /** Empty when another program sent it. */
  readonly producer: string;
  readonly count: number;
}

/** Ids and origins of one producer: `<producer>-<count>`, the producer 12 hex digits. */
export function newProducerName(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 12);
}

/** The record of a message for a partition. */
export function recordOf(
  { message, key, body, origin, own }: Outgoing,
  partition: number,
): MessageToProduce {
  const headers = new Map([[ID, Buffer.from(message.id)]]);
  if (!own) headers.set(ORIGIN, Buffer.from(origin));
  return {
    topic: message.topic,
    partition,
    value: body,
    headers,
    timestamp: BigInt(Math.round(message.ts)),
    ...key !== undefined && { key },
  };
}

/**
 * Messages of a fetched partition from a position on. What is given is changed for the next one: who
 * keeps several copies them.
 */
export function* messagesOf(
  topic: string,
  partition: number,
  batches: readonly RecordsBatch[],
  from: number,
): Generator<Incoming> {
  const incoming = { message: undefined as unknown as KafkaMessage, producer: "", count: 0 };
  const keys = new LastText();
  for (const batch of batches) {
    // Markers of transactions are no messages.
    if ((batch.attributes & 32) !== 0) continue;
    const first = Number(batch.firstOffset);
    const firstTs = Number(batch.firstTimestamp);
    for (const record of batch.records) {
      const offset = first + record.offsetDelta;
      if (offset < from) continue;
      const { id = `${topic}/${partition}/${offset}`, origin = id } = headersOf(record);
      const { key } = record;
      const seq = offset + 1;
      const ts = firstTs + Number(record.timestampDelta);
      const value = valueOf(record.value);
      incoming.message = key === null
        ? { id, topic, seq, ts, value, partition }
        : { id, topic, seq, ts, key: keys.of(key), value, partition };
      const isOurs = origin.length > 13 && origin[12] === "-";
      incoming.count = isOurs ? Number(origin.slice(13)) : NaN;
      // What only looks like an origin of ours has no count.
      incoming.producer = Number.isNaN(incoming.count) ? "" : origin.slice(0, 12);
      yield incoming;
    }
  }
}

/** The position behind fetched batches. */
export function endOf(batches: readonly RecordsBatch[], from: number): number {
  const last = batches.at(-1);
  return last === undefined
    ? from
    : Math.max(from, Number(last.firstOffset) + last.lastOffsetDelta + 1);
}

/** Most messages of a partition have the key of the one before. */
class LastText {
  #bytes: Buffer | undefined;
  #text = "";

  of(bytes: Buffer): string {
    if (this.#bytes === undefined || !this.#bytes.equals(bytes)) {
      this.#bytes = bytes;
      this.#text = bytes.toString();
    }
    return this.#text;
  }
}

function headersOf({ headers }: KafkaRecord): { id?: string; origin?: string } {
  const found: { id?: string; origin?: string } = {};
  for (const [name, content] of headers) {
    if (name === null || content === null) continue;
    // `id`, without a call for each message.
    if (name.length === 2 && name[0] === 105 && name[1] === 100) found.id = content.toString();
    else if (name.equals(ORIGIN)) found.origin = content.toString();
  }
  return found;
}

/** JSON, or the text itself: not all that write into topics write JSON. */
function valueOf(bytes: Uint8Array | null): unknown {
  if (bytes === null) return null;
  const text = bytes.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
