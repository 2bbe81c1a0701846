import { describeError, UserError } from "../../core/errors.ts";
import { cutToCodePoints } from "./_code_points.ts";
import { FEATURE_NAMES } from "./feature_names.ts";
import { payloadText } from "./payload_text.ts";
import { textFeatures } from "./text_features.ts";
import type { TextHit, TextIndex } from "./text_index.ts";
import type { VectorizedRecord } from "./vectorized_record.ts";

/** Options of {@linkcode RLVectorizer}. */
export interface RLVectorizerOptions {
  /** Code points of a text that count. Default 4,000. */
  readonly maxChars?: number;
  /** Seconds after which the index is loaded again. Default 300. */
  readonly refreshInterval?: number;
  /** Hits that are looked for and told. Default 3. */
  readonly maxIndexHits?: number;
  /** Loads what texts are compared with; undefined when there is none yet. Default: no index. */
  readonly loadIndex?: () => TextIndex | undefined | Promise<TextIndex | undefined>;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

const SAMPLE_CHARS = 240;

/**
 * Makes vectors of messages for the learner: the text of the message, trimmed and cut, as the sixteen
 * numbers of `FEATURE_NAMES`. Touches nothing but what it is given.
 *
 * The first message waits for the index. Later, while it loads again, the old one is used on; one
 * that cannot be loaded or searched costs three features, and `meta.index_error` says why.
 *
 * @example
 * ```ts
 * import { RLVectorizer } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const vectorizer = new RLVectorizer({ now: () => 5_000 });
 * const record = await vectorizer.vectorize("logs.ctx.app", { ctx: ["ERROR: no route"], ts: 4 });
 * assert.equal(record?.features.length, 16);
 * assert.deepEqual([record.ts, record.meta.source_ts, record.meta.token_count], [5, 4, 3]);
 * assert.equal(await vectorizer.vectorize("logs.ctx.app", "  "), null);
 * ```
 */
export class RLVectorizer {
  readonly #options: Required<Omit<RLVectorizerOptions, "loadIndex">>;
  readonly #loadIndex: RLVectorizerOptions["loadIndex"];
  #index: TextIndex | undefined;
  #indexError: string | undefined;
  #firstLoad: Promise<void> | undefined;
  #askedAt = 0;
  #loading = false;

  /**
   * Makes one; loads nothing yet.
   *
   * @throws {UserError} `usage` when a number is out of range.
   */
  constructor(options: RLVectorizerOptions = {}) {
    const { maxChars = 4000, refreshInterval = 300, maxIndexHits = 3, now = Date.now } = options;
    for (const [name, value] of Object.entries({ maxChars, maxIndexHits })) {
      if (Number.isSafeInteger(value) && value > 0) continue;
      throw new UserError("usage", `${name} is ${value}; expected a whole number above 0`);
    }
    if (!(refreshInterval >= 0)) {
      throw new UserError("usage", `refreshInterval is ${refreshInterval}; expected seconds`);
    }
    this.#options = { maxChars, refreshInterval, maxIndexHits, now };
    this.#loadIndex = options.loadIndex;
  }

  /**
   * The vector of a message.
   *
   * @param topic where the message came from.
   * @param payload what {@linkcode payloadText} takes.
   * @returns null when there is no text in it.
   * @throws {TypeError} for a payload that JSON cannot hold.
   */
  async vectorize(topic: string, payload: unknown): Promise<VectorizedRecord | null> {
    const { maxChars, now } = this.#options;
    const source = payloadText(payload);
    const trimmed = source?.text.trim() ?? "";
    if (source === undefined || trimmed === "") return null;
    const text = cutToCodePoints(trimmed, maxChars);

    await this.#refreshIndex();
    const { hits, error = this.#indexError } = await this.#search(text);
    const scores = hits.map(({ score }) => score);
    const { features, chars, lines, tokens, uniqueTokens } = textFeatures(text, {
      maxChars,
      scores,
    });
    return {
      topic,
      ts: now() / 1000,
      features,
      feature_names: FEATURE_NAMES,
      meta: {
        source_topic: topic,
        sample: cutToCodePoints(text, SAMPLE_CHARS),
        chars,
        lines,
        token_count: tokens,
        unique_tokens: uniqueTokens,
        semantic_hits: hits,
        tfidf_top1: features[13]!,
        tfidf_avg_top3: features[14]!,
        novelty: features[15]!,
        digest: await sha1(text),
        ...source.keys ? { payload_keys: source.keys } : {},
        ...source.ts === undefined ? {} : { source_ts: source.ts },
        ...error === undefined ? {} : { index_error: error },
      },
    };
  }

  async #refreshIndex(): Promise<void> {
    if (this.#loadIndex === undefined) return;
    const { refreshInterval, now } = this.#options;
    // The clock may have gone back.
    const isDue = Math.abs(now() - this.#askedAt) >= refreshInterval * 1000;
    if (!this.#loading && (this.#firstLoad === undefined || isDue)) {
      this.#askedAt = now();
      const load = this.#load(this.#loadIndex);
      this.#firstLoad ??= load;
    }
    await this.#firstLoad;
  }

  async #load(loadIndex: NonNullable<RLVectorizerOptions["loadIndex"]>): Promise<void> {
    this.#loading = true;
    try {
      this.#index = await loadIndex();
      this.#indexError = undefined;
    } catch (error) {
      this.#indexError = describeError(error);
    } finally {
      this.#loading = false;
    }
  }

  async #search(text: string): Promise<{ hits: readonly TextHit[]; error?: string }> {
    if (this.#index === undefined) return { hits: [] };
    try {
      const found = await this.#index.search(text, this.#options.maxIndexHits);
      return {
        hits: found.map(({ path, start_line, end_line, score }) => ({
          path,
          start_line,
          end_line,
          score,
        })),
      };
    } catch (error) {
      return { hits: [], error: describeError(error) };
    }
  }
}

async function sha1(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
