import type { Counters } from "./_given_up.ts";
import { Ring } from "./_ring.ts";
import type { Message } from "./types.ts";

/** Stands before a reader while older messages come from the log. */
export interface Gate {
  /** Takes a new message; false when it may pass. */
  take(message: Message): boolean;
  /** The reader leaves: what it has not got of the new ones. */
  leave(): readonly Message[];
}

/** Who gets the messages: a reader or a group. */
export interface ReplayTarget {
  gate: Gate | undefined;
  /** Called once when there is room again, or never will be. */
  roomWanted: (() => void) | undefined;
  /** Hands a message over; false when there is no room. */
  tryGive(message: Message): boolean;
}

/** One entry of a log: a message, or the place of one that could not be kept. */
export interface LogEntry {
  readonly seq: number;
  readonly message: Message | undefined;
}

/** What a replay needs of the log and the bus. */
export interface ReplaySource {
  readonly counters: Counters;
  keeps(topic: string): boolean;
  read(topic: string, after: number, limit: number): Promise<readonly LogEntry[]>;
  /** Waits until what was published is in the log, or given up. */
  flushMessages(): Promise<void>;
  head(topic: string): number;
}

/** Messages per read. */
const PAGE = 256;

/** New messages that wait at the gate; more are read from the log again. */
const MAX_HELD = 1024;

/** After so many pages others get their turn. */
const PAGES_AT_ONCE = 32;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Reads messages of topics from a log, at the pace of the reader, until it has all. */
export class Replay implements Gate {
  readonly #held: Ring<Message> = new Ring();
  readonly #target: ReplayTarget;
  readonly #source: ReplaySource;
  /** By topic, the position up to which all is handed over. */
  readonly #at: Map<string, number>;
  readonly #convert: (entry: LogEntry, topic: string) => Message | undefined;
  #stopped = false;
  #pages = 0;

  /**
   * @param starts position by topic after which to begin.
   * @param convert the message to hand over; undefined for one that is passed over.
   */
  constructor(
    target: ReplayTarget,
    source: ReplaySource,
    starts: ReadonlyMap<string, number>,
    convert: (entry: LogEntry, topic: string) => Message | undefined = ({ message }) => message,
  ) {
    this.#target = target;
    this.#source = source;
    this.#at = new Map(starts);
    this.#convert = convert;
  }

  /** Closes the gate and begins. */
  start(): void {
    this.#target.gate = this;
    void this.#run();
  }

  take(message: Message): boolean {
    if (!this.#source.keeps(message.topic)) return false;
    if (!this.#at.has(message.topic)) this.#at.set(message.topic, message.seq - 1);
    this.#held.push(message);
    if (this.#held.length > MAX_HELD) this.#source.counters.replayed -= this.#held.clear().length;
    return true;
  }

  leave(): readonly Message[] {
    this.#stopped = true;
    return this.#held.clear();
  }

  async #run(): Promise<void> {
    do {
      for (const topic of this.#at.keys()) {
        await this.#page(topic);
        await this.#passGap(topic);
      }
    } while (!this.#stopped && !(await this.#giveHeld()));
  }

  async #page(topic: string): Promise<void> {
    while (!this.#stopped) {
      const entries = await this.#read(topic);
      for (const entry of entries) {
        const message = this.#convert(entry, topic);
        if (message !== undefined) {
          this.#source.counters.replayed++;
          if (!await this.#give(message)) {
            this.#source.counters.replayed--;
            return;
          }
        }
        this.#at.set(topic, entry.seq);
      }
      if (entries.length < PAGE) return;
      if (++this.#pages % PAGES_AT_ONCE === 0) await pause(0);
    }
  }

  /** What can be read by no flush was given up. */
  async #passGap(topic: string): Promise<void> {
    const next = this.#firstHeld(topic) ?? this.#source.head(topic) + 1;
    if (this.#stopped || this.#at.get(topic)! >= next - 1) return;
    await this.#source.flushMessages();
    await this.#page(topic);
    if (!this.#stopped) this.#at.set(topic, Math.max(this.#at.get(topic)!, next - 1));
  }

  /** Hands over what came meanwhile, and opens the gate; false when something is missing. */
  async #giveHeld(): Promise<boolean> {
    for (let message = this.#held.peek(); message !== undefined; message = this.#held.peek()) {
      const at = this.#at.get(message.topic)!;
      if (message.seq > at + 1) return false;
      if (message.seq <= at) this.#source.counters.replayed--; // it came from the log
      else if (!await this.#give(message)) return true;
      // Too many may have come meanwhile.
      if (this.#held.peek() === message) this.#held.shift();
      else if (message.seq > at) this.#source.counters.replayed++;
      this.#at.set(message.topic, Math.max(at, message.seq));
    }
    for (const [topic, at] of this.#at) if (at < this.#source.head(topic)) return false;
    this.#target.gate = undefined;
    return true;
  }

  /** False when the reader left. */
  async #give(message: Message): Promise<boolean> {
    while (!this.#stopped) {
      if (this.#target.tryGive(message)) return true;
      await new Promise<void>((resolve) => this.#target.roomWanted = resolve);
    }
    return false;
  }

  async #read(topic: string): Promise<readonly LogEntry[]> {
    for (let ms = 20; !this.#stopped; ms = Math.min(ms * 2, 2000)) {
      try {
        return await this.#source.read(topic, this.#at.get(topic)!, PAGE);
      } catch {
        // The store has its own health; until it is back the reader waits.
        await pause(ms);
      }
    }
    return [];
  }

  #firstHeld(topic: string): number | undefined {
    return this.#held.find((message) => message.topic === topic)?.seq;
  }
}
