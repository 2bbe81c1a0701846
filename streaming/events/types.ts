/** One entry of the ring of a topic. */
export interface RingItem {
  /** Counts the events of a topic from 1. */
  readonly seq: number;
  readonly value: unknown;
}

/** Where an event came from: the envelope. JSON names are the seeds'. */
export interface EventRecord {
  readonly topic: string;
  /** Seconds since the epoch, with fraction. */
  readonly ts: number;
  readonly service: string;
  readonly hostname?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly app_version?: string;
  readonly caller?: { readonly file: string; readonly function: string; readonly line: number };
  readonly event: Readonly<Record<string, unknown>>;
  readonly [meta: string]: unknown;
}

/** Events of topics, kept in rings for those who look back, handed to sinks and subscribers. */
export interface EventBus {
  /** Hands a record to ring, subscribers and sinks. Never throws because of a sink. */
  publish(topic: string, value: unknown): void;
  /** Wraps a payload into its envelope and publishes it; an unknown topic becomes `events.other`. */
  publishEvent(topic: string, payload: Readonly<Record<string, unknown>>): EventRecord;
  /** The newest records of a topic, oldest first. Default 100. */
  memoryTail(topic: string, limit?: number): unknown[];
  /** Records after a position, at most `max` (default 1,000), and the newest position given. */
  memoryDelta(topic: string, since: number, max?: number): [items: unknown[], lastSeq: number];
  /** Position of the newest record, 0 when there is none. */
  memoryLastSeq(topic: string): number;
  /** Topics that have a ring, sorted. */
  memoryTopics(): string[];
  /** Calls back with each record of a topic (or `>`); returns what ends it. */
  subscribe(topic: string, handler: (item: RingItem, topic: string) => void): () => void;
  /** Waits for the sinks. */
  flush(): Promise<void>;
  /** Flushes and ends. */
  close(): Promise<void>;
}
