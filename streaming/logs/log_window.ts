/** Lines of a key in a stretch of time. JSON. */
export interface LogWindow {
  /** Whose lines: a container, or a topic. */
  readonly key: string;
  /** First millisecond. */
  readonly start: number;
  /** The one after the last. */
  readonly end: number;
  /** Hits and lines around them, by time, those of one time by position. */
  readonly ctx: readonly string[];
  /** Hits by level; `total` is both together. */
  readonly stats: {
    /** Hits that name an error. */
    readonly error_count: number;
    /** Hits that only warn. */
    readonly warn_count: number;
    /** Both. */
    readonly total: number;
  };
  /** False for an update: more may come. */
  readonly closed: boolean;
}

/** A window that more may come for, as it is kept. JSON. */
export interface OpenWindow {
  /** Whose lines. */
  readonly key: string;
  /** First millisecond. */
  readonly start: number;
  /** The one after the last; a gap window's grows. */
  end: number;
  /** Hits that name an error. */
  errors: number;
  /** Hits that only warn. */
  warnings: number;
  /** Time, position, text. */
  lines: [ts: number, seq: number, line: string][];
}

/** All that is known between two lines. JSON. */
export interface WindowsState {
  /** Newest time seen; absent before the first line. */
  readonly newest?: number;
  /** Hits that came too late for each of their windows. */
  readonly late: number;
  /** Windows that hits came too late for: what Spark counts as dropped rows. */
  readonly lateRows: number;
  /** By key: lines that may turn out to stand before a hit, and how many after one are wanted. */
  readonly around: readonly {
    /** Whose lines. */
    readonly key: string;
    /** Time, position, text of the last lines that were no hits. */
    readonly before: readonly [number, number, string][];
    /** How many lines to come stand after a hit. */
    readonly after: number;
  }[];
  /** Those that more may come for. */
  readonly windows: readonly OpenWindow[];
}
