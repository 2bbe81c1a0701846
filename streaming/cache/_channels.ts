import type { CacheHandler } from "./types.ts";

/** Who listens to which channel within this process. */
export class Channels {
  readonly #handlers: Map<string, Set<CacheHandler>> = new Map();
  #errors = 0;

  /** Handlers that threw, and messages that were no JSON. */
  get errors(): number {
    return this.#errors;
  }

  /** Channels that somebody listens to. */
  get names(): string[] {
    return [...this.#handlers.keys()];
  }

  /** Adds a handler; the same twice is called twice. Gives what removes it. */
  add<T>(channel: string, handler: CacheHandler<T>): () => void {
    const own: CacheHandler = (message) => handler(message as T);
    const handlers = this.#handlers.get(channel) ?? new Set();
    this.#handlers.set(channel, handlers.add(own));
    return () => {
      handlers.delete(own);
      if (handlers.size === 0 && this.#handlers.get(channel) === handlers) {
        this.#handlers.delete(channel);
      }
    };
  }

  /** Calls all handlers of a channel; each gets a value of its own. */
  deliver(channel: string, json: string): void {
    for (const handler of [...this.#handlers.get(channel) ?? []]) {
      try {
        handler(JSON.parse(json));
      } catch {
        this.#errors++;
      }
    }
  }

  /** Removes all. */
  clear(): void {
    this.#handlers.clear();
  }
}
