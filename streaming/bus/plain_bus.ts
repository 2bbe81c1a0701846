import { UserError } from "../../core/errors.ts";
import { GivenUp, newCounters, textOf } from "./_given_up.ts";
import { Reader, type ReaderHooks } from "./_reader.ts";
import { type Before, Dispatcher, Routes, type Target } from "./_routes.ts";
import { counterIds, turnClock } from "./_stamps.ts";
import type { Counters } from "./_given_up.ts";
import type { PlainBusOptions } from "./local_bus_options.ts";
import { checkPattern, checkReplay, fits } from "./topic.ts";
import type {
  Message,
  MessageHandler,
  PublishOptions,
  SubscribeOptions,
  Subscription,
} from "./types.ts";

/** Where topics begin that no earlier process knew. */
const NOTHING: Before = { start: () => 0, last: () => undefined };

/** What JSON escapes in a text, and little else. */
const ODD = /["\\\p{Cc}\p{Cs}]/u;

/**
 * The local bus without groups, log and publishers that wait: all that a session needs, and half the
 * time to load. `createLocalBus` adds the rest.
 */
export class PlainBus implements ReaderHooks, AsyncDisposable {
  /** What happened so far. */
  readonly counters: Counters = newCounters();
  protected readonly routes: Routes;
  protected readonly givenUp: GivenUp;
  /** Takes each message along before it is handed out. */
  protected along: { push(message: Message): void } | undefined;
  protected isClosed = false;
  /** Whether an id was given that JSON has to escape. */
  protected hasOddIds = false;
  readonly #options: PlainBusOptions;
  readonly #now: () => number;
  readonly #createId: () => string;
  readonly #dispatcher: Dispatcher;
  #closing: Promise<void> | undefined;

  /** Opens one. */
  constructor(options: PlainBusOptions = {}, before: Before = NOTHING) {
    const { deadLetters: writer, pressureMs = 1000, now = Date.now, notices = true } = options;
    this.#options = options;
    this.#now = options.now ?? turnClock(Date.now);
    const { createId } = options;
    this.#createId = createId === undefined ? counterIds() : () => this.#given(createId());
    this.routes = new Routes(before);
    this.#dispatcher = new Dispatcher(this.routes);
    this.givenUp = new GivenUp({
      counters: this.counters,
      writer,
      pressureMs,
      now,
      count: (topic) => void this.routes.stateOf(topic).dlq++,
      notice: (topic, value) => {
        if (notices && !this.isClosed) this.publish(topic, value);
      },
    });
  }

  /** As in {@linkcode EventStream}. */
  publish<T>(topic: string, value: T, options?: PublishOptions): Message<T> {
    const state = this.routes.stateOf(topic);
    const id = options?.id === undefined ? this.#createId() : this.#given(options.id);
    const key = options?.key;
    const seq = state.seq + 1;
    const ts = this.#now();
    const message = key === undefined
      ? { id, topic, seq, ts, value }
      : { id, topic, seq, ts, key, value };
    if (this.isClosed) {
      this.givenUp.add(message, "closed:bus");
      return message;
    }
    state.seq = seq;
    state.latest = message;
    this.counters.published++;
    this.along?.push(message);
    this.#dispatcher.hand(state, message);
    return message;
  }

  /** As in {@linkcode EventStream}. */
  subscribe<T>(topic: string, options?: SubscribeOptions): Subscription<T>;
  /** As in {@linkcode EventStream}. */
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
    const { after, latest, signal } = options;
    this.checkOpen(topic);
    if (after !== undefined) checkReplay(topic, after, this.keeps(topic));
    const reader = new Reader(topic, handler, options, this);
    this.routes.readers.add(reader);
    this.routes.change();
    if (after !== undefined) this.replay(reader, after);
    else if (latest === true) this.offerLatest(reader);
    if (signal?.aborted) void reader.close();
    return reader as unknown as Subscription<T>;
  }

  /** As in {@linkcode EventStream}. */
  latest<T>(topic: string): Message<T> | undefined {
    return this.routes.topics.get(topic)?.latest as Message<T> | undefined;
  }

  /** Topics that have messages, sorted. */
  topics(): string[] {
    return this.routes.names;
  }

  /** As in {@linkcode EventStream}. */
  async flush(): Promise<void> {
    await this.#options.deadLetters?.flush?.();
  }

  /** As in {@linkcode EventStream}. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** For readers. */
  overflow(target: Target, message: Message): void {
    const name = target.isGroup ? target.name : undefined;
    this.givenUp.pressure(target, name, message.topic);
    if (target.policy === "drop-oldest") {
      const oldest = target.replaceOldest(message);
      if (oldest !== undefined) this.counters.dropped++;
      if (oldest !== undefined && target.isGroup) target.progress?.done(oldest);
    } else {
      const kind = target.isGroup ? "group" : "subscriber";
      this.givenUp.add(message, `backpressure_full:${kind}`, { group: name });
      if (target.isGroup) target.progress?.done(message);
    }
  }

  /** For readers. */
  failed(_reader: Reader, message: Message, error: unknown): void {
    const details = { attempts: 1, error };
    this.givenUp.add(message, `subscriber_error: ${textOf(error)}`, details);
  }

  /** For readers. */
  roomed(): void {}

  /** For readers. */
  closed(reader: Reader, rest: readonly Message[]): void {
    this.routes.readers.delete(reader);
    this.routes.change();
    if (!this.isClosed) this.counters.dropped += rest.length;
    else for (const message of rest) this.givenUp.add(message, "closed:subscriber");
  }

  protected keeps(_topic: string): boolean | undefined {
    return undefined;
  }

  protected replay(_reader: Reader, _after: number): void {}

  protected get isQuiet(): boolean {
    return this.counters.handling === 0 && this.routes.areQuiet;
  }

  /** Ends all who read; nothing is published any more. */
  protected async end(): Promise<void> {
    for (const reader of this.routes.readers) await reader.close();
  }

  protected offerLatest(target: Target): void {
    for (const { name, latest } of this.routes.topics.values()) {
      if (latest === undefined || !fits(target.topic, name)) continue;
      this.counters.replayed++;
      target.offer(latest);
    }
  }

  protected checkOpen(pattern: string): void {
    checkPattern(pattern);
    if (this.isClosed) throw closedError();
  }

  #given(id: string): string {
    this.hasOddIds ||= ODD.test(id);
    return id;
  }

  async #close(): Promise<void> {
    const end = performance.now() + (this.#options.drainMs ?? 2000);
    while (!this.isQuiet && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    this.isClosed = true;
    await this.end();
    await this.flush();
  }
}

/** The function and the options of a subscription, of which either may be left out. */
export function splitArguments<T, O>(
  second: MessageHandler<T> | O | undefined,
  third: O | undefined,
): [MessageHandler | undefined, O] {
  return typeof second === "function"
    ? [second as MessageHandler, third ?? {} as O]
    : [undefined, second ?? {} as O];
}

/** For what comes too late. */
export function closedError(): UserError {
  return new UserError("failed", "the bus is closed");
}
