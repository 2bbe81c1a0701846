import { countWords } from "./_count_words.ts";
import type { TextHit, TextIndex } from "./text_index.ts";

/** A part of a file for {@linkcode createTfIdfIndex}. Lines count from 1, both ends included. */
export interface TextChunk {
  /** Relative to the workspace. */
  readonly path: string;
  /** First line. */
  readonly start_line: number;
  /** Last line. */
  readonly end_line: number;
  /** What stands there. */
  readonly text: string;
}

/** An index in memory: it answers at once. */
export interface TfIdfIndex extends TextIndex {
  /** The `k` likest, best first, equals in the order of the chunks. */
  search(text: string, k: number): readonly TextHit[];
}

/** Chunks that hold a token, and what the token weighs in each, by the chunk's length. */
interface Postings {
  readonly idf: number;
  readonly chunks: Uint32Array;
  readonly weights: Float64Array;
}

/**
 * Ranks chunks by TF-IDF: a token weighs `(0.5 + 0.5 · tf/maxtf) · (ln((N + 1) / (1 + df)) + 1)`, in
 * the chunks as in the query, and the score is the cosine of the two: above 0, at most 1. Weights are
 * computed once, so that a search only looks at the chunks that share a token with the text.
 *
 * @example
 * ```ts
 * import { createTfIdfIndex } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const index = createTfIdfIndex([
 *   { path: "a.ts", start_line: 1, end_line: 9, text: "open the socket" },
 *   { path: "b.ts", start_line: 1, end_line: 4, text: "read the file" },
 * ]);
 * assert.equal(index.search("socket closed", 3)[0]?.path, "a.ts");
 * assert.deepEqual(index.search("nothing", 3), []);
 * ```
 */
export function createTfIdfIndex(chunks: readonly TextChunk[]): TfIdfIndex {
  const counted = chunks.map(({ text }) => countWords(text));
  const total = Math.max(1, chunks.length);
  const idf = (spread: number) => Math.log((total + 1) / (1 + spread)) + 1;
  const spread = new Map<string, number>();
  for (const counts of counted) {
    for (const token of counts.keys()) spread.set(token, (spread.get(token) ?? 0) + 1);
  }

  const index = new Map<string, Postings>();
  for (const [token, df] of spread) {
    const [chunks, weights] = [new Uint32Array(df), new Float64Array(df)];
    index.set(token, { idf: idf(df), chunks, weights });
  }
  const filled = new Map<string, number>();
  counted.forEach((counts, chunk) => {
    const weights = weigh(counts, (token) => index.get(token)!.idf);
    const length = lengthOf(weights.values());
    for (const [token, weight] of weights) {
      const at = filled.get(token) ?? 0;
      const postings = index.get(token)!;
      postings.chunks[at] = chunk;
      postings.weights[at] = weight / length;
      filled.set(token, at + 1);
    }
  });
  const places = chunks.map(({ path, start_line, end_line }) => ({ path, start_line, end_line }));

  const scores = new Float64Array(chunks.length);

  return {
    search(text, k) {
      const asked = weigh(countWords(text), (token) => index.get(token)?.idf ?? idf(0));
      const length = lengthOf(asked.values());
      scores.fill(0);
      for (const [token, weight] of asked) {
        const postings = index.get(token);
        if (postings !== undefined) add(scores, postings, weight / length);
      }
      return best(scores, k).map((chunk) => ({
        ...places[chunk]!,
        score: Math.min(scores[chunk]!, 1),
      }));
    },
  };
}

function add(scores: Float64Array, { chunks, weights }: Postings, weight: number): void {
  for (let i = 0; i < chunks.length; i++) scores[chunks[i]!]! += weights[i]! * weight;
}

/** The places of the `k` highest scores above 0, highest first, equals in order. */
function best(scores: Float64Array, k: number): number[] {
  const top: number[] = [];
  let least = 0;
  for (let chunk = 0; chunk < scores.length; chunk++) {
    const score = scores[chunk]!;
    if (score <= least) continue;
    let at = top.length;
    while (at > 0 && scores[top[at - 1]!]! < score) at--;
    top.splice(at, 0, chunk);
    if (top.length > k) top.pop();
    if (top.length === k) least = scores[top[k - 1]!]!;
  }
  return top;
}

function weigh(
  counts: ReadonlyMap<string, number>,
  idf: (token: string) => number,
): Map<string, number> {
  const most = counts.values().reduce((most, count) => Math.max(most, count), 1);
  return new Map(
    counts.entries().map(([token, tf]) => [token, (0.5 + 0.5 * tf / most) * idf(token)]),
  );
}

function lengthOf(weights: Iterable<number>): number {
  let squares = 0;
  for (const weight of weights) squares += weight * weight;
  return Math.sqrt(squares);
}
