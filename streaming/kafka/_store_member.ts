import type { Store, Write } from "../../core/store/types.ts";
import type { DeadLetter } from "../bus/dead_letter.ts";
import type { Message } from "../bus/types.ts";
import { GroupFeed, groupId } from "./_group_feed.ts";
import type { Link } from "./_link.ts";
import { StoreSink } from "./_store_sink.ts";
import type { KafkaMessage, ProcessOptions, Processor } from "./types.ts";

/** Options of a member. */
export interface StoreMemberOptions extends ProcessOptions {
  readonly link: Link;
  readonly store: Store;
  bury(letter: DeadLetter, error: unknown): void;
  repeated(): void;
  storeFailed(error: unknown): void;
  closed(member: StoreMember): void;
  now(): number;
}

/** A member of a group whose work goes into the store. */
export class StoreMember implements Processor {
  readonly topic: string;
  readonly feed: GroupFeed;
  readonly #sink: StoreSink;
  readonly #closed: () => void;
  #local: Promise<void> = Promise.resolve();
  #letters = 0;
  #closing: Promise<void> | undefined;

  constructor(
    topic: string,
    group: string,
    work: (message: Message) => readonly Write[] | Promise<readonly Write[]>,
    options: StoreMemberOptions,
  ) {
    const { maxAttempts = 5, batch = 256, after, signal } = options;
    const { link, store, bury, repeated, storeFailed, closed, now } = options;
    this.topic = topic;
    this.#closed = () => closed(this);
    this.#sink = new StoreSink({
      store,
      group: groupId(topic, group),
      batch,
      maxAttempts,
      work,
      repeated,
      storeFailed,
      poison: (message, attempts, error) => {
        const text = error instanceof Error ? error.message : String(error);
        bury({
          id: `${message.id}/${group}/${++this.#letters}`,
          ts: now() / 1000,
          topic: message.topic,
          reason: `group_subscriber_error: ${text}`,
          group,
          attempts,
          message,
        }, error);
      },
      stored: (position, next) => this.feed.settle(position, next),
    });
    const sink = this.#sink;
    this.feed = new GroupFeed({
      link,
      pattern: topic,
      group: groupId(topic, group),
      after,
      sink,
      store,
      sinkMarks: true,
      storeFailed,
    });
    const close = () => void this.close();
    signal?.addEventListener("abort", close, { once: true });
    if (signal?.aborted) close();
  }

  get processed(): number {
    return this.#sink.processed;
  }

  get skipped(): number {
    return this.#sink.skipped;
  }

  /** A message of this process, where there is no Kafka; one after the other. */
  offer(message: KafkaMessage): void {
    this.#local = this.#local.then(() => this.#sink.offer(message));
  }

  close(): Promise<void> {
    return this.#closing ??= (async () => {
      await this.#local;
      await this.#sink.close();
      await this.feed.close();
      this.#closed();
    })();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
