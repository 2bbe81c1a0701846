import { UserError } from "../../core/errors.ts";
import type { Counters } from "./_given_up.ts";
import { batchesOf, iteratorOf } from "./_iterators.ts";
import type { Gate } from "./_replay.ts";
import { Ring } from "./_ring.ts";
import type {
  GetOptions,
  Message,
  MessageHandler,
  OverflowPolicy,
  SubscribeOptions,
  Subscription,
} from "./types.ts";

/** What a reader tells the one who feeds it. */
export interface ReaderHooks {
  readonly counters: Counters;
  /** It has no room for this. */
  overflow(reader: Reader, message: Message): void;
  /** Its function threw. */
  failed(reader: Reader, message: Message, error: unknown): void;
  /** It was full and is not now. */
  roomed(): void;
  /** It takes nothing any more; `rest` was never handed out. */
  closed(reader: Reader, rest: readonly Message[]): void;
}

/** A queue, and who waits at its end: an iterator, a `get`, or a function. */
export class Reader implements Subscription {
  readonly isGroup = false;
  readonly topic: string;
  readonly policy: OverflowPolicy;
  /** Most that wait. */
  readonly limit: number;
  /** Most that have waited at once. */
  highWater = 0;
  /** When pressure was last told of, by the monotonic clock. */
  toldAt = -Infinity;
  /** While set, older messages come from the log, and new ones go there. */
  gate: Gate | undefined;
  /** Called once when there is room, or never will be. */
  roomWanted: (() => void) | undefined;
  /** Whether the body of a `for await` is at work on what it was given. */
  iterating = false;
  protected readonly counters: Counters;
  protected readonly queue: Ring<Message> = new Ring();
  protected readonly handler: MessageHandler | undefined;
  readonly #hooks: ReaderHooks;
  readonly #waiting: Ring<(message: Message | undefined) => void> = new Ring();
  #busy = false;
  #closed = false;
  #forget: (() => void) | undefined;

  constructor(
    topic: string,
    handler: MessageHandler | undefined,
    { maxsize = 1024, policy = "dead-letter", signal }: SubscribeOptions,
    hooks: ReaderHooks,
  ) {
    if (!(maxsize >= 0)) {
      throw new UserError("usage", `maxsize ${maxsize} of "${topic}" is no size`, {
        hint: "say how many messages may wait, or 0 for any number",
      });
    }
    this.topic = topic;
    this.policy = policy;
    this.limit = maxsize === 0 ? Infinity : maxsize;
    this.handler = handler;
    this.#hooks = hooks;
    this.counters = hooks.counters;
    if (signal === undefined) return;
    const close = () => void this.close();
    signal.addEventListener("abort", close, { once: true });
    this.#forget = () => signal.removeEventListener("abort", close);
  }

