import type { Consumer, GroupAssignment } from "@platformatic/kafka";
import type { Store } from "../../core/store/types.ts";
import { isWild } from "../bus/topic.ts";
import { baseOptions, errorIds, REBALANCE_MS, within } from "./_client.ts";
import { Commits } from "./_commits.ts";
import { Fetcher } from "./_fetcher.ts";
import type { Link } from "./_link.ts";
import { type Mark, readMark } from "./_marks.ts";
import { nameOf, newPosition, type Position } from "./_position.ts";
import type { Incoming } from "./_records.ts";
import type { TopicInfo } from "./_topics.ts";

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
  readonly #commits: Commits;
  #place!: () => void;
  #consumer: Consumer | undefined;
  #fetcher: Fetcher | undefined;
  #topics: Map<string, TopicInfo> = new Map();
  #assignment = 0;
  #joining: Promise<void> | undefined;
  #rejoin = false;

  constructor(options: GroupFeedOptions) {
    this.#o = options;
    const { link, group, store, sinkMarks, storeFailed } = options;
    this.#commits = new Commits({
      link,
      group,
      store: sinkMarks ? undefined : store,
      storeFailed,
      consumer: () => this.#consumer!,
    });
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
    this.#commits.settle(position, next);
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
    await this.#commits.flush();
  }

  async close(): Promise<void> {
    await within(3_000, "the last commit", this.flush()).catch(() => {});
    this.#stop.abort();
    this.#commits.close();
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
      try {
        await link.admin.alterConsumerGroupOffsets({
          groupId: group,
          topics: [{ name: topic.name, partitionOffsets }],
        });
      } catch (error) {
        if (!hasMembers(error)) throw error;
        // The group has begun without this one; what it has no position for is newer than that.
        for (const { partition } of missing) this.#starts.delete(nameOf(topic.name, partition));
      }
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
    this.#commits.assign(positions);
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
}

/** A group with members takes offsets of members only. */
function hasMembers(error: unknown): boolean {
  const ids = errorIds(error);
  return ["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "REBALANCE_IN_PROGRESS", "NON_EMPTY_GROUP"]
    .some((id) => ids.has(id));
}
