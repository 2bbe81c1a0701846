import { UserError } from "../../core/errors.ts";
import { JsonText } from "../../core/store/json_text.ts";
import type { Store, Write } from "../../core/store/types.ts";
import type { Counters } from "./_given_up.ts";
import type { Group } from "./_group.ts";
import { storedTexts } from "./_json_line.ts";
import { type GroupStarts, LogProgress } from "./_log_progress.ts";
import { type Batch, Outbox, type OutboxOptions } from "./outbox.ts";
import type { Ranges } from "./_ranges.ts";
import type { Reader } from "./_reader.ts";
import { type LogEntry, Replay, type ReplaySource } from "./_replay.ts";
import type { BusPort, GroupProgress, LogLink } from "./_log_link.ts";
import { fits } from "./topic.ts";
import type { BusHealth, Message } from "./types.ts";

/** What a log in a store is made of when it is opened. */
export interface StoreLogState {
  readonly store: Store;
  readonly prefix: string;
  /** Under the owner's key as long as this process may write. */
  readonly owner: string;
  readonly patterns: readonly string[];
  /** Position of the newest entry by topic. */
  readonly heads: Map<string, number>;
  /** Position of the newest message of before by topic, be it stored or only done. */
  readonly starts: ReadonlyMap<string, number>;
  readonly lasts: ReadonlyMap<string, Message>;
  /** Where groups began, by key of the store. */
  readonly groups: ReadonlyMap<string, GroupStarts>;
  /** What groups have done of a topic, by key of the store. */
  readonly done: ReadonlyMap<string, Ranges>;
  readonly maxBytes: number;
  readonly keepLast: number;
  readonly outbox: OutboxOptions;
}

/** As it is kept; the position is that of the entry. */
export interface StoredMessage {
  readonly id: string;
  readonly ts: number;
  readonly key?: string;
  readonly value?: unknown;
}

/** Stands for a message that could not be kept, so that positions stay true. */
export const GONE = { gone: true } as const;

/** Characters above which a batch takes no more. */
const FULL = 4 << 20;

/** Entries after which old ones are looked for. */
const TRIM_EVERY = 1000;

/** A log in a store, at work for one bus. */
export class StoreLink implements LogLink, ReplaySource {
  readonly counters: Counters;
  readonly #state: StoreLogState;
  readonly #port: BusPort;
  readonly #outbox: Outbox<Message>;
  readonly #textOf: (message: Message) => string;
  readonly #kept: Map<string, boolean> = new Map();
  readonly #groups: Set<LogProgress> = new Set();
  #sinceTrim = 0;

  constructor(state: StoreLogState, port: BusPort) {
    this.#state = state;
    this.#port = port;
    this.counters = port.counters;
    const { hasOddIds } = port;
    this.#textOf = storedTexts({ maxBytes: state.maxBytes, hasOddIds });
    this.#outbox = new Outbox(() => this.#batch(), port.giveUp, state.outbox);
  }

  keeps(topic: string): boolean {
    let kept = this.#kept.get(topic);
    if (kept === undefined) {
      kept = this.#state.patterns.some((pattern) => fits(pattern, topic));
      this.#kept.set(topic, kept);
    }
    return kept;
  }

  start(topic: string): number {
    return this.#state.starts.get(topic) ?? 0;
  }