  get qsize(): number {
    return this.queue.length;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get hasRoom(): boolean {
    return this.queue.length < this.limit && !this.#closed;
  }

  /** Whether it can take one with this key. */
  hasRoomFor(_key: string | undefined): boolean {
    return this.hasRoom;
  }

  /** Whether it would take a message at once. */
  get isIdle(): boolean {
    if (this.#closed || this.queue.length > 0) return false;
    return this.handler === undefined ? this.#waiting.length > 0 : !this.#busy;
  }

  /** Whether nothing waits here and nothing is worked on. */
  get isQuiet(): boolean {
    return this.#closed ||
      (this.queue.length === 0 && !this.#busy && !this.iterating && this.gate === undefined);
  }

  /** Takes a message in, or has the policy decide. */
  offer(message: Message): void {
    if (this.gate !== undefined && this.gate.take(message)) return;
    if (this.queue.length < this.limit) this.accept(message);
    else this.#hooks.overflow(this, message);
  }

  /** Takes a message in if there is room. */
  tryGive(message: Message): boolean {
    if (!this.hasRoom) return false;
    this.accept(message);
    return true;
  }

  /** Takes a message in. Only with room. */
  accept(message: Message): void {
    if (this.#closed) return void this.counters.dropped++;
    if (this.isIdle) {
      this.handOut(message);
      this.#start(message);
    } else {
      this.queue.push(message);
      if (this.queue.length > this.highWater) this.highWater = this.queue.length;
    }
  }

  /** Takes the oldest out, unread, and a new one in. Only when full. */
  replaceOldest(message: Message): Message | undefined {
    const oldest = this.dropOldest();
    this.accept(message);
    return oldest;
  }

  /** Takes the oldest out, unread. */
  dropOldest(): Message | undefined {
    return this.queue.shift();
  }

  /** Has an idle reader look for a message again. */
  wake(): void {
    if (!this.isIdle) return;
    const message = this.take();
    if (message !== undefined) this.#start(message);
  }

  getNowait(): Message | undefined {
    return this.handler === undefined ? this.#next() : undefined;
  }

  get({ timeoutMs, signal }: GetOptions = {}): Promise<Message | undefined> {
    const message = this.getNowait();
    const over = this.#closed || signal?.aborted || (timeoutMs !== undefined && timeoutMs <= 0);
    if (message !== undefined || over) return Promise.resolve(message);
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle = (message: Message | undefined) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", giveUp);
        resolve(message);
      };
      const giveUp = () => {
        this.#waiting.remove(settle);
        settle(undefined);
      };
      this.wait(settle);
      signal?.addEventListener("abort", giveUp, { once: true });
      // A timer takes 31 bits: with more it would fire at once.
      if (timeoutMs !== undefined && timeoutMs < 2 ** 31) timer = setTimeout(giveUp, timeoutMs);
    });
  }

  /** Has the next message, or undefined at the end, given to a function. Only while none waits. */
  wait(settle: (message: Message | undefined) => void): void {
    this.#waiting.push(settle);
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return iteratorOf(this);
  }

  batches(max = 256): AsyncIterable<readonly Message[]> {
    return batchesOf(this, max);
  }

  ack(_message: Message): void {}

  nack(_message: Message, _error?: unknown): void {}

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#forget?.();
    const rest = [...this.queue.clear(), ...this.gate?.leave() ?? []];
    this.gate = undefined;
    this.roomTaken();
    for (const settle of this.#waiting.clear()) settle(undefined);
    this.#hooks.closed(this, rest);
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** 1 when only the function that works on a message has it, 0 when it is counted elsewhere. */
  protected get handlingCounts(): 0 | 1 {
    return 1;
  }

  /** The next one, handed out. */
  protected take(): Message | undefined {
    const message = this.queue.shift();
    if (message === undefined) return undefined;
    this.handOut(message);
    if (this.policy === "block" && this.queue.length === this.limit - 1) this.#hooks.roomed();
    if (this.roomWanted !== undefined) this.roomTaken();
    return message;
  }

  /** Tells who waits for room to look again. */
  roomTaken(): void {
    const tell = this.roomWanted;
    this.roomWanted = undefined;
    tell?.();
  }

  /** A message goes to the reader; for a function {@linkcode handled} follows. */
  protected handOut(_message: Message): void {
    if (this.handler === undefined) this.counters.delivered++;
  }

  /** The function is done with it. */
  protected handled(_message: Message): void {
    this.counters.delivered++;
  }

  #next(): Message | undefined {
    return this.#closed ? undefined : this.take();
  }

  /** Gives a message that is handed out to the one who waits. */
  #start(message: Message): void {
    if (this.handler === undefined) this.#waiting.shift()!(message);
    else this.#work(message);
  }

  #work(first: Message): void {
    this.#busy = true;
    for (let next: Message | undefined = first; next !== undefined; next = this.#next()) {
      const message = next;
      try {
        const result = this.handler!(message);
        if (isThenable(result)) return this.#await(result, message);
      } catch (error) {
        this.#hooks.failed(this, message, error);
        continue;
      }
      this.handled(message);
    }
    this.#busy = false;
  }

  #await(result: PromiseLike<void>, message: Message): void {
    this.counters.handling += this.handlingCounts;
    Promise.resolve(result).then(
      () => {
        this.counters.handling -= this.handlingCounts;
        this.handled(message);
      },
      (error) => {
        this.counters.handling -= this.handlingCounts;
        this.#hooks.failed(this, message, error);
      },
    ).then(() => {
      const next = this.#next();
      if (next === undefined) this.#busy = false;
      else this.#work(next);
    });
  }
}

function isThenable(value: unknown): value is PromiseLike<void> {
  return typeof value === "object" && value !== null && "then" in value;
}
