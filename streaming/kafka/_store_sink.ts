import { pause } from "../../core/pause.ts";
import type { Store, Write } from "../../core/store/types.ts";
import type { Message } from "../bus/types.ts";
import { backOff } from "./_client.ts";
import type { GroupSink } from "./_group_feed.ts";
import { type Mark, markKey, moveMark } from "./_marks.ts";
import { isRepeated, type Position } from "./_position.ts";
import type { Incoming } from "./_records.ts";
import type { KafkaMessage } from "./types.ts";

/** Options of a sink. */
export interface StoreSinkOptions {
  readonly store: Store;
  readonly group: string;
  readonly batch: number;
  readonly maxAttempts: number;
  work(message: Message): readonly Write[] | Promise<readonly Write[]>;
  /** A message is given up; what is to be stored about it. */
  poison(message: KafkaMessage, attempts: number, error: unknown): void;
  /** A message came again and was skipped. */
  repeated(): void;
  /** The store took nothing, or takes again. */
  storeFailed(error: unknown): void;
  /** All messages of a partition before this offset are stored. */
  stored(position: Position, next: number): void;
}

/** Puts the work of messages into the store, together with the position. */
export class StoreSink implements GroupSink {
  processed = 0;
  skipped = 0;
  readonly #o: StoreSinkOptions;
  readonly #stop: AbortController = new AbortController();
  readonly #running: Set<Promise<void>> = new Set();

  constructor(options: StoreSinkOptions) {
    this.#o = options;
  }

  async take(position: Position, incoming: Iterable<Incoming>): Promise<void> {
    const run = this.#take(position, Array.from(incoming, (one) => ({ ...one })));
    this.#running.add(run);
    await run.finally(() => this.#running.delete(run));
  }

  /** A message of this process, where there is no Kafka: no position, no second try after a crash. */
  async offer(message: KafkaMessage): Promise<void> {
    const run = this.#offer(message);
    this.#running.add(run);
    await run.finally(() => this.#running.delete(run));
  }

  /** Waits for the messages at hand; takes no more. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#running);
  }

  async #offer(message: KafkaMessage): Promise<void> {
    const writes = await this.#try(message, () => false);
    if (writes === undefined) return;
    await this.#commit([], message, writes);
    this.processed++;
  }

  async #take(position: Position, messages: Incoming[]): Promise<void> {
    const { batch } = this.#o;
    let most = batch;
    for (let at = 0; at < messages.length && !this.#isOver(position);) {
      const taken = await this.#round(position, messages.slice(at, at + most));
      if (taken === undefined) return;
      // Writes of one message spoil the others': each alone until that one is found.
      most = taken === "bad" ? 1 : batch;
      if (taken !== "bad") at += taken;
    }
  }

  /** Stores the work of some messages; how many are done with, undefined when the sink closes. */
  async #round(position: Position, messages: Incoming[]): Promise<number | "bad" | undefined> {
    const { store, group } = this.#o;
    const { topic, partition, topicId } = position;
    const key = markKey(group, topic, partition);
    // What stands there may be about a topic of the same name that is gone.
    const standing = await this.#persist(async () => ({ mark: await store.get<Mark>(key) }));
    if (standing === undefined) return undefined;
    const mark = standing.mark?.topicId === topicId ? standing.mark : undefined;
    const seen = new Map(mark?.seen);
    const writes: Write[] = [];
    let [done, skipped] = [0, 0];
    for (const one of messages) {
      const { message } = one;
      if (this.#isOver(position)) break;
      if (message.seq <= (mark?.next ?? 0) || isRepeated(seen, one)) {
        skipped++;
        continue;
      }
      const made = await this.#try(message, () => this.#isOver(position));
      if (made === undefined) break;
      writes.push(...made);
      done++;
    }
    const count = done + skipped;
    if (count === 0) return undefined;
    const next = Math.max(messages[count - 1]!.message.seq, mark?.next ?? 0);
    const moved = moveMark(key, standing.mark, { next, topicId, seen: [...seen] });
    const met = await this.#commit(moved, count === 1 ? messages[0]!.message : undefined, writes);
    if (met === "bad" || met === undefined) return met;
    // Another member moved the mark: what it did is skipped in the next round.
    if (!met) return 0;
    this.processed += done;
    this.skipped += skipped;
    for (let i = 0; i < skipped; i++) this.#o.repeated();
    this.#o.stored(position, next);
    return count;
  }

  /** Commits; `"bad"` when several messages have writes that no store takes. */
  async #commit(
    moved: Write[],
    only: KafkaMessage | undefined,
    writes: readonly Write[],
  ): Promise<boolean | "bad" | undefined> {
    const { store, poison } = this.#o;
    try {
      return await this.#persist(() => store.commit([...moved, ...writes]));
    } catch (error) {
      if (only === undefined) return "bad";
      poison(only, 1, error);
      return await this.#persist(() => store.commit(moved));
    }
  }

  #isOver({ revoked }: Position): boolean {
    return revoked || this.#stop.signal.aborted;
  }

  /** The writes of a message; none for one that is given up, undefined when it is not ours now. */
  async #try(message: KafkaMessage, isOver: () => boolean): Promise<readonly Write[] | undefined> {
    const { maxAttempts, work, poison } = this.#o;
    for (let attempt = 0;; attempt++) {
      try {
        return await work(attempt === 0 ? message : { ...message, attempt });
      } catch (error) {
        if (attempt + 1 >= maxAttempts) {
          poison(message, attempt + 1, error);
          return [];
        }
        await pause(backOff(attempt, 20, 1_000), this.#stop.signal);
        if (isOver() || this.#stop.signal.aborted) return undefined;
      }
    }
  }

  /** A store that is full or locked stops its partition and loses nothing. */
  async #persist<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0;; attempt++) {
      try {
        const result = await work();
        if (attempt > 0) this.#o.storeFailed(undefined);
        return result;
      } catch (error) {
        // A defect of the work, which no waiting mends.
        if (error instanceof TypeError) throw error;
        this.#o.storeFailed(error);
        if (this.#stop.signal.aborted) return undefined;
        await pause(backOff(attempt), this.#stop.signal);
      }
    }
  }
}
