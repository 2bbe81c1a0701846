import type { ConnectionPool, Consumer, RecordsBatch } from "@platformatic/kafka";
import { baseOptions, breathe, errorIds, isTopicGone, within } from "./_client.ts";
import type { Link } from "./_link.ts";
import { nameOf, type Position } from "./_position.ts";
import { endOf, type Incoming, messagesOf } from "./_records.ts";

/** Milliseconds that a broker holds a request when there is nothing new. */
const WAIT_MS = 500;
/** The same while other partitions are not asked for, which will be soon. */
const SHORT_WAIT_MS = 100;
const MAX_BYTES = 48 * 1024 * 1024;
const PARTITION_BYTES = 8 * 1024 * 1024;
/** Answers of a partition that are held here: one that is taken in, and the next. */
const AHEAD = 2;

/** What a broker sends, as far as it is read here. */
interface Fetched {
  readonly responses: readonly {
    readonly topicId: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly records?: RecordsBatch[] | null;
    }[];
  }[];
}

/** A position and the offset that was asked for. */
interface Asked {
  readonly position: Position;
  readonly from: number;
}

/** Who gets what is fetched. */
export interface FetcherHooks {
  readonly link: Link;
  readonly consumer: Consumer;
  /** Takes messages in; no more of that partition come until it resolves. It must not reject. */
  take(position: Position, messages: Iterable<Incoming>): Promise<void>;
  /** A topic is not there any more. */
  gone(topic: string): void;
}

/** Asks the leaders of some partitions for what is new, over connections of its own. */
export class Fetcher {
  readonly #hooks: FetcherHooks;
  readonly #pool: ConnectionPool;
  readonly #stop: AbortController = new AbortController();
  /** Brokers that are being asked. */
  readonly #busy: Set<number> = new Set();
  /** By partition, how many answers are held, and when the last is taken in. */
  readonly #held: Map<Position, { count: number; last: Promise<void> }> = new Map();
  #positions: Map<string, Position> = new Map();
  #failures = 0;

  constructor(hooks: FetcherHooks) {
    this.#hooks = hooks;
    const { link } = hooks;
    // A request for messages holds its connection; heartbeats and commits must not wait behind it.
    const { clientId, bootstrapBrokers: _, ...connection } = baseOptions(link.options);
    this.#pool = new link.client!.ConnectionPool(clientId, connection);
  }

  get positions(): Iterable<Position> {
    return this.#positions.values();
  }

  at(topic: string, partition: number): Position | undefined {
    return this.#positions.get(nameOf(topic, partition));
  }

  /** From now on these partitions are fetched, and no others. */
  assign(positions: Iterable<Position>): void {
    const next = new Map<string, Position>();
    for (const position of positions) {
      next.set(nameOf(position.topic, position.partition), position);
    }
    for (const [name, position] of this.#positions) {
      if (next.get(name) !== position) position.revoked = true;
    }
    this.#positions = next;
    this.pump();
  }

