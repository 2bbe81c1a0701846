import type { Store, Write } from "../../core/store/types.ts";
import type { DeadLetterWriter } from "../bus/dead_letter.ts";
import type { EventStream, Message, OverflowPolicy } from "../bus/types.ts";

/** How to encrypt the way to the brokers. PEM texts, as `node:tls` takes them. */
export interface KafkaTls {
  /** Certificates of authorities to trust. Default: those of the system. */
  readonly ca?: string;
  /** Own certificate, where brokers ask for one. */
  readonly cert?: string;
  /** Its private key; never shown. */
  readonly key?: string;
  /** Name the broker's certificate must have. Default: the host that was connected to. */
  readonly serverName?: string;
}

/** How to say who we are. */
export interface KafkaSasl {
  /** What the brokers offer. */
  readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512" | "OAUTHBEARER";
  /** Of the account; for all mechanisms but `OAUTHBEARER`. */
  readonly username?: string;
  /** Of the account; never shown. */
  readonly password?: string;
  /** For `OAUTHBEARER`; never shown. */
  readonly token?: string;
}

/** How topics are made. */
export interface TopicShape {
  /** Default 3. */
  readonly partitions?: number;
  /** Copies of each message. Default 1. */
  readonly replicationFactor?: number;
}

/** Where Kafka is, and how to get in. */
export interface KafkaSettings {
  /**
   * Brokers as `host:port`, one or a list with commas or spaces; a scheme is skipped, IPv6 stands in
   * brackets, the port defaults to 9092. Default: none, all stays in this process.
   */
  readonly bootstrap?: string | readonly string[];
  /** Says that Kafka is off, whatever the bootstrap. */
  readonly disabled?: boolean;
  /** Default: not encrypted. */
  readonly tls?: KafkaTls | boolean;
  /** Default: nobody in particular. */
  readonly sasl?: KafkaSasl;
  /** Name of this program for brokers. Default `"dspy-code"`. */
  readonly clientId?: string;
}

/** Options of {@linkcode createKafkaBus}. */
export interface KafkaBusOptions extends KafkaSettings {
  /** Whether topics that are missing are made, and how. Default: 3 partitions, 1 copy. */
  readonly topics?: TopicShape | false;
  /** Where positions of groups are kept beside the work; {@linkcode KafkaBus.process} needs it. */
  readonly store?: Store;
  /** Keeps what could not be sent or handled. Default: it is counted and published only. */
  readonly deadLetters?: DeadLetterWriter;
  /** Most messages that wait for the broker. Default 10,000. */
  readonly maxWaiting?: number;
  /**
   * What `publish` does when so many wait. Default `"dead-letter"`; with `"block"` too, since it
   * cannot wait. `send` waits.
   */
  readonly policy?: OverflowPolicy;
  /** Largest message in bytes of JSON; larger ones go to the dead letters. Default 900,000. */
  readonly maxBytes?: number;
  /**
   * Whether `agent.backpressure` and `agent.deadletter` are published. Default true.
   */
  readonly notices?: boolean;
  /** Milliseconds until an unreachable bootstrap is tried again. Default 5,000. */
  readonly retryMs?: number;
  /** Milliseconds between two looks for new topics. Default 5,000. */
  readonly refreshMs?: number;
  /** Milliseconds after which the broker takes a silent member for dead. Default 10,000. */
  readonly sessionMs?: number;
  /** Milliseconds that `flush` and `close` wait for the broker. Default 10,000. */
  readonly patienceMs?: number;
  /** Hears one line when Kafka is out of reach, and one when it is back. Default `console.warn`. */
  readonly warn?: (line: string) => void;
  /** The time in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** A message that came by Kafka. */
export interface KafkaMessage<T = unknown> extends Message<T> {
  /** Its partition; positions count in it. */
  readonly partition: number;
}

/** Options of {@linkcode KafkaBus.process}. */
export interface ProcessOptions {
  /** Tries before a message goes to the dead letters and its partition moves on. Default 5. */
  readonly maxAttempts?: number;
  /** Most messages whose writes are stored in one transaction. Default 256. */
  readonly batch?: number;
  /** Where a new group starts; 0 is the oldest message. Default: what is published from now on. */
  readonly after?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** A member of a group that stores what it makes of messages. */
export interface Processor extends AsyncDisposable {
  /** Messages whose work is stored. */
  readonly processed: number;
  /** Messages that came again and were skipped. */
  readonly skipped: number;
  /** Finishes the message at hand, stores, and leaves the group. */
  close(): Promise<void>;
}

/** {@linkcode EventStream} over Kafka. */
export interface KafkaBus extends EventStream {
  /**
   * Handles the messages of a topic as a member of a group, one effect each: what `work` returns is
   * stored in one transaction with the position, and only then the broker hears of it. A message
   * that is delivered again after that is skipped; the position in the store wins over the broker's.
   * Without Kafka, messages of this process are handled the same way.
   *
   * @param work makes writes of a message. It must have no other effect: it is called again when the
   * store or another member was in the way.
   * @throws {UserError} `usage` when the bus has no store.
   */
  process<T>(
    topic: string,
    group: string,
    work: (message: Message<T>) => readonly Write[] | Promise<readonly Write[]>,
    options?: ProcessOptions,
  ): Processor;
  /** Waits until all subscriptions so far have their place: what anyone sends then will come. */
  ready(): Promise<void>;
}
