import { UserError } from "../../core/errors.ts";
import { busMetrics, type Counters, newCounters } from "./_counters.ts";
import { GivenUp, textOf } from "./_given_up.ts";
import { Group } from "./_group.ts";
import { Links } from "./_links.ts";
import type { LogLink } from "./_log_link.ts";
import { Member } from "./_member.ts";
import { Outcomes } from "./_outcomes.ts";
import { Reader } from "./_reader.ts";
import { Dispatcher, Routes, type Target } from "./_routes.ts";
import { Senders } from "./_senders.ts";
import { counterIds, turnClock } from "./_stamps.ts";
import type { LocalBusOptions } from "./local_bus_options.ts";
import { checkPattern, checkReplay, fits, isWild } from "./topic.ts";
import type {
  BusHealth,
  BusMetrics,
  EventStream,
  GroupOptions,
  Message,
  MessageHandler,
  PublishOptions,
  SubscribeOptions,
  Subscription,
} from "./types.ts";

/** The bus within one process. */
export interface LocalBus extends EventStream {
  /** Topics that have messages, sorted. */
  topics(): string[];
}

/**
 * Opens a bus within this process. Publishing costs the subscribers' queues and nothing else: no
 * I/O, no waiting, and what a reader does wrong reaches neither the publisher nor other readers.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import assert from "node:assert/strict";
 *
 * await using bus = createLocalBus();
 * const errors = bus.subscribe<string>("logs.*.app");
 * bus.publish("logs.raw.app", "disk is full");
 * for await (const { value, seq } of errors) {
 *   assert.deepEqual([value, seq], ["disk is full", 1]);
 *   break;
 * }
 * ```
 */
export function createLocalBus(options: LocalBusOptions = {}): LocalBus {
  return new Local(options);
}

