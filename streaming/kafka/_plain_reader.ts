import type { DeadLetter } from "../bus/dead_letter.ts";
import { createLocalBus, type LocalBus } from "../bus/local_bus.ts";
import type { Message, MessageHandler, SubscribeOptions, Subscription } from "../bus/types.ts";
import { type Carried, Outlet } from "./_outlet.ts";
import { nameOf } from "./_position.ts";
import { Signal } from "./_signal.ts";
import type { KafkaMessage } from "./types.ts";

/** Name of the one topic of a queue. */
export const INNER = "m";

/** Whom a reader tells. */
export interface PlainReaderHooks {
  bury(letter: DeadLetter, error: unknown): void;
  /** It has no room and its policy is to be applied. */
  full(reader: PlainReader): void;
  closed(reader: PlainReader): void;
}

/** A reader that gets every message: its queue, and where it began in each partition. */
export class PlainReader {
  readonly topic: string;
  readonly options: SubscribeOptions;
  readonly subscription: Subscription;
  /** Resolves when what is published then will come. */
  readonly placed: Promise<void>;
  isPlaced = false;
  isClosed = false;
  /** When pressure was last told of, by the monotonic clock. */
  toldAt = -Infinity;
  readonly #bus: LocalBus;
  readonly #inner: Subscription<Carried>;
  readonly #hooks: PlainReaderHooks;
  readonly #limit: number;
  readonly #next: Map<string, number> = new Map();
  readonly #room: Signal = new Signal();
  #place!: () => void;

  constructor(
    topic: string,
    handler: MessageHandler | undefined,
    options: SubscribeOptions,
    hooks: PlainReaderHooks,
  ) {
    const { maxsize = 1024, policy = "dead-letter", signal } = options;
    this.topic = topic;
    this.options = options;
    this.#hooks = hooks;
    this.#limit = maxsize === 0 ? Infinity : maxsize;
    this.placed = new Promise((resolve) => this.#place = resolve);
    this.#bus = createLocalBus({
      notices: false,
      deadLetters: {
        write: (letter, error) => {
          const { message } = (letter.message as Message<Carried>).value;
          hooks.bury({ ...letter, topic: message.topic, message }, error);
        },
      },
    });
    const work = handler &&
      ((inner: Message<Carried>) => {
        this.#roomed();
        return handler(inner.value.message);
      });
    const queue = { maxsize, policy };
    this.#inner = work === undefined
      ? this.#bus.subscribe<Carried>(INNER, queue)
      : this.#bus.subscribe<Carried>(INNER, work, queue);
    this.subscription = new Outlet(topic, undefined, this.#inner, {
      handOut: (inner) => {
        this.#roomed();
        return inner.value.message;
      },
      ack() {},
      nack() {},
      closed: () => this.#closed(),
    });
    // Through the outlet, so that its owner hears of it.
    const close = () => void this.subscription.close();
    signal?.addEventListener("abort", close, { once: true });
    if (signal?.aborted) close();
  }

  get hasRoom(): boolean {
    return this.#inner.qsize < this.#limit;
  }

  get blocks(): boolean {
    return this.options.policy === "block";
  }

  get metrics() {
    return this.#bus.metrics();
  }

  /** It has its place in all partitions there are; later ones are read from their start. */
  place(starts: Iterable<readonly [string, number]>): void {
    for (const [name, next] of starts) this.#next.set(name, next);
    this.isPlaced = true;
    this.#place();
  }

  /** A topic is gone: another one of the same name is read from its start. */
  forget(topic: string): void {
    for (const name of this.#next.keys()) {
      if (name.startsWith(`${topic}/`)) this.#next.delete(name);
    }
  }

  /** Whether it has not had this one; from now on it has. */
  wants({ topic, partition, seq }: KafkaMessage): boolean {
    const name = nameOf(topic, partition);
    if (seq <= (this.#next.get(name) ?? 0)) return false;
    this.#next.set(name, seq);
    return true;
  }

  offer(carried: Carried): void {
    if (!this.hasRoom) this.#hooks.full(this);
    this.#bus.publish(INNER, carried);
  }

  /** As {@linkcode offer}, but a reader that blocks is waited for. */
  async send(carried: Carried, signal?: AbortSignal): Promise<void> {
    await this.#bus.send(INNER, carried, signal && { signal });
  }

  async untilRoom(): Promise<void> {
    while (!this.hasRoom && !this.isClosed) await this.#room.wait();
  }

  async close(): Promise<void> {
    await this.#bus.close();
    await this.subscription.close();
  }

  #roomed(): void {
    this.#room.notify();
  }

  #closed(): void {
    this.isClosed = true;
    this.#place();
    this.#room.notify();
    this.#hooks.closed(this);
  }
}
