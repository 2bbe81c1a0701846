import type { Consumer, GroupAssignment } from "@platformatic/kafka";
import type { Store } from "../../core/store/types.ts";
import { isWild } from "../bus/topic.ts";
import { backOff, baseOptions, REBALANCE_MS, within } from "./_client.ts";
import { Fetcher } from "./_fetcher.ts";
import type { Link } from "./_link.ts";
import { type Mark, raiseMark, readMark } from "./_marks.ts";
import { nameOf, newPosition, type Position } from "./_position.ts";
import type { Incoming } from "./_records.ts";
import type { TopicInfo } from "./_topics.ts";

/** Milliseconds in which commits are gathered. */
const COMMIT_MS = 100;

/**
 * Name of a group at the broker. A group there is of its members, whatever they read; here it is of a
 * topic, and one name may stand for groups of several.
 */
export function groupId(topic: string, group: string): string {
  return `${group}@${topic}`;
}

/** What takes in the messages of a group. */
export interface GroupSink {
  take(position: Position, messages: Iterable<Incoming>): Promise<void>;
}

/** Options of a feed. */
export interface GroupFeedOptions {
  readonly link: Link;
  readonly pattern: string;
  /** As {@linkcode groupId} makes it. */
  readonly group: string;
  /** Where a new group starts. */
  readonly after: number | undefined;
  readonly sink: GroupSink;
  /** Where marks are; the feed moves them unless the sink does. */
  readonly store: Store | undefined;
  readonly sinkMarks: boolean;
  /** The store took no mark, or takes them again. */
  storeFailed(error: unknown): void;
}

