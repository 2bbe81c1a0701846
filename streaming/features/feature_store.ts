import { UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";

/** Figures of the last rows of a {@linkcode FeatureStore}; JSON names are the seeds'. */
export interface FeatureSnapshot {
  /** Seconds since the epoch of the newest row. */
  readonly timestamp: number;
  /** Rows that the figures are of. */
  readonly count: number;
  /** Mean by feature. */
  readonly means: readonly number[];
  /** Variance of the population by feature, at least 0. */
  readonly variances: readonly number[];
  /** Smallest value by feature. */
  readonly min_values: readonly number[];
  /** Largest value by feature. */
  readonly max_values: readonly number[];
  /** Names in the same order; `f_0`, `f_1` … where nobody gave any. */
  readonly feature_names: readonly string[];
}

/** Options of {@linkcode FeatureStore}. */
export interface FeatureStoreOptions {
  /** Rows that are kept. Default 512. */
  readonly window?: number;
  /** Names of the features; they fix how many there are. Default: the first row fixes it. */
  readonly names?: readonly string[];
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Keeps the last rows of features and says how they are spread. A row with another number of features
 * than the others is dropped and counted, never averaged in.
 *
 * @example
 * ```ts
 * import { FeatureStore } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const store = new FeatureStore({ window: 2, names: ["size"] });
 * for (const size of [9, 1, 3]) store.update({ features: [size] });
 * const { count, means, variances } = store.snapshot()!;
 * assert.deepEqual([count, means, variances], [2, [2], [1]]);
 * assert.equal(store.update({ features: [1, 2] }), false);
 * assert.equal(store.dropped, 1);
 * ```
 */
export class FeatureStore {
  readonly #window: number;
  readonly #givenNames: readonly string[] | undefined;
  readonly #now: () => number;
  #names: readonly string[] | undefined;
  #rows: Float64Array[] = [];
  #next = 0;
  #newest = 0;
  #updatedAt = 0;
  #dropped = 0;
  #ignored = 0;

  /**
   * Makes an empty one.
   *
   * @throws {UserError} `usage` when `window` is no whole number above 0.
   */
  constructor({ window = 512, names, now = Date.now }: FeatureStoreOptions = {}) {
    if (!Number.isSafeInteger(window) || window < 1) {
      throw new UserError("usage", `window is ${window}; expected a whole number above 0`);
    }
    this.#window = window;
    this.#givenNames = names;
    this.#names = names;
    this.#now = now;
  }

  /** Rows that had another number of features. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Rows without features, or with something else than finite numbers. */
  get ignored(): number {
    return this.#ignored;
  }

  /** The newest row; undefined when there is none. */
  get latest(): readonly number[] | undefined {
    const row = this.#rows[this.#newest];
    return row === undefined ? undefined : [...row];
  }

  /**
   * Takes a row: `features` or `vector`, with `feature_names` or `names` if it has any.
   *
   * @returns whether it was taken.
   */
  update(row: unknown): boolean {
    const { features, vector, feature_names, names } = isRecord(row) ? row : {};
    const values = numbersOf(features ?? vector);
    if (values === undefined) {
      this.#ignored++;
      return false;
    }
    const dimension = this.#givenNames?.length ?? this.#rows[0]?.length ?? values.length;
    if (values.length !== dimension) {
      this.#dropped++;
      return false;
    }
    this.#names = namesOf(feature_names ?? names, dimension) ?? this.#names;
    this.#rows[this.#next] = values;
    this.#newest = this.#next;
    this.#next = (this.#next + 1) % this.#window;
    this.#updatedAt = this.#now();
    return true;
  }

  /** Figures of the rows kept; null when there is none. O(rows × features). */
  snapshot(): FeatureSnapshot | null {
    const rows = this.#rows;
    const first = rows[0];
    if (first === undefined) return null;
    const columns = Array.from(first, (_, i) => rows.map((row) => row[i]!));
    const means = columns.map(mean);
    return {
      timestamp: this.#updatedAt / 1000,
      count: rows.length,
      means,
      // Two passes: a sum of squares less a squared sum can go below 0.
      variances: columns.map((column, i) => mean(column.map((value) => (value - means[i]!) ** 2))),
      min_values: columns.map((column) => column.reduce((a, b) => Math.min(a, b))),
      max_values: columns.map((column) => column.reduce((a, b) => Math.max(a, b))),
      feature_names: this.#names ?? columns.map((_, i) => `f_${i}`),
    };
  }

  /** Forgets all rows, what they fixed, and the counts. */
  reset(): void {
    this.#names = this.#givenNames;
    this.#rows = [];
    this.#next =
      this.#newest =
      this.#updatedAt =
      this.#dropped =
      this.#ignored =
        0;
  }
}

function numbersOf(value: unknown): Float64Array | undefined {
  if (!Array.isArray(value) && !(value instanceof Float32Array || value instanceof Float64Array)) {
    return undefined;
  }
  const isUsable = value.length > 0 && value.every((item) => Number.isFinite(item));
  return isUsable ? Float64Array.from(value) : undefined;
}

function namesOf(value: unknown, dimension: number): readonly string[] | undefined {
  const fits = Array.isArray(value) && value.length === dimension &&
    value.every((item) => typeof item === "string");
  return fits ? value : undefined;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
