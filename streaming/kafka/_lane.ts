import { Buffer } from "node:buffer";
import type { Producer } from "@platformatic/kafka";
import type { Message } from "../bus/types.ts";
import { backOff, errorIds, explain, isTopicGone, pause } from "./_client.ts";
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
  readonly producerName: string;
  producer(): Producer;
  /** Resolves when messages may go: readers of this process have their places. */
  gate(): Promise<void>;
  sent(out: Outgoing, message: Message): void;
  gaveUp(out: Outgoing, reason: string): void;
}

/**
 * Messages of one topic on their way to the broker, in order: one request at a time, sent again
 * until the broker has it.
 */
export class Lane {
  readonly #topic: string;
  readonly #hooks: LaneHooks;
  #queue: Outgoing[] = [];
  #running = false;
  #ended = false;
  #turn = 0;

  constructor(topic: string, hooks: LaneHooks) {
    this.#topic = topic;
    this.#hooks = hooks;
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
    while (this.#queue.length > 0 && !this.#ended) {
      await this.#hooks.gate();
      if (!this.#ended) await this.#deliver(this.#take());
    }
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
    if (count === this.#queue.length) {
      const all = this.#queue;
      this.#queue = [];
      return all;
    }
    return this.#queue.splice(0, count);
  }

  /** Sends until each message has arrived or is given up. */
  async #deliver(batch: Outgoing[]): Promise<void> {
    const { link } = this.#hooks;
    const partitionOf = this.#chooser();
    let left = batch;
    let failures = 0;
    for (let attempt = 0; left.length > 0; attempt++) {
      if (this.#ended) return left.forEach((out) => this.#hooks.gaveUp(out, "closed:bus"));
      try {
        left = await this.#send(left, partitionOf);
        link.worked();
        continue;
      } catch (error) {
        left = this.#keepMissing(left, partitionOf, error);
        link.forget(this.#topic);
        this.#hooks.producer().clearMetadata();
        const verdict = judge(error);
        if (verdict === "too-large" && left.length > 1) {
          const half = left.length >> 1;
          await this.#deliver(left.slice(0, half));
          return await this.#deliver(left.slice(half));
        }
        const isFinal = verdict === "too-large" ||
          (verdict === "refused" && ++failures >= MAX_TRIES);
        if (isFinal) {
          const reason = `kafka_error: ${explain(error, link.options)}`;
          return left.forEach((out) => this.#hooks.gaveUp(out, reason));
        }
        if (verdict !== "refused") link.failed(error);
      }
      await pause(backOff(attempt), link.signal);
    }
  }

  async #send(batch: Outgoing[], partitionOf: (out: Outgoing, count: number) => number) {
    const topic = await this.#hooks.link.ensureTopic(this.#topic);
    if (topic === undefined) throw new TopicMissing(this.#topic);
    const messages = batch.map((out) =>
      recordOf(out, this.#hooks.producerName, partitionOf(out, topic.leaders.length))
    );
    const { offsets = [] } = await this.#hooks.producer().send({
      acks: -1,
      idempotent: false,
      messages,
    });
    const next = new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
    for (const [i, out] of batch.entries()) {
      const partition = messages[i]!.partition!;
      const offset = next.get(partition)!;
      next.set(partition, offset + 1);
      this.#hooks.sent(out, { ...out.message, seq: offset + 1 });
    }
    return [];
  }

  /** Some leaders may have taken their part of a request that failed. */
  #keepMissing(
    batch: Outgoing[],
    partitionOf: (out: Outgoing, count: number) => number,
    error: unknown,
  ): Outgoing[] {
    const { offsets = [] } = (error as { produced?: { offsets?: { partition: number }[] } })
      .produced ?? {};
    const arrived = new Set(offsets.map(({ partition }) => partition));
    if (arrived.size === 0) return batch;
    return batch.filter((out) => {
      const there = arrived.has(partitionOf(out, 0));
      if (there) this.#hooks.sent(out, out.message);
      return !there;
    });
  }

  /** Keys as Java's clients spread them; the others of a request go together, in turn. */
  #chooser(): (out: Outgoing, count: number) => number {
    const turn = this.#turn++;
    const { murmur2 } = this.#hooks.link.client!;
    const chosen = new Map<Outgoing, number>();
    return (out, count) => {
      let partition = chosen.get(out);
      if (partition === undefined || (count > 0 && partition >= count)) {
        partition = out.key === undefined ? turn % count : (murmur2(out.key) & 0x7fffffff) % count;
        chosen.set(out, partition);
      }
      return partition;
    };
  }
}

class TopicMissing extends Error {
  readonly code = "TOPIC_MISSING";

  constructor(topic: string) {
    super(`topic ${topic} is not there, and topics are not made here`);
  }
}

/** What to do about an error: wait, try a few times, or cut the request in pieces. */
function judge(error: unknown): "away" | "refused" | "too-large" {
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