/** Membership of a consumer group: joins, fetches what it is assigned, commits what is done. */
export class GroupFeed {
  /** Resolves when what is published then will come to the group. */
  readonly placed: Promise<void>;
  isPlaced = false;
  readonly #o: GroupFeedOptions;
  readonly #stop: AbortController = new AbortController();
  readonly #starts: Map<string, number> = new Map();
  /** How far each partition is done, and how far the broker knows. */
  readonly #done: Map<Position, { done: number; told: number }> = new Map();
  #place!: () => void;
  #consumer: Consumer | undefined;
  #fetcher: Fetcher | undefined;
  #topics: Map<string, TopicInfo> = new Map();
  #assignment = 0;
  #joining: Promise<void> | undefined;
  #rejoin = false;
  #committing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: GroupFeedOptions) {
    this.#o = options;
    this.placed = new Promise((resolve) => {
      this.#place = () => {
        this.isPlaced = true;
        resolve();
      };
    });
  }

  /** Partitions that are read. */
  get assigned(): number {
    return [...this.#fetcher?.positions ?? []].length;
  }

  /** There is a Kafka. */
  open(): void {
    void this.#open();
  }

  /** All messages of a partition before this offset are done. */
  settle(position: Position, next: number): void {
    if (position.revoked) return;
    const known = this.#done.get(position);
    if (known === undefined || next <= known.done) return;
    known.done = next;
    this.#commitSoon(COMMIT_MS);
  }

  /** Looks for new topics and partitions, and for those that are gone. */
  async refresh(): Promise<void> {
    if (this.#consumer === undefined || this.#stop.signal.aborted) return;
    const found = await this.#o.link.matching(this.#o.pattern);
    const same = found.length === this.#topics.size && found.every(({ name, id, leaders }) => {
      const known = this.#topics.get(name);
      return known?.id === id && known.leaders.length === leaders.length;
    });
    if (!same) await this.#subscribe(found);
  }

  /** A topic is known that was not. */
  found(topic: TopicInfo): void {
    if (this.#consumer === undefined || this.#topics.get(topic.name)?.id === topic.id) return;
    void this.#subscribe([...this.#topics.values(), topic]);
  }

  /** Tells the broker what is done. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#committing;
    await this.#commit();
  }

  async close(): Promise<void> {
    await within(3_000, "the last commit", this.flush()).catch(() => {});
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#place();
    await this.#fetcher?.close();
    const consumer = this.#consumer;
    if (consumer === undefined) return;
    await within(3_000, "leaving", consumer.close(true)).catch(async () => {
      await within(1_000, "closing", consumer.connections.close()).catch(() => {});
    });
  }

  async #open(): Promise<void> {
    const { link, group, pattern } = this.#o;
    const { sessionMs = 10_000 } = link.options;
    const consumer = new link.client!.Consumer({
      ...baseOptions(link.options),
      groupId: group,
      sessionTimeout: sessionMs,
      rebalanceTimeout: REBALANCE_MS,
      heartbeatInterval: Math.min(1_000, sessionMs / 3),
      autocommit: false,
    });
    this.#consumer = consumer;
    consumer.on("error", () => this.#join());
    consumer.on("consumer:group:join", () => void this.#assign());
    this.#fetcher = new Fetcher({
      link,
      consumer,
      take: (position, messages) => this.#o.sink.take(position, messages),
      gone: (topic) => this.#gone(topic),
    });
    const topics = await link.persist(async () => {
      const found = isWild(pattern)
        ? await link.matching(pattern)
        : [await link.ensureTopic(pattern)].filter((topic) => topic !== undefined);
      await this.#start(found);
      return found;
    }, this.#stop.signal);
    this.#place();
    if (topics !== undefined) await this.#subscribe(topics);
  }

  /** Where the group starts if it is new; told to the broker so that no other starts later. */
  async #start(topics: readonly TopicInfo[]): Promise<void> {
    const { link, group, after } = this.#o;
    for (const topic of topics) {
      const missing = (await this.#missing(topic)).filter(({ start }) => start === undefined);
      if (missing.length === 0) continue;
      const ends = after === undefined ? await link.offsets(topic, "next") : [];
      const partitionOffsets = missing.map(({ partition }) => {
        const start = after ?? ends[partition] ?? 0;
        this.#starts.set(nameOf(topic.name, partition), start);
        return { partition, offset: BigInt(start) };
      });
      await link.admin.alterConsumerGroupOffsets({
        groupId: group,
        topics: [{ name: topic.name, partitionOffsets }],
      }).catch(() => {
        // With members at work the group has started already.
      });
    }
  }

  /** Where the group is in each partition: its mark, else what the broker knows. */
  async #missing(topic: TopicInfo, partitions: readonly number[] = [...topic.leaders.keys()]) {
    const { group, store } = this.#o;
    const committed = await this.#consumer!.listCommittedOffsets({
      topics: [{ topic: topic.name, partitions: [...partitions] }],
    });
    return await Promise.all(partitions.map(async (partition) => {
      const mark = await readMark(store, group, topic.name, partition, topic.id);
      const known = Number(committed.get(topic.name)?.[partition] ?? -1);
      const start = mark?.next ?? (known >= 0 ? known : undefined);
      return { partition, start, mark };
    }));
  }

  /** The group wants these topics from now on. */
  async #subscribe(topics: readonly TopicInfo[]): Promise<void> {
    const consumer = this.#consumer!;
    for (const name of this.#topics.keys()) consumer.topics.untrack(name);
    this.#topics = new Map(topics.map((topic) => [topic.name, topic]));
    for (const name of this.#topics.keys()) consumer.topics.track(name);
    if (topics.length > 0) await this.#join();
    else this.#fetcher!.assign([]);
  }

  /** Joins, or joins again; as long as it takes. */
  #join(): Promise<void> {
    this.#rejoin = true;
    return this.#joining ??= (async () => {
      while (this.#rejoin && !this.#stop.signal.aborted) {
        this.#rejoin = false;
        await this.#o.link.persist(async () => {
          if (!this.#stop.signal.aborted) await this.#consumer!.joinGroup();
        }, this.#stop.signal);
      }
      this.#joining = undefined;
    })();
  }

  /** Takes over what the group gave to this member. */
  async #assign(): Promise<void> {
    const assignment = ++this.#assignment;
    const assignments = this.#consumer!.assignments ?? [];
    const isOld = () => assignment !== this.#assignment || this.#stop.signal.aborted;
    const positions = await this.#o.link.persist(async () => {
      if (isOld()) return [];
      return (await Promise.all(assignments.map((one) => this.#positionsOf(one)))).flat();
    }, this.#stop.signal);
    if (positions === undefined || isOld()) return;
    const live = new Set(positions);
    for (const position of this.#done.keys()) if (!live.has(position)) this.#done.delete(position);
    for (const position of positions) {
      if (this.#done.has(position)) continue;
      this.#done.set(position, { done: position.next, told: position.next });
    }
    this.#fetcher!.assign(positions);
  }

  async #positionsOf({ topic: name, partitions }: GroupAssignment): Promise<Position[]> {
    const topic = await this.#o.link.topic(name);
    if (topic === undefined) return [];
    const kept = partitions.map((partition) => this.#fetcher!.at(name, partition))
      .filter((position) => position?.topicId === topic.id) as Position[];
    const rest = partitions.filter((partition) => !kept.some((at) => at.partition === partition));
    if (rest.length === 0) return kept;
    const found = await this.#missing(topic, rest);
    return [
      ...kept,
      ...found.map(({ partition, start, mark }) => this.#positionOf(topic, partition, start, mark)),
    ];
  }

  #positionOf(topic: TopicInfo, partition: number, start: number | undefined, mark?: Mark) {
    // A partition that was not there when the group began is read from its start.
    const next = start ?? this.#starts.get(nameOf(topic.name, partition)) ?? 0;
    return newPosition(topic.name, partition, topic.id, next, mark?.seen);
  }

  #gone(topic: string): void {
    if (!this.#topics.delete(topic)) return;
    this.#o.link.warn(`topic ${topic} is gone; group ${this.#o.group} waits for a new one`);
    this.#consumer!.topics.untrack(topic);
    const rest = [...this.#fetcher!.positions].filter((position) => position.topic !== topic);
    for (const name of this.#starts.keys()) {
      if (name.startsWith(`${topic}/`)) this.#starts.delete(name);
    }
    this.#fetcher!.assign(rest);
    if (this.#topics.size > 0) void this.#join();
  }

  #commitSoon(ms: number): void {
    if (this.#timer !== undefined || this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#commit(), ms);
  }

  #commit(): Promise<void> {
    this.#timer = undefined;
    return this.#committing ??= this.#commitNow().finally(() => {
      this.#committing = undefined;
      if (this.#news().length > 0) this.#commitSoon(backOff(this.#failures, COMMIT_MS));
    });
  }

  /** What is done and not told. */
  #news() {
    return [...this.#done].filter(([{ revoked }, { done, told }]) => !revoked && done > told)
      .map(([position, known]) => ({ position, known, next: known.done }));
  }

  /** The store hears of it before the broker does. */
  async #raise(news: readonly { position: Position; next: number }[]): Promise<boolean> {
    const { store, sinkMarks, group, storeFailed } = this.#o;
    if (store === undefined || sinkMarks) return true;
    try {
      for (const { position, next } of news) await raiseMark(store, group, position, next);
      storeFailed(undefined);
      return true;
    } catch (error) {
      this.#failures++;
      storeFailed(error);
      return false;
    }
  }

  async #commitNow(): Promise<void> {
    const news = this.#news();
    if (news.length === 0) return;
    if (!await this.#raise(news)) return;
    try {
      await this.#consumer!.commit({
        offsets: news.map(({ position: { topic, partition }, next }) => ({
          topic,
          partition,
          offset: BigInt(next),
          leaderEpoch: -1,
        })),
      });
      for (const { known, next } of news) known.told = Math.max(known.told, next);
      this.#failures = 0;
    } catch (error) {
      // In a rebalance others take over; what was not committed comes again and is recognised.
      if (this.#failures++ > 3) this.#o.link.failed(error);
    }
  }
}
