import { pause } from "../../core/pause.ts";
import { Buffer } from "node:buffer";
import type { Producer } from "@platformatic/kafka";
import { UserError } from "../../core/errors.ts";
import type { Message, PublishOptions } from "../bus/types.ts";
import { baseOptions, within } from "./_client.ts";
import { bodyOf } from "./_lane.ts";
import type { Link } from "./_link.ts";
import { newProducerName, type Outgoing } from "./_records.ts";
import { TopicLanes } from "./_topic_lanes.ts";

/** Whom to tell. */
export interface SendQueueHooks {
  readonly link: Link;
  gate(): Promise<void>;
  /** The broker has it. */
  sent(message: Message): void;
  gaveUp(message: Message, reason: string): void;
  /** It had to make room. */
  dropped(message: Message): void;
}

/** All that is on its way to the broker: bounded, in order for each topic. */
export class SendQueue {
  readonly #hooks: SendQueueHooks;
  readonly #lanes: Map<string, TopicLanes> = new Map();
  readonly #results: Map<Outgoing, PromiseWithResolvers<Message>> = new Map();
  readonly #senders: (() => void)[] = [];
  readonly #name = newProducerName();
  readonly #limit: number;
  readonly #keys: Map<string, Buffer> = new Map();
  #count = 0;
  #waiting = 0;
  #producer: Producer | undefined;
  #open = false;
  #ended = false;
  /** Before it is known whether there is a Kafka. */
  #early: Outgoing[] = [];
  /** Set once there is none: nothing waits for one then. */
  #elsewhere: ((out: Outgoing) => Message) | undefined;

  constructor(hooks: SendQueueHooks) {
    this.#hooks = hooks;
    const { maxWaiting = 10_000 } = hooks.link.options;
    this.#limit = maxWaiting === 0 ? Infinity : maxWaiting;
  }

  get size(): number {
    return this.#waiting;
  }

