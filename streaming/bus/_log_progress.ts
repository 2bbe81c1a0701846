import { UserError } from "../../core/errors.ts";
import type { Write } from "../../core/store/types.ts";
import type { Group } from "./_group.ts";
import type { GroupProgress } from "./_log_link.ts";
import { Ranges } from "./_ranges.ts";
import { type LogEntry, Replay } from "./_replay.ts";
import type { StoreLink } from "./_store_link.ts";
import { fits } from "./topic.ts";
import type { Message } from "./types.ts";

/** Milliseconds that acknowledgements wait for others, to be stored together. */
const DELAY_MS = 5;

/** Where a group began in the topics there were, by topic; in those that came later at 0. */
export type GroupStarts = Readonly<Record<string, number>>;

/** What one group has done of the topics in a log, kept in the store. */
export class LogProgress implements GroupProgress {
  readonly #link: StoreLink;
  readonly #group: Group;
  readonly #starts: GroupStarts;
  readonly #done: Map<string, Ranges> = new Map();
  /** How often messages had been handed out when the last member left. */
  readonly #attempts: Map<string, number> = new Map();
  readonly #dirty: Set<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  /** Whether the store knows the group. */
  #isKnown: boolean;

  /** @param after where a group begins that is new. Default: with what is published from now on. */
  constructor(link: StoreLink, group: Group, after = Infinity) {
    this.#link = link;
    this.#group = group;
    const known = link.savedStarts(group);
    this.#isKnown = known !== undefined;
    this.#starts = known ??
      Object.fromEntries(this.#topics.map((topic) => [topic, Math.min(after, link.head(topic))]));
    if (!this.#isKnown) this.#schedule();
  }

  resume(): void {
    const starts = new Map(this.#topics.map((topic) => [topic, this.#doneOf(topic).contiguous]));
    if ([...starts].every(([topic, at]) => at >= this.#link.head(topic))) return;
    new Replay(this.#group, this.#link, starts, (entry, topic) => this.#open(entry, topic)).start();
  }

  done({ topic, seq }: Message): void {
    if (!this.#link.keeps(topic)) return;
    this.#doneOf(topic).add(seq);
    this.#attempts.delete(`${seq} ${topic}`);
    this.#dirty.add(topic);
    this.#schedule();
  }

  commit({ topic, seq }: Message, writes: readonly Write[]): Promise<boolean> {
    if (!this.#link.keeps(topic)) {
      throw new UserError("usage", `topic "${topic}" is not kept in the log of this bus`, {
        hint: "name it in the topics of openStoreLog",
      });
    }
    return this.#inTurn(async () => {
      const done = this.#doneOf(topic);
      if (done.has(seq)) return false;
      await this.#store([...writes, this.#put(topic, done.with(seq))]);
      this.#doneOf(topic).add(seq);
      return true;
    });
  }

  park(held: readonly Message[]): readonly Message[] {
    for (const { topic, seq, attempt } of held) {
      if (attempt !== undefined) this.#attempts.set(`${seq} ${topic}`, attempt);
    }
    return held.filter(({ topic }) => !this.#link.keeps(topic));
  }

  lag(topic: string): number {
    return this.#link.keeps(topic) ? this.#link.head(topic) - this.#doneOf(topic).size : 0;
  }

  /** The last position of a topic before which all is done; undefined when it is not its topic. */
  at(topic: string): number | undefined {
    return fits(this.#group.topic, topic) ? this.#doneOf(topic).contiguous : undefined;
  }

  /** Has the store know the group: to be written before any message that it is to get. */
  introduction(): Write | undefined {
    return this.#isKnown ? undefined : this.#link.startsWrite(this.#group, this.#starts);
  }

  /** What {@linkcode introduction} gave is stored. */
  introduced(): void {
    this.#isKnown = true;
  }

  /** Waits until all that is done is stored as done. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#inTurn(async () => {
      const topics = [...this.#dirty];
      if (topics.length === 0 && this.#isKnown) return;
      this.#dirty.clear();
      try {
        // A message that was given up is done: its letter comes first.
        await this.#link.flushLetters();
        await this.#store(topics.map((topic) => this.#put(topic, this.#doneOf(topic))));
      } catch (error) {
        for (const topic of topics) this.#dirty.add(topic);
        throw error;
      }
    });
  }

  get #topics(): string[] {
    return this.#link.allTopics()
      .filter((topic) => fits(this.#group.topic, topic) && this.#link.keeps(topic));
  }

  async #store(writes: readonly Write[]): Promise<void> {
    const introduction = this.introduction();
    await this.#link.commit(introduction === undefined ? writes : [introduction, ...writes]);
    this.#isKnown = true;
  }

  /** One after the other: what is stored later was done later. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => {});
    return turn;
  }

  #put(topic: string, done: Ranges): Write {
    return this.#link.doneWrite(this.#group, topic, done);
  }

  #open({ seq, message }: LogEntry, topic: string): Message | undefined {
    if (message === undefined) {
      this.#doneOf(topic).add(seq);
      return undefined;
    }
    if (this.#doneOf(topic).has(seq)) return undefined;
    const attempt = this.#attempts.get(`${seq} ${topic}`);
    return attempt === undefined ? message : { ...message, attempt };
  }

  #doneOf(topic: string): Ranges {
    let done = this.#done.get(topic);
    if (done === undefined) {
      done = this.#link.savedDone(this.#group, topic) ?? Ranges.upTo(this.#starts[topic] ?? 0);
      this.#done.set(topic, done);
    }
    return done;
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      // What is not stored is tried again with the next acknowledgement, or comes again.
      this.flush().catch(() => {});
    }, DELAY_MS);
  }
}
