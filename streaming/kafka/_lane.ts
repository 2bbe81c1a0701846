import { Buffer } from "node:buffer";
import type { Producer } from "@platformatic/kafka";
import { errorIds, explain, isTopicGone } from "./_client.ts";
import type { Link } from "./_link.ts";
import { type Outgoing, recordOf } from "./_records.ts";

/** Largest request, in messages and in bytes. */
const BATCH = 1_000;
const BATCH_BYTES = 800_000;
/** Tries for what no waiting will mend. */
const MAX_TRIES = 5;

/** Whom to tell. */
export interface LaneHooks {
  readonly link: Link;
  producer(): Producer;
  sent(out: Outgoing): void;
  gaveUp(out: Outgoing, reason: string): void;
}

/**
 * Messages for one partition on their way to the broker: one request at a time, sent again until the
 * broker has it. With a second request under way a lost first one would change the order.
 */
export class Lane {
  readonly #topic: string;
  readonly #hooks: LaneHooks;
  #partition: number;
  #queue: Outgoing[] = [];
  #running = false;
  #ended = false;

  constructor(topic: string, partition: number, hooks: LaneHooks) {
    this.#topic = topic;
    this.#partition = partition;
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#queue.length;
  }

  add(out: Outgoing): void {
    this.#queue.push(out);
    if (this.#running) return;
    this.#running = true;
    // What is published in one go travels in one request.
    queueMicrotask(() => this.#run());
  }

  /** The oldest that is not on its way, taken out. */
  dropOldest(): Outgoing | undefined {
    return this.#queue.shift();
  }

  /** Takes all that waits out, and sends nothing more. */
  end(): Outgoing[] {
    this.#ended = true;
    return this.#queue.splice(0);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#ended) await this.#deliver(this.#take());
    this.#running = false;
  }

  #take(): Outgoing[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < BATCH) {
      bytes += this.#queue[count]!.body.length + 100;
      if (bytes > BATCH_BYTES && count > 0) break;
      count++;
    }
    if (count < this.#queue.length) return this.#queue.splice(0, count);
    const all = this.#queue;
    this.#queue = [];
    return all;
  }

  /** Sends until all have arrived or are given up. */
  async #deliver(batch: Outgoing[]): Promise<void> {
    const { link, sent, gaveUp, producer } = this.#hooks;
    let refused = 0;
    for (let attempt = 0;; attempt++) {
      if (this.#ended) return batch.forEach((out) => gaveUp(out, "closed:bus"));
      try {
        const first = await this.#send(batch);
        for (let i = 0; i < batch.length; i++) {
          // The one that `publish` gave back: from now on it says where it is.
          batch[i]!.message.seq = first + i + 1;
          sent(batch[i]!);
        }
        return link.worked();
      } catch (error) {
        link.forget(this.#topic);
        producer().clearMetadata();
        const verdict = judge(error);
        if (verdict === "too-large" && batch.length > 1) {
          const half = batch.length >> 1;
          await this.#deliver(batch.slice(0, half));
          return await this.#deliver(batch.slice(half));
        }
        if (verdict === "too-large" || (verdict === "refused" && ++refused >= MAX_TRIES)) {
          const reason = `kafka_error: ${explain(error, link.options)}`;
          return batch.forEach((out) => gaveUp(out, reason));
        }
        if (verdict === "away") link.failed(error);
        await link.retryPause(attempt);
      }
    }
  }

  /** The offset of the first one. */
  async #send(batch: readonly Outgoing[]): Promise<number> {
    const { link, producer } = this.#hooks;
    const topic = await link.ensureTopic(this.#topic);
    if (topic === undefined) throw new TopicMissing(this.#topic);
    // A topic that was made anew may have fewer.
    this.#partition %= topic.leaders.length;
    const messages = batch.map((out) => recordOf(out, this.#partition));
    const { offsets } = await producer().send({ acks: -1, messages });
    return Number(offsets?.[0]?.offset ?? -1);
  }
}

/** A topic is not there and may not be made. */
export class TopicMissing extends Error {
  readonly code = "TOPIC_MISSING";

  constructor(topic: string) {
    super(`topic ${topic} is not there, and topics are not made here`);
  }
}

/** What to do about an error: wait, try a few times, or cut the request in pieces. */
export function judge(error: unknown): "away" | "refused" | "too-large" {
  const ids = errorIds(error);
  if (ids.has("MESSAGE_TOO_LARGE") || ids.has("RECORD_LIST_TOO_LARGE")) return "too-large";
  const refusals = [
    "TOPIC_MISSING",
    "TOPIC_AUTHORIZATION_FAILED",
    "CLUSTER_AUTHORIZATION_FAILED",
    "INVALID_TOPIC_EXCEPTION",
    "INVALID_REPLICATION_FACTOR",
    "INVALID_PARTITIONS",
    "POLICY_VIOLATION",
    "INVALID_TIMESTAMP",
    "INVALID_RECORD",
  ];
  return refusals.some((id) => ids.has(id)) || isTopicGone(error) ? "refused" : "away";
}

/** What a value is on the way. */
export function bodyOf(value: unknown): Buffer {
  const text = JSON.stringify(value);
  if (text === undefined && value !== undefined) {
    throw new TypeError(`a message must be JSON, not ${typeof value}`);
  }
  return Buffer.from(text ?? "null");
}
