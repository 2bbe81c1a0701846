import type { TextHit } from "./text_index.ts";

/** The vector of one message, as it goes out on `agent.rl.vectorized`. */
export interface VectorizedRecord {
  /** Where the message came from. */
  readonly topic: string;
  /** Seconds since the epoch when the vector was made. */
  readonly ts: number;
  /** One number from 0 to 1 for each name. */
  readonly features: readonly number[];
  /** Names of the features. */
  readonly feature_names: readonly string[];
  /** What the numbers are about. */
  readonly meta: VectorizedMeta;
}

/** What the numbers of a {@linkcode VectorizedRecord} are about. */
export interface VectorizedMeta {
  /** Where the message came from. */
  readonly source_topic: string;
  /** The first 240 code points of the text. */
  readonly sample: string;
  /** Code points of the text, as far as they count. */
  readonly chars: number;
  /** Lines of it. */
  readonly lines: number;
  /** Tokens of it. */
  readonly token_count: number;
  /** Different tokens of it. */
  readonly unique_tokens: number;
  /** What of the workspace it is like, best first. */
  readonly semantic_hits: readonly TextHit[];
  /** The best score; 0 without one. */
  readonly tfidf_top1: number;
  /** The mean of the best three scores, or of as many as there are. */
  readonly tfidf_avg_top3: number;
  /** 1 less the best score. */
  readonly novelty: number;
  /** SHA-1 of the text as UTF-8, in hex. */
  readonly digest: string;
  /** Keys of the message, if it was an object; the first hundred by the alphabet. */
  readonly payload_keys?: readonly string[];
  /** `ts` of the message, as it stands there. */
  readonly source_ts?: number;
  /** Why the index could not be asked, if there is one that could not. */
  readonly index_error?: string;
}
