import { Buffer } from "node:buffer";
import type { KafkaRecord, MessageToProduce, RecordsBatch } from "@platformatic/kafka";
import type { Message } from "../bus/types.ts";
import type { KafkaMessage } from "./types.ts";

/** Header with the id of a message. */
const ID = Buffer.from("id");
/** Header with the origin, where the id is the publisher's own. */
const ORIGIN = Buffer.from("origin");

/** Who sent a message, and as its how manyth: what makes a second delivery recognisable. */
export interface Origin {
  readonly producer: string;
  readonly count: number;
}

/** A message on its way to the broker. */
export interface Outgoing {
  readonly message: Message;
  readonly key: Buffer | undefined;
  readonly body: Buffer;
  readonly count: number;
}

/** A message from the broker, and what else stood in its record. */
export interface Incoming {
  readonly message: KafkaMessage;
  readonly origin: Origin | undefined;
}

/** Ids and origins of one producer: `<producer>-<count>`, the producer 12 hex digits. */
export function newProducerName(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 12);
}

/** The record of a message for a partition. */
export function recordOf(
  { message, key, body, count }: Outgoing,
  producer: string,
  partition: number,
): MessageToProduce {
  const origin = `${producer}-${count}`;
  const headers = new Map([[ID, Buffer.from(message.id)]]);
  if (message.id !== origin) headers.set(ORIGIN, Buffer.from(origin));
  return {
    topic: message.topic,
    partition,
    value: body,
    headers,
    timestamp: BigInt(Math.round(message.ts)),
    ...key !== undefined && { key },
  };
}

/** Messages of a fetched partition from a position on. */
export function* messagesOf(
  topic: string,
  partition: number,
  batches: readonly RecordsBatch[],
  from: number,
): Generator<Incoming> {
  for (const batch of batches) {
    // Markers of transactions are no messages.
    if ((batch.attributes & 32) !== 0) continue;
    const first = Number(batch.firstOffset);
    const firstTs = Number(batch.firstTimestamp);
    for (const record of batch.records) {
      const offset = first + record.offsetDelta;
      if (offset < from) continue;
      yield incomingOf(topic, partition, offset, firstTs, record);
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

function incomingOf(
  topic: string,
  partition: number,
  offset: number,
  firstTs: number,
  { key, value, headers, timestampDelta }: KafkaRecord,
): Incoming {
  let id: string | undefined;
  let origin: string | undefined;
  for (const [name, content] of headers) {
    if (name === null || content === null) continue;
    // `id`, without a call for each message.
    if (name.length === 2 && name[0] === 105 && name[1] === 100) id = content.toString();
    else if (name.equals(ORIGIN)) origin = content.toString();
  }
  const message = {
    // One that other programs sent has the same id when it comes again.
    id: id ?? `${topic}/${partition}/${offset}`,
    topic,
    seq: offset + 1,
    ts: firstTs + Number(timestampDelta),
    value: valueOf(value),
    partition,
  };
  return {
    message: key === null ? message : { ...message, key: key.toString() },
    origin: originOf(origin ?? id),
  };
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

function originOf(text: string | undefined): Origin | undefined {
  if (text === undefined || text.length < 14 || text[12] !== "-") return undefined;
  const count = Number(text.slice(13));
  return Number.isSafeInteger(count) ? { producer: text.slice(0, 12), count } : undefined;
}
