import type { BusHealth, Message } from "./types.ts";

/** Takes the messages of a bus along: into files, into a store. */
export interface MessageSink {
  /** Called by the bus it is given to. */
  attach(bus: SinkPort): SinkLink;
}

/** A bus as a sink sees it. */
export interface SinkPort {
  /** Makes a dead letter of a message that cannot be kept. */
  giveUp(message: Message, error: unknown): void;
  /** Whether an id that came so far may have to be escaped in JSON. */
  hasOddIds(): boolean;
}

/** A sink at work for a bus. */
export interface SinkLink {
  /** Whether it takes the messages of a topic. */
  keeps(topic: string): boolean;
  /** Takes a message in; never waits. */
  push(message: Message): void;
  /**
   * Waits until a message is kept; rejects when it cannot be. To be called right after
   * {@linkcode push}.
   */
  kept(message: Message): Promise<void>;
  /** Waits until all that was taken in is kept or given up. */
  flush(): Promise<void>;
  /** Whether it works. */
  health(): BusHealth;
}

/**
 * A sink that messages can be read from again: positions go on where they were, groups go on with
 * what they have not done. Made by {@linkcode openStoreLog}, for one bus.
 */
export interface MessageLog {
  /** Topics that are kept; may hold wildcards. */
  readonly topics: readonly string[];
}
