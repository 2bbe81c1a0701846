import { pause } from "../../core/pause.ts";
import { UserError } from "../../core/errors.ts";
import type { Store, Write } from "../../core/store/types.ts";
import { fits } from "../bus/topic.ts";
import type {
  BusMetrics,
  GroupOptions,
  Message,
  MessageHandler,
  SubscribeOptions,
  Subscription,
} from "../bus/types.ts";
import { GroupQueue } from "./_group_queue.ts";
import type { Letters } from "./_letters.ts";
import type { Link } from "./_link.ts";
import { PlainReader } from "./_plain_reader.ts";
import { StoreMember } from "./_store_member.ts";
import { Tap } from "./_tap.ts";
import type { TopicInfo } from "./_topics.ts";
import type { KafkaMessage, ProcessOptions, Processor } from "./types.ts";

/** Milliseconds that publishing waits for readers of this process to have their places. */
const GATE_MS = 5_000;

/** What subscribers need of the bus. */
export interface SubscribersHooks {
  readonly link: Link;
  readonly letters: Letters;
  readonly store: Store | undefined;
  now(): number;
  arrived(message: KafkaMessage): void;
  /** A message came a second time and was skipped. */
  repeated(): void;
  storeFailed(error: unknown): void;
}

/** One that takes messages, of whatever kind. */
export interface Target {
  readonly reader?: PlainReader;
  readonly group?: GroupQueue;
  readonly member?: StoreMember;
}

/** All that read in this process. */
export class Subscribers {
  readonly groups: Map<string, GroupQueue> = new Map();
  readonly members: Set<StoreMember> = new Set();
  /** What readers got that are gone. */
  readonly past = { delivered: 0, dropped: 0 };
  readonly #hooks: SubscribersHooks;
  readonly #tap: Tap;
  readonly #leaving: Set<Promise<void>> = new Set();

  constructor(hooks: SubscribersHooks) {
    this.#hooks = hooks;
    const { link, arrived, repeated } = hooks;
    this.#tap = new Tap({ link, arrived, repeated });
  }

  get readers(): ReadonlySet<PlainReader> {
    return this.#tap.readers;
  }

  subscribe(
    topic: string,
    handler: MessageHandler | undefined,
    options: SubscribeOptions,
    retained: readonly KafkaMessage[],
  ): Subscription {
    const { letters, link } = this.#hooks;
    const reader = new PlainReader(topic, handler, options, {
      bury: (letter, error) => letters.bury(letter, error),
      full: (reader) => letters.full(reader, topic, null, reader.subscription.qsize),
      closed: (reader) => this.#forget(reader),
    });
    if (reader.isClosed) return reader.subscription;
    this.#tap.readers.add(reader);
    for (const message of retained) reader.offer({ message, position: undefined });
    if (link.state === "kafka") this.#tap.start(reader);
    return reader.subscription;
  }

  subscribeGroup(
    topic: string,
    group: string,
    handler: MessageHandler | undefined,
    options: GroupOptions,
    retained: readonly KafkaMessage[],
  ): Subscription {
    checkGroup(topic, group);
    const key = `${topic} ${group}`;
    const known = this.groups.get(key);
    if (known !== undefined) return known.join(handler, options);
    const { letters, link, store, repeated, storeFailed } = this.#hooks;
    const queue = new GroupQueue(topic, group, options, {
      link,
      store,
      bury: (letter, error) => letters.bury(letter, error),
      repeated,
      storeFailed,
      empty: (queue) => this.#leave(key, queue),
    });
    this.groups.set(key, queue);
    const member = queue.join(handler, options);
    for (const message of retained) queue.offer(message);
    if (link.state === "kafka") queue.feed.open();
    return member;
  }

  process(
    topic: string,
    group: string,
    work: (message: Message) => readonly Write[] | Promise<readonly Write[]>,
    options: ProcessOptions,
  ): Processor {
    checkGroup(topic, group);
    const { letters, link, store, repeated, storeFailed, now } = this.#hooks;
    if (store === undefined) {
      throw new UserError("usage", `group "${group}" of ${topic} has no store to work into`, {
        hint: "give createKafkaBus a store",
      });
    }
    const member = new StoreMember(topic, group, work, {
      ...options,
      link,
      store,
      bury: (letter, error) => letters.bury(letter, error),
      repeated,
      storeFailed,
      closed: (member) => this.members.delete(member),
      now,
    });
    this.members.add(member);
    if (link.state === "kafka") member.feed.open();
    return member;
  }

  /** There is a Kafka. */
  open(): void {
    this.#tap.open();
    for (const feed of this.#feeds()) feed.open();
  }

  /** A topic is known that was not. */
  found(topic: TopicInfo): void {
    this.#tap.found(topic);
    for (const { topic: pattern, feed } of [...this.groups.values(), ...this.members]) {
      if (fits(pattern, topic.name)) feed.found(topic);
    }
  }

  /** Looks for new topics and partitions. */
  async refresh(): Promise<void> {
    await this.#tap.refresh();
    for (const feed of this.#feeds()) await feed.refresh();
  }

  /** Those that a topic's messages go to. */
  targetsOf(topic: string): Target[] {
    return [
      ...[...this.readers].map((reader) => ({ topic: reader.topic, reader })),
      ...[...this.groups.values()].map((group) => ({ topic: group.topic, group })),
      ...[...this.members].map((member) => ({ topic: member.topic, member })),
    ].filter((target) => fits(target.topic, topic));
  }

  /** Waits until all that are subscribed have their places. */
  async placed(): Promise<void> {
    await Promise.all(this.#unplaced());
  }

  /** The same, but not for ever: what is published waits for it. */
  async gate(): Promise<void> {
    const unplaced = this.#unplaced();
    if (unplaced.length === 0) return;
    const stop = new AbortController();
    await Promise.race([Promise.all(unplaced), pause(GATE_MS, stop.signal)]);
    stop.abort();
  }

  /** Tells the broker what groups have done. */
  async flush(): Promise<void> {
    await Promise.all([...this.groups.values()].map(({ feed }) => feed.flush()));
  }

  /** Ends all. */
  async close(): Promise<void> {
    await Promise.all([
      ...[...this.readers].map((reader) => reader.close()),
      ...[...this.groups].map(([key, queue]) => this.#leave(key, queue)),
      ...[...this.members].map((member) => member.close()),
      ...this.#leaving,
    ]);
  }

  /** After the last message is sent. */
  async closeTap(): Promise<void> {
    await this.#tap.close();
  }

  #feeds() {
    return [...this.groups.values(), ...this.members].map(({ feed }) => feed);
  }

  #unplaced(): Promise<void>[] {
    return [...this.readers, ...this.#feeds()].filter(({ isPlaced }) => !isPlaced)
      .map(({ placed }) => placed);
  }

  #forget(reader: PlainReader): void {
    if (!this.#tap.readers.has(reader)) return;
    this.#tap.remove(reader);
    this.#count(reader.metrics);
  }

  #leave(key: string, queue: GroupQueue): Promise<void> {
    this.groups.delete(key);
    const left = queue.close().finally(() => {
      this.#count(queue.metrics);
      this.#leaving.delete(left);
    });
    this.#leaving.add(left);
    return left;
  }

  #count({ delivered, dropped }: BusMetrics): void {
    this.past.delivered += delivered;
    this.past.dropped += dropped;
  }
}

function checkGroup(topic: string, group: string): void {
  if (group !== "") return;
  throw new UserError("usage", `a group of "${topic}" has no name`);
}
