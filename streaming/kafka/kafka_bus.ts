import { UserError } from "../../core/errors.ts";
import type { Write } from "../../core/store/types.ts";
import { checkPattern, checkTopic, fits } from "../bus/topic.ts";
import type {
  BusHealth,
  BusMetrics,
  GroupOptions,
  Message,
  MessageHandler,
  PublishOptions,
  SubscribeOptions,
  Subscription,
} from "../bus/types.ts";
import { pause } from "./_client.ts";
import { GroupQueue } from "./_group_queue.ts";
import { kafkaMetrics } from "./_kafka_metrics.ts";
import { Letters } from "./_letters.ts";
import { Link } from "./_link.ts";
import { Outbox } from "./_outbox.ts";
import { PlainReader } from "./_plain_reader.ts";
import { StoreMember } from "./_store_member.ts";
import { Tap } from "./_tap.ts";
import type { TopicInfo } from "./_topics.ts";
import { checkKafkaTopic } from "./stream_topics.ts";
import type {
  KafkaBus,
  KafkaBusOptions,
  KafkaMessage,
  ProcessOptions,
  Processor,
} from "./types.ts";

/**
 * Opens a bus over Kafka. It is open at once: what is published waits, bounded, until it is known
 * whether there is a Kafka. With none configured, or none that answers, everything works within this
 * process, one line says so, and it is tried again from time to time. A broker that goes away later
 * is waited for: nothing that was taken in is lost, and what was sent twice is recognised.
 *
 * @param options where Kafka is; see {@linkcode kafkaSettings} for those of the environment.
 * @throws {UserError} `usage` for a bootstrap that is none.
 *
 * @example
 * ```ts
 * import { createKafkaBus } from "@dspy/code/streaming/kafka";
 * import assert from "node:assert/strict";
 *
 * // Without bootstrap everything stays in this process; with one the same code talks to Kafka.
 * await using bus = createKafkaBus({});
 * const work = bus.subscribeGroup<{ line: string }>("logs.raw.app", "workers", { ack: "manual" });
 * await bus.ready();
 * await bus.send("logs.raw.app", { line: "disk is full" }, { key: "app" });
 * const message = (await work.get())!;
 * assert.equal(message.value.line, "disk is full");
 * work.ack(message);
 * ```
 */
export function createKafkaBus(options: KafkaBusOptions = {}): KafkaBus {
  return new Bus(options);
}

/** Milliseconds that publishing waits for readers of this process to have their places. */
const GATE_MS = 5_000;

class Bus implements KafkaBus {
  readonly #options: KafkaBusOptions;
  readonly #now: () => number;
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #tap: Tap;
  readonly #letters: Letters;
  readonly #groups: Map<string, GroupQueue> = new Map();
  readonly #members: Set<StoreMember> = new Set();
  readonly #leaving: Set<Promise<void>> = new Set();
  readonly #published: Map<string, number> = new Map();
  readonly #latest: Map<string, Message> = new Map();
  /** Positions of messages that never were at a broker. */
  readonly #local: Map<string, number> = new Map();
  readonly #settled: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #past = { delivered: 0, dropped: 0 };
  #repeated = 0;
  #storeReason: string | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #refreshing = false;
  #closing: Promise<void> | undefined;