  /** Messages go to the broker from now on. */
  open(): void {
    this.#open = true;
    this.#elsewhere = undefined;
    for (const out of this.#early.splice(0)) this.#laneOf(out.message.topic).add(out);
  }

  /** There is no broker: what has waited for one goes elsewhere. */
  drain(elsewhere: (out: Outgoing) => Message): void {
    this.#elsewhere = elsewhere;
    for (const out of this.#early.splice(0)) {
      this.#waiting--;
      // Not within the call: without a waiting sender it would not be made.
      const message = elsewhere(out);
      this.#settle(out)?.resolve(message);
    }
    this.#wake();
  }

  /** Lets senders in as far as there is room; one that has gone takes no place. */
  #wake(): void {
    const free = Math.max(0, this.#limit - this.#waiting);
    for (const go of this.#senders.splice(0, free)) go();
  }

  /** A message as it will be sent. */
  compose(topic: string, value: unknown, { key, id }: PublishOptions, ts: number): Outgoing {
    const body = bodyOf(value);
    const origin = `${this.#name}-${++this.#count}`;
    const own = id === undefined;
    const base = { id: id ?? origin, topic, seq: 0, ts, value };
    if (key === undefined) return { message: base, key: undefined, body, origin, own };
    return { message: { ...base, key }, key: this.#keyOf(key), body, origin, own };
  }

  /** Takes a message in. What does not fit goes by the policy. */
  add(out: Outgoing): void {
    const { policy, maxBytes = 900_000 } = this.#hooks.link.options;
    const { message, body } = out;
    if (this.#elsewhere !== undefined && !this.#open) {
      const message = this.#elsewhere(out);
      this.#settle(out)?.resolve(message);
      return;
    }
    if (this.#ended) return this.#hooks.gaveUp(message, "closed:bus");
    if (body.length > maxBytes) {
      return this.#giveUp(out, `kafka_error: ${body.length} bytes are more than ${maxBytes}`);
    }
    if (this.#waiting >= this.#limit) {
      const oldest = policy === "drop-oldest" ? this.#dropOldest(message.topic) : undefined;
      if (oldest === undefined) return this.#giveUp(out, "backpressure_full:kafka");
      this.#waiting--;
      this.#reject(oldest, "it was dropped for newer ones");
      this.#hooks.dropped(oldest.message);
    }
    this.#waiting++;
    if (this.#open) this.#laneOf(message.topic).add(out);
    else this.#early.push(out);
  }

  /** Takes a message in as soon as there is room, and waits until the broker has it. */
  async send(out: Outgoing, signal?: AbortSignal): Promise<Message> {
    signal?.throwIfAborted();
    const result = Promise.withResolvers<Message>();
    const abort = () => {
      this.#results.delete(out);
      result.reject(signal!.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    try {
      while (this.#waiting >= this.#limit && !this.#ended) {
        const { promise: room, resolve } = Promise.withResolvers<void>();
        this.#senders.push(resolve);
        await Promise.race([room, result.promise]).finally(() => {
          const at = this.#senders.indexOf(resolve);
          if (at >= 0) this.#senders.splice(at, 1);
        });
      }
      this.#results.set(out, result);
      this.add(out);
      return await result.promise;
    } finally {
      signal?.removeEventListener("abort", abort);
      // Who was let in and did not take the place leaves it to the next.
      this.#wake();
    }
  }

  /** Waits until nothing is on its way. */
  async flush(ms: number): Promise<void> {
    for (const end = performance.now() + ms; this.#waiting > 0;) {
      if (performance.now() > end) {
        const { reason } = this.#hooks.link.health();
        throw new UserError(
          "failed",
          `${this.#waiting} messages are not at the broker: ${reason ?? "it is slow"}`,
        );
      }
      await pause(2);
    }
  }

  /** What is not sent by now is given up. */
  async close(): Promise<void> {
    this.#ended = true;
    const rest = [...this.#early.splice(0), ...[...this.#lanes.values()].flatMap((l) => l.end())];
    for (const out of rest) {
      this.#waiting--;
      this.#giveUp(out, "closed:bus");
    }
    for (const wake of this.#senders.splice(0)) wake();
    await within(2_000, "closing", this.#producer?.close(true) ?? Promise.resolve())
      .catch(() => {});
  }

  /** The bytes of a key: most are the sources of many messages. */
  #keyOf(key: string): Buffer {
    let bytes = this.#keys.get(key);
    if (bytes === undefined) {
      if (this.#keys.size >= 1_000) this.#keys.clear();
      this.#keys.set(key, bytes = Buffer.from(key));
    }
    return bytes;
  }

  #laneOf(topic: string): TopicLanes {
    let lane = this.#lanes.get(topic);
    if (lane !== undefined) return lane;
    const { link, gate } = this.#hooks;
    lane = new TopicLanes(topic, {
      link,
      producer: () => this.#producer ??= new link.client!.Producer(baseOptions(link.options)),
      gate,
      sent: (out) => {
        this.#waiting--;
        this.#settle(out)?.resolve(out.message);
        this.#hooks.sent(out.message);
        this.#wake();
      },
      gaveUp: (out, reason) => {
        this.#waiting--;
        this.#giveUp(out, reason);
        this.#wake();
      },
    });
    this.#lanes.set(topic, lane);
    return lane;
  }

  #dropOldest(topic: string): Outgoing | undefined {
    return this.#open ? this.#laneOf(topic).dropOldest() : this.#early.shift();
  }

  #giveUp(out: Outgoing, reason: string): void {
    this.#reject(out, reason);
    this.#hooks.gaveUp(out.message, reason);
  }

  #reject(out: Outgoing, reason: string): void {
    this.#settle(out)?.reject(
      new UserError("failed", `message ${out.message.id} was not sent: ${reason}`),
    );
  }

  #settle(out: Outgoing): PromiseWithResolvers<Message> | undefined {
    if (this.#results.size === 0) return undefined;
    const result = this.#results.get(out);
    this.#results.delete(out);
    return result;
  }
}
