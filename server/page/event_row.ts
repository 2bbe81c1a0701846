/** An event of the page. */
export interface EventRow {
  readonly topic: string;
  readonly record: unknown;
}
