/** A part of a file that is like a text. */
export interface TextHit {
  /** Relative to the workspace. */
  readonly path: string;
  /** First line, from 1. */
  readonly start_line: number;
  /** Last line, included. */
  readonly end_line: number;
  /** Cosine of the angle between the two: above 0, at most 1. */
  readonly score: number;
}

/** Finds what is like a text. */
export interface TextIndex {
  /** The `k` likest, best first; none when nothing is like it. */
  search(text: string, k: number): readonly TextHit[] | Promise<readonly TextHit[]>;
}
