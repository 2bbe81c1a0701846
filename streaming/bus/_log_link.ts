import type { Write } from "../../core/store/types.ts";
import type { Counters } from "./_given_up.ts";
import type { Group } from "./_group.ts";
import type { Reader } from "./_reader.ts";
import type { MessageLog, SinkLink, SinkPort } from "./message_log.ts";
import type { Message } from "./types.ts";

/** What a message log is to the bus. */
export interface AttachableLog extends MessageLog {
  attach(bus: BusPort): LogLink;
}

/** A bus as a log sees it. */
export interface BusPort extends SinkPort {
  readonly counters: Counters;
  /** Position of the newest message of a topic. */
  head(topic: string): number;
  /** Topics that were published to. */
  topics(): readonly string[];
  /** Waits until dead letters are kept. */
  flushLetters(): Promise<void>;
}

/** A log at work for a bus. */
export interface LogLink extends SinkLink {
  /** Position of the newest message of before, 0 for a new topic. */
  start(topic: string): number;
  /** Topics of before. */
  topics(): readonly string[];
  /** The newest message of before. */
  last(topic: string): Message | undefined;
  /** Has a reader get the messages after a position first. */
  replay(reader: Reader, after: number): void;
  /** Has a group go on where it was, and keeps track of what it does. */
  resume(group: Group, after: number | undefined): GroupProgress;
}

/** What a group has done of the topics in a log. */
export interface GroupProgress {
  /** This message is done. */
  done(message: Message): void;
  /** Makes writes and stores with them that the message is done; false when it is done already. */
  commit(message: Message, writes: readonly Write[]): Promise<boolean>;
  /**
   * Its last member left: what it has comes from the log when there is one again.
   *
   * @returns what does not.
   */
  park(held: readonly Message[]): readonly Message[];
  /** Its first member is there, or is there again. */
  resume(): void;
  /** Messages of a topic that are not done. */
  lag(topic: string): number;
}
