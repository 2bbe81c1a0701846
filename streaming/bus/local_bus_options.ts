import type { DeadLetterWriter } from "./dead_letter.ts";
import type { MessageLog, MessageSink } from "./message_log.ts";

/** Options of a bus that keeps nothing. */
export interface PlainBusOptions {
  /** Keeps what readers did not get. Default: it is counted and published only. */
  readonly deadLetters?: DeadLetterWriter;
  /**
   * Whether `agent.backpressure` and `agent.deadletter` are published. Default true; a bus whose
   * subscribers to `>` expect one kind of message says false.
   */
  readonly notices?: boolean;
  /** Milliseconds between two `agent.backpressure` of one subscription. Default 1,000. */
  readonly pressureMs?: number;
  /** Milliseconds that {@linkcode EventStream.close} waits for readers. Default 2,000. */
  readonly drainMs?: number;
  /**
   * The time in milliseconds since the epoch. Default `Date.now`, asked once for up to 64 messages
   * that are published in a row.
   */
  readonly now?: () => number;
  /** Makes ids of messages. Default: a random prefix and a counter. */
  readonly createId?: () => string;
}

/** Options of {@linkcode createLocalBus}. */
export interface LocalBusOptions extends PlainBusOptions {
  /** Keeps topics beyond this process, for replay and for groups. Default: none is. */
  readonly log?: MessageLog;
  /** Take messages along. Default none. */
  readonly sinks?: readonly MessageSink[];
}
