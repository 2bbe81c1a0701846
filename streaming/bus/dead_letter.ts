import type { Message } from "./types.ts";

/** A message that a reader did not get, as it is kept and published on `agent.deadletter`. */
export interface DeadLetter<T = unknown> {
  /** Its own, so that it can be marked as sent again. */
  readonly id: string;
  /** When it was given up, in seconds since the epoch. */
  readonly ts: number;
  /** Topic of the message. */
  readonly topic: string;
  /**
   * What went wrong: `backpressure_full:subscriber`, `backpressure_full:group`,
   * `subscriber_error: …`, `group_subscriber_error: …`, `storage_error: …`, `kafka_error: …`,
   * `closed:subscriber`, `closed:group`, `closed:bus`.
   */
  readonly reason: string;
  /** The group it was for, if it was for one. */
  readonly group?: string;
  /** How often it was handed out before it was given up; absent for one that never was. */
  readonly attempts?: number;
  /** As published. */
  readonly message: Message<T>;
}

/** Where dead letters are kept. */
export interface DeadLetterWriter {
  /**
   * Takes one in; never waits.
   *
   * @param error what was thrown, if something was.
   */
  write(letter: DeadLetter, error?: unknown): void;
  /** Waits until all that were taken in are kept. */
  flush?(): Promise<void>;
}
