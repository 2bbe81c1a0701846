import type { GetOptions, Message, Subscription } from "../bus/types.ts";
import type { Position } from "./_position.ts";
import type { KafkaMessage } from "./types.ts";

/** What travels through the queues of this process. */
export interface Carried {
  readonly message: KafkaMessage;
  /** Where it came from; undefined for one that never was at a broker. */
  readonly position: Position | undefined;
}

/** What an outlet asks of its owner. */
export interface OutletHooks {
  /** The message to hand out, or undefined when it is not for this reader any more. */
  handOut(inner: Message<Carried>): Message | undefined;
  ack(message: Message): void;
  nack(message: Message, error: unknown): void;
  closed(): void | Promise<void>;
}

/** A subscription of the queue within this process, its messages as they came by Kafka. */
export class Outlet implements Subscription {
  readonly topic: string;
  readonly group?: string;
  readonly #inner: Subscription<Carried>;
  readonly #hooks: OutletHooks;
  #closing: Promise<void> | undefined;

  constructor(
    topic: string,
    group: string | undefined,
    inner: Subscription<Carried>,
    hooks: OutletHooks,
  ) {
    this.topic = topic;
    if (group !== undefined) this.group = group;
    this.#inner = inner;
    this.#hooks = hooks;
  }

  get qsize(): number {
    return this.#inner.qsize;
  }

  async get(options: GetOptions = {}): Promise<Message | undefined> {
    const { timeoutMs, signal } = options;
    const end = timeoutMs === undefined ? Infinity : performance.now() + timeoutMs;
    while (true) {
      const left = Math.max(0, end - performance.now());
      const inner = await this.#inner.get({
        ...left < Infinity && { timeoutMs: left },
        ...signal && { signal },
      });
      if (inner === undefined) return undefined;
      const message = this.#hooks.handOut(inner);
      if (message !== undefined) return message;
    }
  }

  getNowait(): Message | undefined {
    while (true) {
      const inner = this.#inner.getNowait();
      if (inner === undefined) return undefined;
      const message = this.#hooks.handOut(inner);
      if (message !== undefined) return message;
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    const inner = this.#inner[Symbol.asyncIterator]();
    const next = async (): Promise<IteratorResult<Message, undefined>> => {
      while (true) {
        const result = await inner.next();
        if (result.done) return { done: true, value: undefined };
        const message = this.#hooks.handOut(result.value);
        if (message !== undefined) return { done: false, value: message };
      }
    };
    return {
      next,
      return: async () => {
        await inner.return?.();
        await this.close();
        return { done: true, value: undefined };
      },
    };
  }

  async *batches(max = 256): AsyncGenerator<readonly Message[]> {
    try {
      for await (const batch of this.#inner.batches(max)) {
        const messages = batch.map((inner) => this.#hooks.handOut(inner))
          .filter((message) => message !== undefined);
        if (messages.length > 0) yield messages;
      }
    } finally {
      await this.close();
    }
  }

  ack(message: Message): void {
    this.#hooks.ack(message);
  }

  nack(message: Message, error?: unknown): void {
    this.#hooks.nack(message, error);
  }

  close(): Promise<void> {
    return this.#closing ??= (async () => {
      await this.#inner.close();
      await this.#hooks.closed();
    })();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
