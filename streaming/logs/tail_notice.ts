/** Something about a log that a person may want to know. */
export interface TailNotice {
  /**
   * What it is: the log was `rotated` or `truncated`; lines could not be found again (`gap`); it is
   * no text (`binary`); or reading or handing on failed and is tried again (`error`).
   */
  readonly kind: "rotated" | "truncated" | "gap" | "binary" | "error";
  /** The log, or the container. */
  readonly source: string;
  /** One sentence. */
  readonly text: string;
}

/** Counters of a tailer; JSON. */
export interface TailMetrics {
  /** Lines given. */
  readonly lines: number;
  /** Bytes read. */
  readonly bytes: number;
  /** How often another file came under the path. */
  readonly rotations: number;
  /** How often the file was cut or written over. */
  readonly truncations: number;
  /** How often it could not be known whether lines were missed. */
  readonly gaps: number;
  /** Lines given before their end came. */
  readonly partial: number;
  /** Bytes that were passed over because they are no text. */
  readonly binaryBytes: number;
  /** Failures of reading or handing on; each was tried again. */
  readonly errors: number;
  /** The last of them. */
  readonly lastError?: string;
  /** Files that are open, the oldest first. */
  readonly open: readonly {
    /** Bytes whose lines were given. */
    readonly offset: number;
    /** Bytes of a line whose end has not come. */
    readonly held: number;
  }[];
}
