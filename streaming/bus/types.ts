/** One message of a topic. */
export interface Message<T = unknown> {
  /** Its own; the same again when it is delivered again. */
  readonly id: string;
  /** Dotted name of what it belongs to. */
  readonly topic: string;
  /** Position in its topic: 1, 2, 3 … without gaps on a local bus; on Kafka offset plus 1. */
  readonly seq: number;
  /** Milliseconds since the epoch when it was published. */
  readonly ts: number;
  /** Messages with the same key stay in order, also over partitions. */
  readonly key?: string;
  /** What was published. */
  readonly value: T;
  /** How often it was handed out to this group before; absent the first time. */
  readonly attempt?: number;
}

/** What happens with a message for a subscription that is full. */
export type OverflowPolicy =
  /** It goes to the dead letters; the publisher goes on. */
  | "dead-letter"
  /** The oldest in the queue is dropped and counted. */
  | "drop-oldest"
  /** `publish` treats it as `"dead-letter"`; `send` waits for room. */
  | "block";

/** Options of {@linkcode EventStream.subscribe}. */
export interface SubscribeOptions {
  /** Most messages that wait. Default 1,024; 0 is unbounded and has to be asked for. */
  readonly maxsize?: number;
  /** Default `"dead-letter"`. */
  readonly policy?: OverflowPolicy;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
  /** Whether the retained last value of the topic comes first. Default false. */
  readonly latest?: boolean;
  /** Replays the persisted messages after this position first. Default: only new ones. */
  readonly after?: number;
}

/** Options of {@linkcode EventStream.subscribeGroup}. */
export interface GroupOptions extends SubscribeOptions {
  /**
   * `"auto"`: a message counts as done when it is handed out; `"manual"`: when it is acknowledged.
   * Default `"auto"`.
   */
  readonly ack?: "auto" | "manual";
  /** Milliseconds after which an unacknowledged message goes to another member. Default 30,000. */
  readonly ackTimeoutMs?: number;
  /** Deliveries before a message goes to the dead letters. Default 5. */
  readonly maxAttempts?: number;
}

/** Options of a wait. */
export interface GetOptions {
  /** Milliseconds to wait. Default: as long as the subscription is open. */
  readonly timeoutMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** Messages on their way to one reader. Leaving a `for await` over it closes it. */
export interface Subscription<T = unknown> extends AsyncIterable<Message<T>>, AsyncDisposable {
  /** As subscribed; may hold wildcards. */
  readonly topic: string;
  /** Name of its consumer group, if it is a member of one. */
  readonly group?: string;
  /** Messages that wait. */
  readonly qsize: number;
  /** The next message, or undefined when time is up or the subscription is closed. */
  get(options?: GetOptions): Promise<Message<T> | undefined>;
  /** The next message if one waits. */
  getNowait(): Message<T> | undefined;
  /** Messages in batches: what waits, at least one, at most `max`. Default 256. */
  batches(max?: number): AsyncIterable<readonly Message<T>[]>;
  /** Members with manual acknowledgement: the work for this message is stored. */
  ack(message: Message<T>): void;
  /** The work for this message failed: it comes again, or goes to the dead letters. */
  nack(message: Message<T>, error?: unknown): void;
  /** Ends it; what a member has not acknowledged goes to another. */
  close(): Promise<void>;
}

/** Called with each message; one that is a promise is awaited before the next message. */
export type MessageHandler<T = unknown> = (message: Message<T>) => void | Promise<void>;

/** Options of a publish. */
export interface PublishOptions {
  /** Messages with the same key stay in order. */
  readonly key?: string;
  /** Makes a second publish of the same thing recognisable. Default: a new one. */
  readonly id?: string;
}

/** How the way to other processes is. */
export interface BusHealth {
  /** Whether messages get there now. */
  readonly available: boolean;
  /** Why not. */
  readonly reason?: string;
  /** Anything more, as measured. */
  readonly [detail: string]: unknown;
}

/**
 * Counters of a bus; JSON as the status server gives it. On a local bus
 * `delivered + dropped + dlq_total + queued` is what its subscriptions and groups were to get:
 * each published message once for each of them that was open, and `replayed`.
 */
export interface BusMetrics {
  /** Depth of each plain subscription, by topic. */
  readonly topics: Readonly<Record<string, readonly number[]>>;
  /** Depth of each member, by topic and group. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Messages published. */
  readonly published: number;
  /** Messages handed to a reader; with manual acknowledgement those acknowledged. */
  readonly delivered: number;
  /** Messages that gave way to newer ones, or whose reader left. */
  readonly dropped: number;
  /** Messages given up. */
  readonly dlq_total: number;
  /** The same by reason, without the text of errors. */
  readonly dlq_by_reason: Readonly<Record<string, number>>;
  /** By topic, since the bus was opened. */
  readonly by_topic: Readonly<
    Record<string, {
      /** Messages published. */
      readonly published: number;
      /** Messages given up. */
      readonly dlq: number;
    }>
  >;
  /** Messages that wait or are worked on. */
  readonly queued?: number;
  /** Messages handed out besides those published: from the log, or as retained last value. */
  readonly replayed?: number;
  /** How often a reader had no room. */
  readonly backpressure?: number;
  /** The most that ever waited for one reader, by its topic. */
  readonly high_water?: Readonly<Record<string, number>>;
  /** Messages published that a group with a log has not done yet, by topic and group. */
  readonly lag?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** When the last message was given up, in seconds since the epoch. */
  readonly dlq_last_ts?: number;
}

/**
 * Topics with queues, consumer groups and dead letters: the contract that the local bus and Kafka
 * keep alike. Topics are dotted; in a subscription `*` stands for one segment, a last `>` for all
 * that follow.
 */
export interface EventStream extends AsyncDisposable {
  /** Hands a message on. Never waits and never throws because of a reader or a broker. */
  publish<T>(topic: string, value: T, options?: PublishOptions): Message<T>;
  /**
   * Publishes and waits: until all readers with policy `"block"` have room and, where messages leave
   * the process or are persisted, until they are stored there.
   */
  send<T>(
    topic: string,
    value: T,
    options?: PublishOptions & { readonly signal?: AbortSignal },
  ): Promise<Message<T>>;
  /** Every message published while it is open, to this reader. */
  subscribe<T>(topic: string, options?: SubscribeOptions): Subscription<T>;
  /** The same for a function, called at once while it is idle. */
  subscribe<T>(
    topic: string,
    handler: MessageHandler<T>,
    options?: SubscribeOptions,
  ): Subscription<T>;
  /** Each message to exactly one member of the group: the next one that has room. */
  subscribeGroup<T>(topic: string, group: string, options?: GroupOptions): Subscription<T>;
  /** The same for a function; in a group with manual acknowledgement its return acknowledges. */
  subscribeGroup<T>(
    topic: string,
    group: string,
    handler: MessageHandler<T>,
    options?: GroupOptions,
  ): Subscription<T>;
  /** The last message of a topic, at once. */
  latest<T>(topic: string): Message<T> | undefined;
  /** Counters; O(topics), reads no file. */
  metrics(): BusMetrics;
  /** How the way to other processes is; of a local bus, whether what it keeps can be stored. */
  health(): BusHealth;
  /** Waits until all that was published is stored where it is to be stored. */
  flush(): Promise<void>;
  /** Drains, flushes and ends every subscription. */
  close(): Promise<void>;
}
