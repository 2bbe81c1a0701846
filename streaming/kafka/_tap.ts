import type { Consumer } from "@platformatic/kafka";
import { fits, isWild } from "../bus/topic.ts";
import { baseOptions, breathe, within } from "./_client.ts";
import { Fetcher } from "./_fetcher.ts";
import type { Link } from "./_link.ts";
import type { PlainReader } from "./_plain_reader.ts";
import { isRepeated, nameOf, newPosition, type Position } from "./_position.ts";
import type { Incoming } from "./_records.ts";
import type { TopicInfo } from "./_topics.ts";
import type { KafkaMessage } from "./types.ts";

/** Messages that are handed on before readers get a turn. */
const SLICE = 256;

/** Whom the tap tells. */
export interface TapHooks {
  readonly link: Link;
  arrived(message: KafkaMessage): void;
  repeated(): void;
}

/** Reads topics once for all readers of this process that get every message. */
export class Tap {
  readonly readers: Set<PlainReader> = new Set();
  readonly #hooks: TapHooks;
  #consumer: Consumer | undefined;
  #fetcher: Fetcher | undefined;

  constructor(hooks: TapHooks) {
    this.#hooks = hooks;
  }

  /** There is a Kafka: readers get their places in it. */
  open(): void {
    for (const reader of this.readers) this.start(reader);
  }

  /** Gives a reader its place. */
  start(reader: PlainReader): void {
    const { link } = this.#hooks;
    const stop = new AbortController();
    void link.persist(async () => {
      if (!reader.isClosed) await this.#place(reader);
    }, stop.signal);
  }

  remove(reader: PlainReader): void {
    this.readers.delete(reader);
    this.#narrow();
  }

  /** A topic is known that was not. */
  found(topic: TopicInfo): void {
    const { name } = topic;
    if (![...this.readers].some((reader) => reader.isPlaced && fits(reader.topic, name))) return;
    const news = topic.leaders.map((_, partition) => newPosition(name, partition, topic.id, 0))
      .filter(({ partition }) => this.#fetcher?.at(name, partition) === undefined);
    if (news.length > 0) this.#widen(news);
  }

  /** Looks for new topics and partitions. */
  async refresh(): Promise<void> {
    const patterns = new Set([...this.readers].map(({ topic }) => topic));
    for (const pattern of patterns) {
      for (const topic of await this.#hooks.link.matching(pattern)) this.found(topic);
    }
  }

  async close(): Promise<void> {
    await this.#fetcher?.close();
    await within(2_000, "closing", this.#consumer?.close(true) ?? Promise.resolve())
      .catch(() => {});
  }

  async #place(reader: PlainReader): Promise<void> {
    const { link } = this.#hooks;
    const topics = isWild(reader.topic)
      ? await link.matching(reader.topic)
      : [await link.ensureTopic(reader.topic)].filter((topic) => topic !== undefined);
    const starts: [string, number][] = [];
    const positions: Position[] = [];
    for (const topic of topics) {
      const { after } = reader.options;
      const ends = after === undefined ? await link.offsets(topic, "next") : [];
      for (const partition of topic.leaders.keys()) {
        const start = after ?? ends[partition] ?? 0;
        starts.push([nameOf(topic.name, partition), start]);
        positions.push(newPosition(topic.name, partition, topic.id, start));
      }
    }
    if (reader.isClosed) return;
    reader.place(starts);
    this.#widen(positions);
  }

  /** Reads these partitions too, those that are read already from the older place on. */
  #widen(positions: readonly Position[]): void {
    const fetcher = this.#open();
    const all = new Map([...fetcher.positions].map((at) => [nameOf(at.topic, at.partition), at]));
    for (const position of positions) {
      const name = nameOf(position.topic, position.partition);
      const known = all.get(name);
      const { topics } = this.#consumer!;
      if (!topics.has(position.topic)) topics.track(position.topic);
      // What of the younger place is on its way here is asked for again.
      if (known === undefined || position.next < known.next) all.set(name, position);
    }
    fetcher.assign(all.values());
  }

  /** Reads no more what nobody wants. */
  #narrow(): void {
    const fetcher = this.#fetcher;
    if (fetcher === undefined) return;
    const wanted = [...fetcher.positions].filter(({ topic }) =>
      [...this.readers].some((reader) => fits(reader.topic, topic))
    );
    fetcher.assign(wanted);
  }

  #open(): Fetcher {
    if (this.#fetcher !== undefined) return this.#fetcher;
    const { link } = this.#hooks;
    const options = baseOptions(link.options);
    // Never joins: every process gets everything.
    this.#consumer = new link.client!.Consumer({ ...options, groupId: `${options.clientId}-tap` });
    this.#consumer.on("error", (error: unknown) => link.failed(error));
    return this.#fetcher = new Fetcher({
      link,
      consumer: this.#consumer,
      take: (position, messages) => this.#take(position, messages),
      gone: (topic) => this.#gone(topic),
    });
  }

  async #take(position: Position, incoming: Iterable<Incoming>): Promise<void> {
    let count = 0;
    const stuck = new Set<PlainReader>();
    for (const one of incoming) {
      const { message } = one;
      if (position.revoked) return;
      if (isRepeated(position.seen, one)) {
        this.#hooks.repeated();
        continue;
      }
      this.#hooks.arrived(message);
      for (const reader of this.readers) {
        if (!reader.isPlaced || !fits(reader.topic, message.topic)) continue;
        if (!reader.wants(message)) continue;
        if (!reader.hasRoom && !stuck.has(reader)) {
          await (reader.blocks ? reader.untilRoom() : breathe());
          if (!reader.hasRoom) stuck.add(reader);
        }
        reader.offer({ message, position });
      }
      // A reader that keeps up must not lose messages only because many came at once.
      if (++count % SLICE === 0) {
        await breathe();
        stuck.clear();
      }
    }
  }

  #gone(topic: string): void {
    const { link } = this.#hooks;
    const fetcher = this.#fetcher!;
    const rest = [...fetcher.positions].filter((position) => position.topic !== topic);
    link.warn(`topic ${topic} is gone; its readers wait for a new one`);
    for (const reader of this.readers) reader.forget(topic);
    this.#consumer!.topics.untrack(topic);
    fetcher.assign(rest);
  }
}
