import type { DeadLetter, DeadLetterWriter } from "./dead_letter.ts";
import type { Message } from "./types.ts";

/** What a bus counts; every receiver of a message ends in `delivered`, `dropped` or `dlq`. */
export interface Counters {
  published: number;
  delivered: number;
  dropped: number;
  dlq: number;
  /** Handed to a function that has not settled yet. */
  handling: number;
  /** Handed to receivers besides what was published: replays and retained values. */
  replayed: number;
  backpressure: number;
  readonly reasons: Map<string, number>;
}

/** All at zero. */
export function newCounters(): Counters {
  return {
    published: 0,
    delivered: 0,
    dropped: 0,
    dlq: 0,
    handling: 0,
    replayed: 0,
    backpressure: 0,
    reasons: new Map(),
  };
}

/** Topic of what readers could not keep up with. */
const PRESSURE = "agent.backpressure";

/** Topic of messages that were given up. */
const DEAD = "agent.deadletter";

/** What tells of trouble brings no more of it. */
function isNotice(topic: string): boolean {
  return topic === PRESSURE || topic === DEAD;
}

/** What {@linkcode GivenUp} needs. */
export interface GivenUpSetup {
  readonly counters: Counters;
  readonly writer: DeadLetterWriter | undefined;
  readonly pressureMs: number;
  now(): number;
  /** Counts it for its topic. */
  count(topic: string): void;
  /** Publishes a notice, if there are to be any. */
  notice(topic: string, value: unknown): void;
}

/** More of a dead letter than its message and reason. */
export interface LetterDetails {
  readonly group?: string | undefined;
  readonly attempts?: number | undefined;
  readonly error?: unknown;
}

/** Who has no room. */
export interface Crowded {
  readonly qsize: number;
  /** When it was last told of, by the monotonic clock. */
  toldAt: number;
}

/** Keeps and tells of what readers did not get. */
export class GivenUp {
  readonly #setup: GivenUpSetup;
  #letters = 0;
  /** When the last was given up, in seconds since the epoch. */
  lastTs: number | undefined;

  constructor(setup: GivenUpSetup) {
    this.#setup = setup;
  }

  /** Counts, keeps and publishes a dead letter. */
  add(message: Message, reason: string, { group, attempts, error }: LetterDetails = {}): void {
    const { counters, writer, count, notice } = this.#setup;
    // It is kept already, or is only a sign: a letter about it would bring the next one.
    if (isNotice(message.topic)) return void counters.dropped++;
    counters.dlq++;
    const kind = kindOf(reason);
    counters.reasons.set(kind, (counters.reasons.get(kind) ?? 0) + 1);
    count(message.topic);
    this.lastTs = this.#setup.now() / 1000;
    const letter: DeadLetter = {
      id: `${message.id}/${++this.#letters}`,
      ts: this.lastTs,
      topic: message.topic,
      reason,
      ...group !== undefined && { group },
      ...attempts !== undefined && { attempts },
      message,
    };
    try {
      writer?.write(letter, error);
    } catch {
      // It is counted and published all the same.
    }
    notice(DEAD, letter);
  }

  /** Tells that a reader is full, now and then. */
  pressure(reader: Crowded, group: string | undefined, topic: string): void {
    const { counters, pressureMs, notice, now } = this.#setup;
    counters.backpressure++;
    const time = performance.now();
    if (isNotice(topic) || time - reader.toldAt < pressureMs) return;
    reader.toldAt = time;
    notice(PRESSURE, { ts: now() / 1000, topic, group: group ?? null, qsize: reader.qsize });
  }
}

/** A reason without the text of its error. */
function kindOf(reason: string): string {
  const error = reason.indexOf("_error:");
  return error < 0 ? reason : reason.slice(0, error + "_error".length);
}

/** What is said of an error in the reason of a dead letter. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
