import { Ring } from "./_ring.ts";
import type { Message, PublishOptions } from "./types.ts";

/** What senders need of the bus. */
export interface SendersHooks {
  isBlocked(topic: string, key: string | undefined): boolean;
  publish(topic: string, value: unknown, options: PublishOptions): Sent;
}

/** A message that was published. */
export interface Sent {
  readonly message: Message;
  /** Settles when it is kept where it is to be kept. */
  readonly kept: Promise<unknown>;
}

interface Sender {
  readonly value: unknown;
  readonly options: PublishOptions;
  resolve(sent: Sent): void;
  reject(error: unknown): void;
}

/** Publishers that wait until readers have room, first come, first served for each topic. */
export class Senders {
  readonly #hooks: SendersHooks;
  readonly #waiting: Map<string, Ring<Sender>> = new Map();

  constructor(hooks: SendersHooks) {
    this.#hooks = hooks;
  }

  /** Whether nobody waits. */
  get isQuiet(): boolean {
    return this.#waiting.size === 0;
  }

  /** Publishes as soon as all readers that block have room. */
  async send(
    topic: string,
    value: unknown,
    { signal, ...options }: PublishOptions & { readonly signal?: AbortSignal },
  ): Promise<Sent> {
    signal?.throwIfAborted();
    if (!this.#waiting.has(topic) && !this.#hooks.isBlocked(topic, options.key)) {
      return this.#hooks.publish(topic, value, options);
    }
    let leave: (() => void) | undefined;
    try {
      return await new Promise<Sent>((resolve, reject) => {
        const sender = { value, options, resolve, reject };
        this.#queueOf(topic).push(sender);
        leave = () => {
          this.#remove(topic, sender);
          reject(signal!.reason);
        };
        signal?.addEventListener("abort", leave, { once: true });
      });
    } finally {
      signal?.removeEventListener("abort", leave!);
    }
  }

  /** Lets those go on who can. */
  pump(): void {
    for (const [topic, queue] of this.#waiting) {
      for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
        const { value, options, resolve } = next;
        if (this.#hooks.isBlocked(topic, options.key)) break;
        queue.shift();
        resolve(this.#hooks.publish(topic, value, options));
      }
      if (queue.length === 0) this.#waiting.delete(topic);
    }
  }

  /** Ends all waits. */
  end(error: unknown): void {
    for (const queue of this.#waiting.values()) {
      for (const { reject } of queue.clear()) reject(error);
    }
    this.#waiting.clear();
  }

  #queueOf(topic: string): Ring<Sender> {
    let queue = this.#waiting.get(topic);
    if (queue === undefined) this.#waiting.set(topic, queue = new Ring());
    return queue;
  }

  #remove(topic: string, sender: Sender): void {
    const queue = this.#queueOf(topic);
    queue.remove(sender);
    if (queue.length === 0) this.#waiting.delete(topic);
  }
}
