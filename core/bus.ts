/** What a bus carries. */
export interface BusMessage<M> {
  /** Dotted name of what it belongs to. */
  readonly topic: string;
  /** What was published. */
  readonly value: M;
}

/** What ends a subscription. */
export interface BusSubscription {
  /** Ends it. */
  close(): Promise<void>;
}

/**
 * Carries messages from those who act to those who watch: as much of a bus as a session needs. The
 * buses of `streaming/bus` and `streaming/kafka` are such.
 */
export interface Bus<M> {
  /** Hands a message to every subscriber whose topic fits; never throws because of one of them. */
  publish(topic: string, value: M): unknown;
  /**
   * Subscribes to topics.
   *
   * @param topic dotted; `*` stands for one segment, a last `>` for all that follow.
   */
  subscribe(topic: string, handler: (message: BusMessage<M>) => void): BusSubscription;
}
