/** An event of the page. */
export interface EventRow {
  /** Its topic. */
  readonly topic: string;
  /** As it was published. */
  readonly record: unknown;
}