  topics(): readonly string[] {
    return [...this.#state.starts.keys()];
  }

  allTopics(): readonly string[] {
    return [...new Set([...this.topics(), ...this.#port.topics()])];
  }

  last(topic: string): Message | undefined {
    return this.#state.lasts.get(topic);
  }

  head(topic: string): number {
    return this.#port.head(topic);
  }

  push(message: Message): void {
    this.#outbox.push(message);
  }

  kept(message: Message): Promise<void> {
    return this.#outbox.kept(message);
  }

  health(): BusHealth {
    return this.#outbox.health();
  }

  flushLetters(): Promise<void> {
    return this.#port.flushLetters();
  }

  flushMessages(): Promise<void> {
    return this.#outbox.flush();
  }

  async flush(): Promise<void> {
    await this.flushMessages();
    // What cannot be stored as done now comes again.
    await Promise.allSettled([...this.#groups].map((group) => group.flush()));
  }

  replay(reader: Reader, after: number): void {
    const { topic } = reader;
    const at = Math.min(after, this.head(topic));
    if (at < this.head(topic)) new Replay(reader, this, new Map([[topic, at]])).start();
  }

  resume(group: Group, after: number | undefined): GroupProgress {
    const progress = new LogProgress(this, group, after);
    this.#groups.add(progress);
    return progress;
  }

  async read(topic: string, after: number, limit: number): Promise<readonly LogEntry[]> {
    const entries = await this.#state.store
      .read<StoredMessage>(`${this.#state.prefix}:${topic}`, { after, limit });
    return entries.map(({ offset, value }) => ({
      seq: offset,
      message: "gone" in value ? undefined : messageOf(topic, offset, value),
    }));
  }

  savedStarts(group: Group): GroupStarts | undefined {
    return this.#state.groups.get(this.#groupKey(group));
  }

  savedDone(group: Group, topic: string): Ranges | undefined {
    return this.#state.done.get(this.#doneKey(group, topic));
  }

  startsWrite(group: Group, starts: GroupStarts): Write {
    return { op: "put", key: this.#groupKey(group), value: starts };
  }

  doneWrite(group: Group, topic: string, done: Ranges): Write {
    return { op: "put", key: this.#doneKey(group, topic), value: { topic, ranges: done } };
  }

  /** Makes writes as long as the log is this process's. */
  async commit(writes: readonly Write[]): Promise<void> {
    const { store, prefix, owner } = this.#state;
    const mine = { op: "expect", key: `${prefix}:owner`, value: owner } as const;
    if (await store.commit([mine, ...writes])) return;
    throw new UserError("failed", "another process has opened the log of this bus since", {
      hint: "let one process write it, and the others read its topics over Kafka",
    });
  }

  #groupKey({ topic, name }: Group): string {
    return `${this.#state.prefix}:group:${JSON.stringify([topic, name])}`;
  }

  #doneKey({ topic: pattern, name }: Group, topic: string): string {
    return `${this.#state.prefix}:done:${JSON.stringify([pattern, name, topic])}`;
  }

  #batch(): Batch<Message> {
    const messages: Message[] = [];
    /** By message; {@linkcode GONE} for what can never be kept, which has its place too. */
    const texts: (JsonText | typeof GONE)[] = [];
    let size = 0;
    return {
      add: (message) => {
        messages.push(message);
        const at = texts.push(GONE) - 1;
        const text = this.#textOf(message);
        texts[at] = new JsonText(text);
        size += text.length;
        return size < FULL;
      },
      write: () => this.#append(messages, texts),
      unwritten: () => messages.filter((_message, i) => texts[i] !== GONE),
      isWritten: () => false,
    };
  }

  async #append(batch: readonly Message[], values: readonly unknown[]): Promise<void> {
    const fresh = [...this.#groups].filter((group) => group.introduction() !== undefined);
    await this.commit([
      ...fresh.map((group) => group.introduction()!),
      ...this.#writesOf(batch, values),
    ]);
    for (const group of fresh) group.introduced();
    for (const { topic, seq } of batch) this.#state.heads.set(topic, seq);
    // The messages are kept; old ones that could not be removed are when more have come.
    await this.#trim(batch).catch(() => {});
  }

  #writesOf(batch: readonly Message[], values: readonly unknown[]): Write[] {
    const { prefix, heads } = this.#state;
    const lists = new Map<string, unknown[]>();
    const writes: Write[] = [];
    for (const [i, { topic, seq }] of batch.entries()) {
      let list = lists.get(topic);
      if (list === undefined) {
        lists.set(topic, list = []);
        const head = heads.get(topic);
        if (head === undefined) {
          writes.push({ op: "put", key: `${prefix}:topic:${topic}`, value: topic });
        }
        // What was given up before has its place too.
        for (let at = head ?? 0; at < seq - 1; at++) list.push(GONE);
        writes.push({ op: "append", stream: `${prefix}:${topic}`, values: list });
      }
      list.push(values[i]);
    }
    return writes;
  }

  /** Removes old entries that no group waits for. */
  async #trim(batch: readonly Message[]): Promise<void> {
    const { keepLast, heads, prefix } = this.#state;
    this.#sinceTrim += batch.length;
    if (keepLast === Infinity || this.#sinceTrim < TRIM_EVERY) return;
    this.#sinceTrim = 0;
    await this.commit([...new Set(batch.map(({ topic }) => topic))].map((topic) => {
      const waited = [...this.#groups].map((group) => group.at(topic) ?? Infinity);
      const before = Math.min(heads.get(topic)! - keepLast, ...waited) + 1;
      return { op: "trim", stream: `${prefix}:${topic}`, before };
    }));
  }
}

/** A message of the log. */
export function messageOf(topic: string, seq: number, stored: StoredMessage): Message {
  const { id, ts, key, value } = stored;
  return { id, topic, seq, ts, ...key !== undefined && { key }, value };
}