  /** Asks each broker that leads a partition and is not asked already. */
  pump(): void {
    void this.#pump();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const position of this.#positions.values()) position.revoked = true;
    this.#positions.clear();
    await within(2_000, "closing", this.#pool.close()).catch(() => {});
  }

  async #pump(): Promise<void> {
    if (this.#stop.signal.aborted || this.#positions.size === 0) return;
    const byNode = new Map<number, Position[]>();
    try {
      for (const position of this.#positions.values()) {
        const leader = await this.#leaderOf(position);
        if (leader === undefined || this.#busy.has(leader) || this.#isFull(position)) continue;
        byNode.set(leader, [...byNode.get(leader) ?? [], position]);
      }
    } catch (error) {
      this.#hooks.link.failed(error);
      return await this.#again();
    }
    for (const [node, positions] of byNode) {
      if (!this.#busy.has(node)) void this.#ask(node, positions);
    }
    // Partitions without a leader have one soon.
    if (byNode.size === 0 && this.#busy.size === 0 && this.#held.size === 0) await this.#again();
  }

  async #leaderOf({ topic, topicId, partition }: Position): Promise<number | undefined> {
    const info = await this.#hooks.link.topic(topic);
    if (info === undefined || info.id !== topicId) {
      this.#hooks.gone(topic);
      return undefined;
    }
    const leader = info.leaders[partition];
    return leader === -1 ? undefined : leader;
  }

  async #ask(node: number, positions: Position[]): Promise<void> {
    this.#busy.add(node);
    try {
      const asked = positions.filter(({ revoked }) => !revoked)
        .map((position) => ({ position, from: position.next }));
      if (asked.length > 0) {
        this.#take(asked, await this.#fetch(node, asked));
        this.#failures = 0;
        this.#hooks.link.worked();
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) await this.#recover(error, positions);
    }
    this.#busy.delete(node);
    this.pump();
  }

  async #fetch(node: number, asked: readonly Asked[]): Promise<Fetched> {
    const isPartial = [...this.#positions.values()].some((position) => this.#isFull(position));
    const topics = asked.map(({ position: { topicId, partition }, from }) => ({
      topicId,
      partitions: [{
        partition,
        fetchOffset: BigInt(from),
        partitionMaxBytes: PARTITION_BYTES,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
      }],
    }));
    return await this.#hooks.consumer.fetch(
      {
        node,
        topics,
        maxWaitTime: isPartial ? SHORT_WAIT_MS : WAIT_MS,
        minBytes: 1,
        maxBytes: MAX_BYTES,
        connectionPool: this.#pool,
      } as Parameters<Consumer["fetch"]>[0],
    );
  }

  #isFull(position: Position): boolean {
    return (this.#held.get(position)?.count ?? 0) >= AHEAD;
  }

  #take(asked: readonly Asked[], { responses }: Fetched): void {
    const byName = new Map(
      asked.map((one) => [`${one.position.topicId}/${one.position.partition}`, one]),
    );
    for (const { topicId, partitions } of responses) {
      for (const { partitionIndex, records } of partitions) {
        const one = byName.get(`${topicId}/${partitionIndex}`);
        if (one !== undefined && records?.length) this.#hold(one, records);
      }
    }
  }

  /** Hands an answer on after the one before; meanwhile the next one is asked for. */
  #hold({ position, from }: Asked, records: RecordsBatch[]): void {
    // Meanwhile it may have gone to another member, or back to an older message.
    if (position.next !== from || position.revoked) return;
    position.next = endOf(records, from);
    const held = this.#held.get(position) ?? { count: 0, last: Promise.resolve() };
    this.#held.set(position, held);
    held.count++;
    held.last = held.last.then(breathe).then(async () => {
      const { topic, partition, revoked } = position;
      const messages = messagesOf(topic, partition, records, from);
      if (!revoked) await this.#hooks.take(position, messages);
      if (--held.count === 0) this.#held.delete(position);
      this.pump();
    });
  }

  async #recover(error: unknown, positions: readonly Position[]): Promise<void> {
    const { link, consumer } = this.#hooks;
    const ids = errorIds(error);
    consumer.clearMetadata();
    for (const topic of new Set(positions.map(({ topic }) => topic))) link.forget(topic);
    if (ids.has("OFFSET_OUT_OF_RANGE")) return await this.#backInRange(positions);
    // A change of leaders and a topic that is gone show in the next look at the topic.
    if (!isTopicGone(error) && !ids.has("NOT_LEADER_OR_FOLLOWER")) link.failed(error);
    await link.retryPause(this.#failures++, this.#stop.signal);
  }

  /** Messages that are too old were removed; of positions beyond the end nothing is known. */
  async #backInRange(positions: readonly Position[]): Promise<void> {
    const { link } = this.#hooks;
    for (const position of positions) {
      const topic = await link.topic(position.topic);
      if (topic === undefined) continue;
      const first = (await link.offsets(topic, "first"))[position.partition] ?? 0;
      const next = (await link.offsets(topic, "next"))[position.partition] ?? 0;
      if (position.next >= first && position.next <= next) continue;
      link.warn(
        `Kafka has ${position.topic}/${position.partition} from ${first} to ${next}; ` +
          `${position.next} was asked for, reading goes on at ${first}`,
      );
      position.next = first;
    }
  }

  async #again(): Promise<void> {
    await this.#hooks.link.retryPause(this.#failures++, this.#stop.signal);
    this.pump();
  }
}
