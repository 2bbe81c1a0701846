import type { DeadLetter, DeadLetterWriter } from "../bus/dead_letter.ts";
import type { Message } from "../bus/types.ts";

const PRESSURE = "agent.backpressure";
const DEAD = "agent.deadletter";

/** Milliseconds between two notices of one reader that is full. */
const PRESSURE_MS = 1_000;

/** What the letters need of the bus. */
export interface LettersHooks {
  readonly writer: DeadLetterWriter | undefined;
  readonly notices: boolean;
  /** Largest message in bytes. */
  readonly maxBytes: number;
  now(): number;
  publish(topic: string, value: unknown): void;
}

/** Counts, keeps and publishes what was given up, and that readers are full. */
export class Letters {
  total = 0;
  pressure = 0;
  lastTs: number | undefined;
  readonly byReason: Map<string, number> = new Map();
  readonly byTopic: Map<string, number> = new Map();
  readonly #hooks: LettersHooks;

  constructor(hooks: LettersHooks) {
    this.#hooks = hooks;
  }

  /** A message was given up by the bus. */
  giveUp(message: Message, reason: string): void {
    const id = `${message.id}/${this.total + 1}`;
    this.bury({ id, ts: this.#hooks.now() / 1000, topic: message.topic, reason, message });
  }

  /** A message was given up. */
  bury(letter: DeadLetter, error?: unknown): void {
    this.total++;
    this.lastTs = letter.ts;
    const kind = letter.reason.split(":", 2).join(":");
    const counted = kind.includes("_error") ? kind.split(":", 1)[0]! : kind;
    this.byReason.set(counted, (this.byReason.get(counted) ?? 0) + 1);
    this.byTopic.set(letter.topic, (this.byTopic.get(letter.topic) ?? 0) + 1);
    try {
      this.#hooks.writer?.write(letter, error);
    } catch {
      // It is counted and published all the same.
    }
    this.#notice(DEAD, letter.topic, () => this.#short(letter));
  }

  /** A reader has no room. */
  full(reader: { toldAt: number }, topic: string, group: string | null, qsize: number): void {
    this.pressure++;
    const now = performance.now();
    if (now - reader.toldAt < PRESSURE_MS) return;
    reader.toldAt = now;
    this.#notice(PRESSURE, topic, () => ({ ts: this.#hooks.now() / 1000, topic, group, qsize }));
  }

  /** A notice about a notice would bring the next one. */
  #notice(topic: string, about: string, value: () => unknown): void {
    if (!this.#hooks.notices || about === PRESSURE || about === DEAD) return;
    this.#hooks.publish(topic, value());
  }

  /** A message that was too large to send is not sent within a letter either. */
  #short(letter: DeadLetter): DeadLetter {
    const text = JSON.stringify(letter.message.value) ?? "null";
    if (text.length * 2 < this.#hooks.maxBytes) return letter;
    const value = { cut: true, length: text.length, start: text.slice(0, 1_000) };
    return { ...letter, message: { ...letter.message, value } };
  }
}
