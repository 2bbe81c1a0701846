/** Lines of one read, in the order of the file. */
export interface LineBatch {
  /** Without their ends; none where only the position is to be kept. */
  readonly lines: readonly string[];
  /** When they were read, in milliseconds since the epoch. */
  readonly ts: number;
  /** When each was written, in milliseconds, where the source says it. */
  readonly times?: readonly number[];
  /** The first line goes on with one that was given before without its end. */
  readonly continues: boolean;
  /** The last line was given before its end came: it was too long, or nothing came for long. */
  readonly partial: boolean;
  /**
   * An id for each line that is the same when it is read again: where it comes from and the position
   * behind it. To be called before `deliver` waits for anything.
   */
  ids(): string[];
}

/** What is published for a line; JSON. */
export interface TailedLine {
  /** Without its end. */
  readonly line: string;
  /** When it was read or, where the source says it, written; milliseconds since the epoch. */
  readonly ts: number;
  /** Its end had not come: the next one goes on with it. */
  readonly partial?: true;
  /** It goes on with the one before. */
  readonly continues?: true;
}

/**
 * Where a tailer's lines go, and where it keeps how far it is.
 *
 * @typeParam S the position, JSON.
 */
export interface LineSink<S = unknown> {
  /** Whether the position outlasts the process. */
  readonly durable: boolean;
  /** How far it was; undefined at the first start. */
  load(): Promise<S | undefined>;
  /**
   * Takes lines together with the position behind them. A rejection is tried again.
   *
   * @returns false when another process has moved the position meanwhile: nothing was taken.
   */
  deliver(batch: LineBatch, position: S): Promise<boolean>;
}

/** The lines of a batch as they are published. */
export function tailedLines(batch: LineBatch): TailedLine[] {
  const { lines, ts, times } = batch;
  const values: TailedLine[] = times === undefined
    ? lines.map((line) => ({ line, ts }))
    : lines.map((line, i) => ({ line, ts: times[i] ?? ts }));
  const last = values.length - 1;
  if (batch.continues && last >= 0) values[0] = { ...values[0]!, continues: true };
  if (batch.partial && last >= 0) values[last] = { ...values[last]!, partial: true };
  return values;
}
