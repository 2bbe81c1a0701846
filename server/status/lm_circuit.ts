/** Whether the model's server is left alone for a while, since it failed too often. */
export interface LmCircuit {
  /** Whether it is; null when that is not known. */
  readonly open: boolean | null;
  /** Seconds until it is asked again; null when that is not known, 0 while it is not open. */
  readonly next_retry_sec: number | null;
  /** Why it is not known. */
  readonly reason?: string;
}