class Local implements LocalBus {
  readonly #counters: Counters = newCounters();
  readonly #options: LocalBusOptions;
  readonly #now: () => number;
  readonly #createId: () => string;
  readonly #routes: Routes;
  readonly #dispatcher: Dispatcher;
  readonly #givenUp: GivenUp;
  readonly #senders: Senders;
  readonly #links: Links;
  readonly #outcomes: Outcomes;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(options: LocalBusOptions) {
    const { deadLetters: writer, pressureMs = 1000, now = Date.now } = options;
    this.#options = options;
    this.#now = options.now ?? turnClock(Date.now);
    this.#createId = options.createId ?? counterIds();
    this.#routes = new Routes({
      start: (topic) => this.#log?.keeps(topic) ? this.#log.start(topic) : 0,
      last: (topic) => this.#log?.keeps(topic) ? this.#log.last(topic) : undefined,
    });
    this.#dispatcher = new Dispatcher(this.#routes);
    this.#givenUp = new GivenUp({
      counters: this.#counters,
      writer,
      pressureMs,
      now,
      count: (topic) => void this.#routes.stateOf(topic).dlq++,
      notice: (topic, value) => {
        if (options.notices !== false && !this.#closed) this.publish(topic, value);
      },
    });
    this.#senders = new Senders({
      isBlocked: (topic) => this.#routes.isBlocked(topic),
      publish: (topic, value, options) => {
        const message = this.publish(topic, value, options);
        return { message, kept: this.#links.kept(message) };
      },
    });
    this.#outcomes = new Outcomes({
      counters: this.#counters,
      routes: this.#routes,
      givenUp: this.#givenUp,
      isClosed: () => this.#closed,
      roomed: () => this.#senders.pump(),
    });
    this.#links = new Links(options, {
      counters: this.#counters,
      giveUp: (message, error) => this.#givenUp.add(message, `storage_error: ${textOf(error)}`),
      head: (topic) => this.#routes.topics.get(topic)?.seq ?? 0,
      topics: () => [...this.#routes.topics.keys()],
      flushLetters: async () => await writer?.flush?.(),
    });
    for (const topic of this.#log?.topics() ?? []) this.#routes.stateOf(topic);
  }

  publish<T>(topic: string, value: T, options?: PublishOptions): Message<T> {
    const state = this.#routes.stateOf(topic);
    const id = options?.id ?? this.#createId();
    const key = options?.key;
    const seq = state.seq + 1;
    const ts = this.#now();
    const message = key === undefined
      ? { id, topic, seq, ts, value }
      : { id, topic, seq, ts, key, value };
    if (this.#closed) {
      this.#givenUp.add(message, "closed:bus");
      return message;
    }
    state.seq = seq;
    state.latest = message;
    this.#counters.published++;
    this.#links.push(message);
    this.#dispatcher.hand(state, message);
    return message;
  }

  async send<T>(
    topic: string,
    value: T,
    options: PublishOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<Message<T>> {
    if (this.#closed) throw closedError();
    const { message, kept } = await this.#senders.send(topic, value, options);
    await kept;
    return message as Message<T>;
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
    const { after, latest } = options;
    if (after !== undefined) checkReplay(topic, after, this.#log?.keeps(topic));
    const reader = new Reader(topic, handler, options, this.#outcomes);
    this.#routes.readers.add(reader);
    this.#routes.change();
    if (after !== undefined) this.#log!.replay(reader, after);
    else if (latest === true) this.#offerLatest(reader);
    if (options.signal?.aborted) void reader.close();
    return reader as unknown as Subscription<T>;
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
    name: string,
    second?: MessageHandler<T> | GroupOptions,
    third?: GroupOptions,
  ): Subscription<T> {
    const [handler, options] = splitArguments<T, GroupOptions>(second, third);
    this.#checkOpen(topic);
    if (name === "") throw new UserError("usage", `a group of "${topic}" has no name`);
    const known = this.#routes.group(topic, name);
    const group = known ?? new Group(topic, name, options, this.#outcomes);
    if (known === undefined) {
      this.#routes.addGroup(group);
      const keeps = isWild(topic) || this.#log?.keeps(topic);
      if (keeps) group.progress = this.#log?.resume(group, options.after);
    }
    group.checkSame(options);
    const member = new Member(group, handler, options, this.#outcomes);
    this.#routes.change();
    group.join(member);
    if (known === undefined && options.latest === true) this.#offerLatest(group);
    if (options.signal?.aborted) void member.close();
    return member as unknown as Subscription<T>;
  }

  latest<T>(topic: string): Message<T> | undefined {
    return this.#routes.topics.get(topic)?.latest as Message<T> | undefined;
  }

  topics(): string[] {
    return this.#routes.names;
  }

  metrics(): BusMetrics {
    return busMetrics(this.#counters, this.#routes, this.#givenUp.lastTs);
  }

  health(): BusHealth {
    return this.#links.health();
  }

  async flush(): Promise<void> {
    await this.#links.flush();
    await this.#options.deadLetters?.flush?.();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #log(): LogLink | undefined {
    return this.#links.log;
  }

  #offerLatest(target: Target): void {
    for (const { name, latest } of this.#routes.topics.values()) {
      if (latest === undefined || !fits(target.topic, name)) continue;
      this.#counters.replayed++;
      target.offer(latest);
    }
  }

  #checkOpen(pattern: string): void {
    checkPattern(pattern);
    if (this.#closed) throw closedError();
  }

  async #close(): Promise<void> {
    const isQuiet = () =>
      this.#senders.isQuiet && this.#routes.areQuiet && this.#counters.handling === 0;
    const end = performance.now() + (this.#options.drainMs ?? 2000);
    while (!isQuiet() && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    this.#closed = true;
    this.#senders.end(closedError());
    await this.#outcomes.end();
    await this.flush();
  }
}

/** The function and the options of a subscription, of which either may be left out. */
function splitArguments<T, O>(
  second: MessageHandler<T> | O | undefined,
  third: O | undefined,
): [MessageHandler | undefined, O] {
  return typeof second === "function"
    ? [second as MessageHandler, third ?? {} as O]
    : [undefined, second ?? {} as O];
}

/** For what comes too late. */
function closedError(): UserError {
  return new UserError("failed", "the bus is closed");
}
