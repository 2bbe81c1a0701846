import type { Write } from "../../core/store/types.ts";
import { closedError, splitArguments } from "../bus/plain_bus.ts";
import { checkPattern, checkTopic } from "../bus/topic.ts";
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
import { kafkaMetrics } from "./_kafka_metrics.ts";
import { Letters } from "./_letters.ts";
import { Link } from "./_link.ts";
import { LocalRoute } from "./_local_route.ts";
import { SendQueue } from "./_send_queue.ts";
import { Subscribers } from "./_subscribers.ts";
import { checkKafkaTopic } from "./stream_topics.ts";
import type { KafkaBus, KafkaBusOptions, ProcessOptions, Processor } from "./types.ts";

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

class Bus implements KafkaBus {
  readonly #options: KafkaBusOptions;
  readonly #now: () => number;
  readonly #link: Link;
  readonly #sending: SendQueue;
  readonly #subscribers: Subscribers;
  readonly #local: LocalRoute;
  readonly #letters: Letters;
  readonly #published: Map<string, number> = new Map();
  readonly #settled: PromiseWithResolvers<void> = Promise.withResolvers();
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
      found: (topic) => this.#subscribers.found(topic),
    });
    this.#subscribers = new Subscribers({
      link: this.#link,
      letters: this.#letters,
      store: options.store,
      now: this.#now,
      arrived: (message) => this.#local.remember(message),
      repeated: () => this.#repeated++,
      storeFailed: (error) => this.#storeFailed(error),
    });
    this.#local = new LocalRoute(this.#subscribers);
    this.#sending = new SendQueue({
      link: this.#link,
      gate: () => this.#subscribers.gate(),
      sent: (message) => this.#local.remember(message),
      gaveUp: (message, reason) => this.#letters.giveUp(message, reason),
      dropped: () => this.#subscribers.past.dropped++,
    });
  }

  publish<T>(topic: string, value: T, options: PublishOptions = {}): Message<T> {
    const out = this.#compose(topic, value, options);
    if (this.#closing !== undefined) this.#letters.giveUp(out.message, "closed:bus");
    else if (this.#link.state === "local") return this.#local.deliver(out.message) as Message<T>;
    else this.#sending.add(out);
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
      ? this.#local.send(out.message, signal)
      : this.#sending.send(out, signal);
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
    const [handler, options] = splitArguments(second, third);
    this.#checkOpen(topic);
    const retained = options.latest === true ? this.#local.retained(topic) : [];
    const subscription = this.#subscribers.subscribe(topic, handler, options, retained);
    return subscription as unknown as Subscription<T>;
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
    const [handler, options] = splitArguments(second, third);
    this.#checkOpen(topic);
    const retained = options.latest === true ? this.#local.retained(topic) : [];
    const member = this.#subscribers.subscribeGroup(topic, group, handler, options, retained);
    return member as unknown as Subscription<T>;
  }

  process<T>(
    topic: string,
    group: string,
    work: (message: Message<T>) => readonly Write[] | Promise<readonly Write[]>,
    options: ProcessOptions = {},
  ): Processor {
    this.#checkOpen(topic);
    return this.#subscribers.process(topic, group, work as (m: Message) => Write[], options);
  }

  latest<T>(topic: string): Message<T> | undefined {
    return this.#local.latest(topic) as Message<T> | undefined;
  }

  metrics(): BusMetrics {
    const { readers, groups, members, past } = this.#subscribers;
    return kafkaMetrics({
      readers,
      groups: groups.values(),
      members,
      past,
      letters: this.#letters,
      published: this.#published,
      waiting: this.#sending.size,
    });
  }

  health(): BusHealth {
    const { bootstrap = [], disabled } = this.#options;
    // Not to be configured is no fault: the bus does what it is there for.
    const isAlone = disabled === true || bootstrap.length === 0;
    return {
      ...this.#link.health(),
      ...isAlone && { available: true },
      ...this.#storeReason !== undefined && { available: false, reason: this.#storeReason },
      waiting: this.#sending.size,
      repeated: this.#repeated,
    };
  }

  async ready(): Promise<void> {
    await this.#settled.promise;
    if (this.#link.state === "kafka") await this.#subscribers.placed();
  }

  async flush(): Promise<void> {
    await this.#settled.promise;
    await this.#sending.flush(this.#options.patienceMs ?? 10_000);
    await this.#subscribers.flush();
    await this.#options.deadLetters?.flush?.();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #compose(topic: string, value: unknown, options: PublishOptions) {
    const published = this.#published.get(topic);
    if (published === undefined) {
      checkTopic(topic);
      checkKafkaTopic(topic);
    }
    const out = this.#sending.compose(topic, value, options, this.#now());
    this.#published.set(topic, (published ?? 0) + 1);
    return out;
  }

  /** The way is decided: to the broker, or within this process. */
  #changed(): void {
    if (this.#closing !== undefined) return;
    if (this.#link.state === "local") {
      this.#sending.drain(({ message }) => this.#local.deliver(message));
    } else {
      this.#sending.open();
      this.#subscribers.open();
      this.#timer = setInterval(() => void this.#refresh(), this.#options.refreshMs ?? 5_000);
    }
    this.#settled.resolve();
  }

  async #refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      await this.#subscribers.refresh();
    } catch (error) {
      this.#link.failed(error);
    }
    this.#refreshing = false;
  }

  #storeFailed(error: unknown): void {
    const reason = error === undefined ? undefined : `storage_error: ${String(error)}`;
    if (reason !== undefined && this.#storeReason === undefined) this.#link.warn(reason);
    this.#storeReason = reason;
  }

  #checkOpen(pattern: string): void {
    checkPattern(pattern);
    if (this.#closing !== undefined) throw closedError();
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending.flush(this.#options.patienceMs ?? 10_000).catch(() => {});
    await this.#subscribers.close();
    await this.#sending.close();
    await this.#subscribers.closeTap();
    await this.#link.close();
    this.#settled.resolve();
    await this.#options.deadLetters?.flush?.();
  }
}
