import type { ActionResult, Verifier } from "./types.ts";

/** How scores are put together. */
export interface AggregateOptions {
  /** By kind. Default 1 each. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Kinds that only ever lower the reward: their value counts as -|v|. Default none. */
  readonly penaltyKinds?: Iterable<string>;
  /** Kinds whose value is brought into [0, 1] after it was scaled. Default none. */
  readonly clamp01Kinds?: Iterable<string>;
  /** Lowest and highest raw score by kind, mapped to 0 and 1. Default as they are. */
  readonly scales?: Readonly<Record<string, readonly [low: number, high: number]>>;
}

/** What {@linkcode aggregateReward} gives. */
export type AggregatedReward = readonly [
  /** The weighted sum. */
  reward: number,
  /** Scaled values in the order of the verifiers; 0 for one that does not apply. */
  values: Float64Array,
  /** Raw scores by kind; null for one that does not apply. */
  details: Readonly<Record<string, number | null>>,
];

/**
 * Σ w_k·(penalty ? -|v_k| : v_k) over the verifiers that apply, with
 * v = clamp01((raw - low)/(high - low)) where a kind is scaled and clamped; a scale without extent
 * gives 0. Source: this package's own specification.
 *
 * @throws {RangeError} when a weight is negative or not finite, two verifiers are of one kind, or a
 * score is not finite: the message names the kind.
 *
 * @example
 * ```ts
 * import { aggregateReward, DEFAULT_VERIFIERS } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const result = { tool: "patch", ok: true, metrics: { pass_rate: 0.5, blast_radius: 0.2 } };
 * const [reward, values, details] = aggregateReward(result, DEFAULT_VERIFIERS, {
 *   penaltyKinds: ["blast_radius"],
 * });
 * assert.equal(reward, 0.3);
 * assert.deepEqual([...values], [0.5, 0.2, 0, 0, 0]);
 * assert.equal(details.lint_ok, null);
 * ```
 */
export function aggregateReward(
  result: ActionResult,
  verifiers: readonly Verifier[],
  { weights = {}, penaltyKinds = [], clamp01Kinds = [], scales = {} }: AggregateOptions = {},
): AggregatedReward {
  const penalties = new Set(penaltyKinds);
  const clamped = new Set(clamp01Kinds);
  const values = new Float64Array(verifiers.length);
  const details: Record<string, number | null> = {};
  let reward = 0;
  for (const [at, verifier] of verifiers.entries()) {
    const { kind } = verifier;
    if (Object.hasOwn(details, kind)) {
      throw new RangeError(`two verifiers of the kind "${kind}"; give each a kind of its own`);
    }
    const weight = Object.hasOwn(weights, kind) ? weights[kind]! : 1;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(
        `the weight of "${kind}" is ${weight}; expected a finite number from 0: what lowers the ` +
          "reward belongs into penaltyKinds",
      );
    }
    const raw = verifier.score(result);
    details[kind] = raw;
    if (raw === null) continue;
    if (typeof raw !== "number" || !Number.isFinite(raw)) {
      throw new RangeError(`the verifier "${kind}" gave ${raw}; expected a finite number or null`);
    }
    const value = scaled(raw, Object.hasOwn(scales, kind) ? scales[kind] : undefined, kind);
    values[at] = clamped.has(kind) ? Math.min(1, Math.max(0, value)) : value;
    reward += weight * (penalties.has(kind) ? -Math.abs(values[at]!) : values[at]!);
  }
  return [reward, values, details];
}

function scaled(
  raw: number,
  scale: readonly [number, number] | undefined,
  kind: string,
): number {
  if (scale === undefined) return raw;
  const [low, high] = scale;
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw new RangeError(`the scale of "${kind}" is [${low}, ${high}]; expected finite numbers`);
  }
  return high === low ? 0 : (raw - low) / (high - low);
}
