/** One entry of the ring of a topic. */
export interface RingItem {
  /** Counts the events of a topic from 1. */
  readonly seq: number;
  /** What was published. */
  readonly value: unknown;
}

/** Where an event came from: the envelope. JSON names are the seeds'. */
export interface EventRecord {
  /** One of the allowed topics, else `events.other`. */
  readonly topic: string;
  /** Seconds since the epoch, with fraction. */
  readonly ts: number;
  /** Name of the program. */
  readonly service: string;
  /** Name of the machine. */
  readonly hostname?: string;
  /** Name of the pod, in Kubernetes. */
  readonly pod?: string;
  /** Name of the container. */
  readonly container?: string;
  /** Version of the program. */
  readonly app_version?: string;
  /** The line of code that published it. */
  readonly caller?: {
    /** Relative to the repository where that is known. */
    readonly file: string;
    /** Empty outside of functions. */
    readonly function: string;
    /** From 1. */
    readonly line: number;
  };
  /** What happened. */
  readonly event: Readonly<Record<string, unknown>>;
  /** What the publisher's `meta` held. */
  readonly [meta: string]: unknown;
}

/** Events of topics, kept in rings for those who look back, handed to sinks and subscribers. */
export interface EventBus {
  /** Hands a record to ring, subscribers and sinks. Never throws because of a sink. */
  publish(topic: string, value: unknown): void;
  /**
   * Wraps a payload into its envelope and publishes it; an unknown topic becomes `events.other`.
   *
   * @param payload its `meta` becomes part of the envelope and wins over what is there.
   * @param above function whose caller the envelope names. Default: this one.
   */
  publishEvent(
    topic: string,
    payload: Readonly<Record<string, unknown>>,
    above?: (...args: never[]) => unknown,
  ): EventRecord;
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
