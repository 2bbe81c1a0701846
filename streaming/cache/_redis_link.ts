import { notACounter } from "./_check.ts";
import { within } from "./_within.ts";

type Redis = typeof import("redis");
type Client = ReturnType<Redis["createClient"]>;

/** What {@linkcode openRedisLink} needs. */
export interface RedisLinkOptions {
  readonly url: string;
  /** Milliseconds for a connection. */
  readonly timeoutMs: number;
  /** Stands before each key and channel. */
  readonly prefix: string;
  /** Told once, why it ended by itself. */
  readonly onEnd: (error: unknown) => void;
  /** Gets the messages of channels that are listened to. */
  readonly onMessage: (channel: string, json: string) => void;
}

/** An open connection to Redis. Once it ended all of it rejects. */
export interface RedisLink {
  get(key: string): Promise<string | null>;
  set(key: string, json: string, ttlMs: number | undefined): Promise<unknown>;
  /** How many of them there were. */
  del(keys: readonly string[]): Promise<number>;
  /** Removes all keys with the prefix. */
  delAll(): Promise<void>;
  /** Throws a `UserError` when the key holds no counter. */
  incr(key: string, by: number, ttlMs: number | undefined): Promise<number>;
  publish(channel: string, json: string): Promise<void>;
  /** Listens to these channels and no others; over a second connection, opened for the first one. */
  listen(channels: readonly string[]): Promise<void>;
  /** Ends it; what is under way is awaited for as long as an answer may take. */
  close(): Promise<void>;
  /** Ends it at once; what is under way rejects. */
  destroy(): void;
}

const NOT_A_COUNTER = /not an integer|WRONGTYPE|overflow/;

/** Keys that are looked at in one step. */
const COUNT = 1000;

/**
 * Connects to Redis; the client's package loads at the first call.
 *
 * @throws {Error} when nobody answers in time, or says no.
 */
export async function openRedisLink(options: RedisLinkOptions): Promise<RedisLink> {
  const redis = await import("redis");
  return new Link(redis, options, await connect(redis, options, options.onEnd));
}

async function connect(
  { createClient }: Redis,
  { url, timeoutMs }: RedisLinkOptions,
  onEnd: (error: unknown) => void,
): Promise<Client> {
  const client: Client = createClient({
    url,
    RESP: 2, // so that servers older than 6 do, too
    disableOfflineQueue: true,
    disableClientInfo: true,
    // When to try again is decided by the cache.
    socket: { connectTimeout: timeoutMs, reconnectStrategy: false },
  }) as Client;
  let isOpen = false;
  client.on("error", (error) => isOpen && onEnd(error));
  try {
    await within(timeoutMs, client.connect());
  } catch (error) {
    destroy(client);
    throw error;
  }
  isOpen = true;
  return client;
}

class Link implements RedisLink {
  readonly #redis: Redis;
  readonly #options: RedisLinkOptions;
  readonly #client: Client;
  readonly #listening = new Set<string>();
  #listener: Client | undefined;
  #turn: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(redis: Redis, options: RedisLinkOptions, client: Client) {
    this.#redis = redis;
    this.#options = options;
    this.#client = client;
  }

  get(key: string): Promise<string | null> {
    return this.#client.get(this.#name(key));
  }

  set(key: string, json: string, ttlMs: number | undefined): Promise<unknown> {
    return this.#client.set(this.#name(key), json, ttlMs === undefined ? {} : expiry(ttlMs));
  }

  del(keys: readonly string[]): Promise<number> {
    return this.#client.del(keys.map((key) => this.#name(key)));
  }

  async delAll(): Promise<void> {
    const { prefix, timeoutMs } = this.#options;
    const MATCH = `${prefix.replace(/[\\*?[\]]/g, "\\$&")}*`;
    let cursor = "0";
    do {
      const found = await within(timeoutMs, this.#client.scan(cursor, { MATCH, COUNT }));
      if (found.keys.length > 0) await within(timeoutMs, this.#client.del(found.keys));
      cursor = String(found.cursor);
    } while (cursor !== "0");
  }

  async incr(key: string, by: number, ttlMs: number | undefined): Promise<number> {
    const name = this.#name(key);
    try {
      const sum = ttlMs === undefined
        ? await this.#client.incrBy(name, by)
        : await this.#incrFor(name, by, ttlMs);
      if (Number.isSafeInteger(sum)) return sum;
    } catch (error) {
      const { MultiErrorReply } = this.#redis;
      const replies = error instanceof MultiErrorReply ? [...error.errors()] : [error];
      if (!replies.some((reply) => NOT_A_COUNTER.test(String(reply)))) throw error;
    }
    throw notACounter(key);
  }

  async publish(channel: string, json: string): Promise<void> {
    await this.#client.publish(this.#name(channel), json);
  }

  listen(channels: readonly string[]): Promise<void> {
    // One after another: two at once would subscribe twice.
    this.#turn = this.#turn.catch(() => {}).then(() => this.#listenTo(new Set(channels)));
    return this.#turn;
  }

  async close(): Promise<void> {
    this.#ended = true;
    const clients = [this.#client, ...this.#listener ? [this.#listener] : []];
    const closing = Promise.all(clients.map((client) => client.close()));
    await within(this.#options.timeoutMs, closing).catch(() => {});
    this.destroy();
  }

  destroy(): void {
    this.#ended = true;
    destroy(this.#client);
    if (this.#listener !== undefined) destroy(this.#listener);
  }

  /** The counter and its end begin together, or not at all. */
  async #incrFor(name: string, by: number, ttlMs: number): Promise<number> {
    const start = this.#client.multi().set(name, "0", { ...expiry(ttlMs), condition: "NX" });
    return Number((await start.incrBy(name, by).exec())[1]);
  }

  async #listenTo(channels: ReadonlySet<string>): Promise<void> {
    const added = channels.difference(this.#listening);
    const left = this.#listening.difference(channels);
    if (added.size + left.size === 0) return;
    const listener = this.#listener ??= await connect(
      this.#redis,
      this.#options,
      this.#options.onEnd,
    );
    if (this.#ended) return destroy(listener);
    for (const channel of left) {
      this.#listening.delete(channel);
      await listener.unsubscribe(this.#name(channel));
    }
    for (const channel of added) {
      this.#listening.add(channel);
      const { onMessage } = this.#options;
      await listener.subscribe(this.#name(channel), (json) => onMessage(channel, json));
    }
  }

  #name(key: string): string {
    return this.#options.prefix + key;
  }
}

function expiry(ttlMs: number): { expiration: { type: "PX"; value: number } } {
  return { expiration: { type: "PX", value: ttlMs } };
}

/** Ends a client in whatever state it is; one that is closed already throws. */
function destroy(client: Client): void {
  try {
    client.destroy();
  } catch {
    // It was closed.
  }
}
