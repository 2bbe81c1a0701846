/** Bounds of event streams. */
export interface StreamLimits {
  /** Clients at once; more are told to come again. Default 2,000. */
  readonly maxClients?: number;
  /**
   * Records that may wait for a client that does not read. Default 1,000. None is held for it: what
   * leaves the rings meanwhile is counted as missed.
   */
  readonly maxBehind?: number;
  /** Milliseconds that a client may not read while more than that wait; then it is let go. Default 1,000. */
  readonly stallMs?: number;
  /** Milliseconds between two signs of life on a stream with nothing to tell. Default 15,000. */
  readonly heartbeatMs?: number;
  /**
   * Milliseconds that a client that was let go has to read that it was; then its connection is cut.
   * Default 5,000.
   */
  readonly graceMs?: number;
}
