/** What is published on `logs.ctx.<container>`: lines that say that something is wrong. JSON. */
export interface LogContextMessage {
  /** The lines, in their order. */
  readonly ctx: readonly string[];
  /** When it was closed, in milliseconds since the epoch. */
  readonly ts: number;
  /** When the newest of its lines was read. Absent where that is not known. */
  readonly last?: number;
}
