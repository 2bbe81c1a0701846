import { countCodePoints } from "./_code_points.ts";
import { countWords } from "./_count_words.ts";

/** What {@linkcode textFeatures} needs besides the text. */
export interface TextFeaturesOptions {
  /** Code points of a text that is as long as can be. Default 4,000. */
  readonly maxChars?: number;
  /** Cosines of what the text is like, best first. Default none: all about it is new. */
  readonly scores?: readonly number[];
}

/** The features of a text and what they were computed from. */
export interface TextFeatures {
  /** In the order of `FEATURE_NAMES`, each from 0 to 1. */
  readonly features: readonly number[];
  /** Code points. */
  readonly chars: number;
  /** Lines; what ends in a line break has no empty line after it. */
  readonly lines: number;
  /** Tokens. */
  readonly tokens: number;
  /** Different tokens. */
  readonly uniqueTokens: number;
}

/** Where Python's `str.splitlines` splits: the seeds counted by it. */
// deno-lint-ignore no-control-regex -- file, group and record separators are meant
const LINE_BREAK = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;
const LETTER = /\p{L}/gu;
const UPPER_CASE = /\p{Lu}/gu;
const DIGIT = /\p{Nd}/gu;
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

const ERRORS = ["error", "failed", "failure", "fatal", "panic"];
const WARNINGS = ["warn", "warning"];
const EXCEPTIONS = ["exception", "traceback"];
const TIMEOUTS = ["timeout", "timed", "deadline", "timeouterror"];

/**
 * Sixteen numbers from 0 to 1 about a text: its size, how its words are spread, how much it speaks of
 * errors, what letters it is made of, and whether it is like anything known. A token is
 * `[A-Za-z_][A-Za-z0-9_]{1,63}` in lower case, a digit any decimal digit of Unicode.
 *
 * @param text as it is: {@linkcode RLVectorizer} trims and cuts it first.
 *
 * @example
 * ```ts
 * import { FEATURE_NAMES, textFeatures } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const { features, lines } = textFeatures("ERROR: request timed out\nretry", { scores: [0.75] });
 * const of = (name: string) => features[FEATURE_NAMES.indexOf(name as "char_norm")];
 * assert.equal(lines, 2);
 * assert.equal(of("error_density"), 1 / 5);
 * assert.equal(of("timeout_density"), 1 / 5);
 * assert.equal(of("novelty_score"), 0.25);
 * ```
 */
export function textFeatures(
  text: string,
  { maxChars = 4000, scores = [] }: TextFeaturesOptions = {},
): TextFeatures {
  const counts = countWords(text);
  const frequencies = [...counts.values()];
  const tokens = frequencies.reduce((sum, count) => sum + count, 0);
  const share = (count: number) => count / Math.max(tokens, 1);
  const density = (words: readonly string[]) =>
    share(words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0));

  const chars = countCodePoints(text);
  const lines = countLines(text);
  const letters = occurrences(text, LETTER);
  const best = scores[0] ?? 0;
  const top = scores.slice(0, 3);

  const features = [
    chars / maxChars,
    lines / 200,
    share(counts.size),
    share([...counts].reduce((sum, [token, count]) => sum + count * token.length, 0)) / 12,
    tokens > 1 ? entropy(frequencies.map(share)) / Math.log2(tokens) : 0,
    share(frequencies.filter((count) => count === 1).length),
    density(ERRORS),
    density(WARNINGS),
    density(EXCEPTIONS),
    density(TIMEOUTS),
    letters === 0 ? 0 : occurrences(text, UPPER_CASE) / letters,
    occurrences(text, DIGIT) / chars,
    occurrences(text, PUNCTUATION) / chars,
    best,
    top.reduce((sum, score) => sum + score, 0) / Math.max(top.length, 1),
    1 - best,
  ].map(clamp);
  return { features, chars, lines, tokens, uniqueTokens: counts.size };
}

function countLines(text: string): number {
  let breaks = 0;
  let end = 0;
  for (const match of text.matchAll(LINE_BREAK)) {
    breaks++;
    end = match.index + match[0].length;
  }
  return end < text.length ? breaks + 1 : breaks;
}

function occurrences(text: string, regex: RegExp): number {
  return text.match(regex)?.length ?? 0;
}

function entropy(shares: readonly number[]): number {
  return -shares.reduce((sum, p) => sum + p * Math.log2(p), 0);
}

/** What is no number, as 0 / 0 of an empty text, is 0. */
function clamp(value: number): number {
  return value > 0 ? Math.min(value, 1) : 0;
}