  constructor(options: KafkaBusOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#letters = new Letters({
      writer: options.deadLetters,
      notices: options.notices ?? true,
      maxBytes: options.maxBytes ?? 900_000,
      now: this.#now,
      publish: (topic, value) => {
        if (this.#closing === undefined) this.publish(topic, value);
      },
    });
    this.#link = new Link(options, {
      changed: () => this.#changed(),
      found: (topic) => this.#found(topic),
    });
    this.#outbox = new Outbox({
      link: this.#link,
      gate: () => this.#gate(),
      sent: (message) => this.#remember(message),
      gaveUp: (message, reason) => this.#letters.giveUp(message, reason),
      dropped: () => this.#past.dropped++,
    });
    this.#tap = new Tap({
      link: this.#link,
      arrived: (message) => this.#remember(message),
      repeated: () => this.#repeated++,
    });
  }

  publish<T>(topic: string, value: T, options: PublishOptions = {}): Message<T> {
    const out = this.#compose(topic, value, options);
    if (this.#closing !== undefined) this.#letters.giveUp(out.message, "closed:bus");
    else if (this.#link.state === "local") return this.#deliver(out.message) as Message<T>;
    else this.#outbox.add(out);
    return out.message as Message<T>;
  }

  async send<T>(
    topic: string,
    value: T,
    { signal, ...options }: PublishOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<Message<T>> {
    if (this.#closing !== undefined) throw closedError();
    signal?.throwIfAborted();
    const out = this.#compose(topic, value, options);
    const sent = this.#link.state === "local"
      ? this.#deliverToAll(out.message, signal)
      : this.#outbox.send(out, signal);
    return await sent as Message<T>;
  }

  subscribe<T>(topic: string, options?: SubscribeOptions): Subscription<T>;
  subscribe<T>(
    topic: string,
    handler: MessageHandler<T>,
    options?: SubscribeOptions,
  ): Subscription<T>;
  subscribe<T>(
    topic: string,
    second?: MessageHandler<T> | SubscribeOptions,
    third?: SubscribeOptions,
  ): Subscription<T> {
    const [handler, options] = argumentsOf<T, SubscribeOptions>(second, third);
    this.#checkOpen(topic);
    const reader = new PlainReader(topic, handler, options, {
      bury: (letter, error) => this.#letters.bury(letter, error),
      full: (reader) => this.#letters.full(reader, topic, null, reader.subscription.qsize),
      closed: (reader) => this.#forget(reader),
    });
    if (reader.isClosed) return reader.subscription as unknown as Subscription<T>;
    this.#tap.readers.add(reader);
    if (options.latest === true) {
      for (const message of this.#retained(topic)) reader.offer({ message, position: undefined });
    }
    if (this.#link.state === "kafka") this.#tap.start(reader);
    return reader.subscription as unknown as Subscription<T>;
  }

  subscribeGroup<T>(topic: string, group: string, options?: GroupOptions): Subscription<T>;
  subscribeGroup<T>(
    topic: string,
    group: string,
    handler: MessageHandler<T>,
    options?: GroupOptions,
  ): Subscription<T>;
  subscribeGroup<T>(
    topic: string,
    group: string,
    second?: MessageHandler<T> | GroupOptions,
    third?: GroupOptions,
  ): Subscription<T> {
    const [handler, options] = argumentsOf<T, GroupOptions>(second, third);
    this.#checkOpen(topic);
    checkGroup(topic, group);
    const key = `${topic} ${group}`;
    let queue = this.#groups.get(key);
    if (queue !== undefined) return queue.join(handler, options) as unknown as Subscription<T>;
    queue = new GroupQueue(topic, group, options, {
      link: this.#link,
      store: this.#options.store,
      bury: (letter, error) => this.#letters.bury(letter, error),
      repeated: () => this.#repeated++,
      storeFailed: (error) => this.#storeFailed(error),
      empty: (queue) => this.#leave(key, queue),
    });
    this.#groups.set(key, queue);
    const member = queue.join(handler, options);
    if (options.latest === true) {
      for (const message of this.#retained(topic)) {
        queue.offer(message);
      }
    }
    if (this.#link.state === "kafka") queue.feed.open();
    return member as unknown as Subscription<T>;
  }

  process<T>(
    topic: string,
    group: string,
    work: (message: Message<T>) => readonly Write[] | Promise<readonly Write[]>,
    options: ProcessOptions = {},
  ): Processor {
    this.#checkOpen(topic);
    checkGroup(topic, group);
    const { store } = this.#options;
    if (store === undefined) {
      throw new UserError("usage", `group "${group}" of ${topic} has no store to work into`, {
        hint: "give createKafkaBus a store",
      });
    }
    const member = new StoreMember(topic, group, work as (message: Message) => readonly Write[], {
      ...options,
      link: this.#link,
      store,
      bury: (letter, error) => this.#letters.bury(letter, error),
      repeated: () => this.#repeated++,
      storeFailed: (error) => this.#storeFailed(error),
      closed: (member) => this.#members.delete(member),
      now: this.#now,
    });
    this.#members.add(member);
    if (this.#link.state === "kafka") member.feed.open();
    return member;
  }

  latest<T>(topic: string): Message<T> | undefined {
    return this.#latest.get(topic) as Message<T> | undefined;
  }

  metrics(): BusMetrics {
    return kafkaMetrics({
      readers: this.#tap.readers,
      groups: this.#groups.values(),
      members: this.#members,
      letters: this.#letters,
      published: this.#published,
      past: this.#past,
      waiting: this.#outbox.size,
    });
  }

  health(): BusHealth {
    const link = this.#link.health();
    return {
      ...link,
      // Not to be configured is no fault: the bus does what it is there for.
      ...this.#link.state === "local" && this.#isAlone && { available: true },
      ...this.#storeReason !== undefined && { available: false, reason: this.#storeReason },
      waiting: this.#outbox.size,
      repeated: this.#repeated,
    };
  }

  async ready(): Promise<void> {
    await this.#settled.promise;
    if (this.#link.state === "kafka") await Promise.all(this.#unplaced());
  }

  async flush(): Promise<void> {
    await this.#settled.promise;
    await this.#outbox.flush(this.#options.patienceMs ?? 10_000);
    await Promise.all([...this.#groups.values()].map(({ feed }) => feed.flush()));
    await this.#options.deadLetters?.flush?.();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #isAlone(): boolean {
    const { bootstrap = [], disabled } = this.#options;
    return disabled === true || bootstrap.length === 0;
  }

  #compose(topic: string, value: unknown, options: PublishOptions) {
    checkTopic(topic);
    checkKafkaTopic(topic);
    const out = this.#outbox.compose(topic, value, options, this.#now());
    this.#published.set(topic, (this.#published.get(topic) ?? 0) + 1);
    return out;
  }

  /** The way is decided: to the broker, or within this process. */
  #changed(): void {
    if (this.#closing !== undefined) return;
    if (this.#link.state === "local") this.#outbox.drain(({ message }) => this.#deliver(message));
    else {
      this.#outbox.open();
      this.#tap.open();
      for (const { feed } of this.#groups.values()) feed.open();
      for (const { feed } of this.#members) feed.open();
      this.#timer = setInterval(() => void this.#refresh(), this.#options.refreshMs ?? 5_000);
    }
    this.#settled.resolve();
  }

  #found(topic: TopicInfo): void {
    this.#tap.found(topic);
    for (const { topic: pattern, feed } of [...this.#groups.values(), ...this.#members]) {
      if (fits(pattern, topic.name)) feed.found(topic);
    }
  }

  async #refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      await this.#tap.refresh();
      for (const { feed } of [...this.#groups.values(), ...this.#members]) await feed.refresh();
    } catch (error) {
      this.#link.failed(error);
    }
    this.#refreshing = false;
  }

  /** Within this process: as the local bus does it. */
  #deliver(message: Message): Message {
    const placed = this.#place(message);
    for (const { reader, group, member } of this.#targetsOf(placed.topic)) {
      reader?.offer({ message: placed, position: undefined });
      group?.offer(placed);
      member?.offer(placed);
    }
    return placed;
  }

  async #deliverToAll(message: Message, signal?: AbortSignal): Promise<Message> {
    const placed = this.#place(message);
    const sent = this.#targetsOf(placed.topic).map(({ reader, group, member }) => {
      member?.offer(placed);
      return reader?.send({ message: placed, position: undefined }, signal) ??
        group?.send(placed, signal);
    });
    await Promise.all(sent);
    return placed;
  }

  #place(message: Message): KafkaMessage {
    const seq = (this.#local.get(message.topic) ?? 0) + 1;
    this.#local.set(message.topic, seq);
    const placed = { ...message, seq, partition: 0 };
    this.#latest.set(message.topic, placed);
    return placed;
  }

  #targetsOf(topic: string): { reader?: PlainReader; group?: GroupQueue; member?: StoreMember }[] {
    return [
      ...[...this.#tap.readers].map((reader) => ({ topic: reader.topic, reader })),
      ...[...this.#groups.values()].map((group) => ({ topic: group.topic, group })),
      ...[...this.#members].map((member) => ({ topic: member.topic, member })),
    ].filter((target) => fits(target.topic, topic));
  }

  #remember(message: Message): void {
    const known = this.#latest.get(message.topic);
    if (known === undefined || message.ts >= known.ts) this.#latest.set(message.topic, message);
  }

  #retained(pattern: string): KafkaMessage[] {
    return [...this.#latest.values()].filter(({ topic }) => fits(pattern, topic))
      .map((message) => ({ partition: 0, ...message }));
  }

  #unplaced(): Promise<void>[] {
    const feeds = [...this.#groups.values(), ...this.#members].map(({ feed }) => feed);
    return [...this.#tap.readers, ...feeds].filter(({ isPlaced }) => !isPlaced)
      .map(({ placed }) => placed);
  }

  /** What is published after a subscription must not be sent before that has its place. */
  async #gate(): Promise<void> {
    const unplaced = this.#unplaced();
    if (unplaced.length === 0) return;
    const stop = new AbortController();
    await Promise.race([Promise.all(unplaced), pause(GATE_MS, stop.signal)]);
    stop.abort();
  }

  #storeFailed(error: unknown): void {
    const reason = error === undefined ? undefined : `storage_error: ${String(error)}`;
    if (reason !== undefined && this.#storeReason === undefined) this.#link.warn(reason);
    this.#storeReason = reason;
  }

  #forget(reader: PlainReader): void {
    if (!this.#tap.readers.has(reader)) return;
    this.#tap.remove(reader);
    this.#count(reader.metrics);
  }

  #leave(key: string, queue: GroupQueue): Promise<void> {
    this.#groups.delete(key);
    const left = queue.close().finally(() => {
      this.#count(queue.metrics);
      this.#leaving.delete(left);
    });
    this.#leaving.add(left);
    return left;
  }

  #count({ delivered, dropped }: BusMetrics): void {
    this.#past.delivered += delivered;
    this.#past.dropped += dropped;
  }

  #checkOpen(pattern: string): void {
    checkPattern(pattern);
    if (this.#closing !== undefined) throw closedError();
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#outbox.flush(this.#options.patienceMs ?? 10_000).catch(() => {});
    await Promise.all([
      ...[...this.#tap.readers].map((reader) => reader.close()),
      ...[...this.#groups].map(([key, queue]) => this.#leave(key, queue)),
      ...[...this.#members].map((member) => member.close()),
      ...this.#leaving,
    ]);
    await this.#outbox.close();
    await this.#tap.close();
    await this.#link.close();
    this.#settled.resolve();
    await this.#options.deadLetters?.flush?.();
  }
}

function checkGroup(topic: string, group: string): void {
  if (group !== "") return;
  throw new UserError("usage", `a group of "${topic}" has no name`);
}

function argumentsOf<T, O>(
  second: MessageHandler<T> | O | undefined,
  third: O | undefined,
): [MessageHandler | undefined, O] {
  return typeof second === "function"
    ? [second as MessageHandler, third ?? {} as O]
    : [undefined, second ?? {} as O];
}

function closedError(): UserError {
  return new UserError("failed", "the bus is closed");
}
