import { ABOVE_0, inRange, whole } from "./_options.ts";
import type { Context } from "./types.ts";

/** What {@linkcode createStandardiser} takes. */
export interface StandardiserOptions {
  /** How many numbers a context has, from 1. */
  readonly size: number;
  /** Greatest absolute value of what comes out. Default 5. */
  readonly clip?: number;
  /** Whether a last number 1 is appended. Default true. */
  readonly bias?: boolean;
  /** After so many contexts mean and spread stay as they are. Default 1000. */
  readonly freezeAfter?: number;
  /** Where another one stood: what `snapshot` gave. */
  readonly from?: readonly number[];
}

/** Brings the numbers of contexts to mean 0 and spread 1. */
export interface Standardiser {
  /** How many numbers come out: those of a context, and the bias. */
  readonly size: number;
  /** Whether mean and spread no longer move. */
  frozen(): boolean;
  /**
   * Takes a context into mean and spread; nothing once they are frozen.
   *
   * @throws {RangeError} when it is not `size` finite numbers; nothing changes.
   */
  observe(context: Context): void;
  /**
   * A context as it is to be learned from.
   *
   * @param out where to write it; a new array when absent.
   * @throws {RangeError} when the context is not `size` finite numbers.
   */
  apply(context: Context, out?: Float64Array): Float64Array;
  /** Mean and spread stay as they are from now on. */
  freeze(): void;
  /** The whole state: count, whether frozen, means, sums of squared deviations. */
  snapshot(): number[];
}

/**
 * Running standardisation of contexts: (x - mean)/σ, clipped, with a bias. One imagined context of
 * spread 1 is counted in, so that the first ones do no harm. It freezes after some contexts, as a
 * model learned in yesterday's units is wrong in today's.
 *
 * Source: Welford, Technometrics 4 (1962), for mean and spread.
 *
 * @throws {RangeError} when an option or the state is out of range.
 *
 * @example
 * ```ts
 * import { createStandardiser } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const scale = createStandardiser({ size: 1 });
 * for (const seconds of [10, 20, 30]) scale.observe([seconds]);
 * assert.deepEqual([...scale.apply([20])], [0, 1]);
 * ```
 */
export function createStandardiser(
  { size, clip = 5, bias = true, freezeAfter = 1000, from }: StandardiserOptions,
): Standardiser {
  whole("size", size, 1, 1e6);
  inRange("clip", clip, ABOVE_0);
  whole("freezeAfter", freezeAfter, 0);
  const [mean, squares] = [new Float64Array(size), new Float64Array(size)];
  const factor = new Float64Array(size);
  let [count, stopped] = [0, false];
  if (from) {
    const fits = Array.isArray(from) && from.length === 2 + 2 * size &&
      from.every(Number.isFinite) && from[0]! >= 0 && from.slice(2 + size).every((s) => s >= 0);
    if (!fits) throw new RangeError(`not the state of a standardiser of ${size} numbers`);
    [count, stopped] = [from[0]!, from[1] === 1];
    mean.set(from.slice(2, 2 + size));
    squares.set(from.slice(2 + size));
  }
  measure();

  function measure(): void {
    for (let i = 0; i < size; i++) {
      factor[i] = 1 / Math.sqrt((squares[i]! + 1) / (count + 1));
    }
  }

  const frozen = (): boolean => stopped || count >= freezeAfter;
  return {
    size: size + (bias ? 1 : 0),
    frozen,
    observe(context) {
      checkContext(context, size);
      if (frozen()) return;
      count++;
      for (let i = 0; i < size; i++) {
        // So that no square passes what a number can hold.
        const x = Math.min(1e100, Math.max(-1e100, context[i]!));
        const off = x - mean[i]!;
        mean[i] = mean[i]! + off / count;
        squares[i] = squares[i]! + off * (x - mean[i]!);
      }
      measure();
    },
    apply(context, out = new Float64Array(size + (bias ? 1 : 0))) {
      checkContext(context, size);
      for (let i = 0; i < size; i++) {
        const z = (context[i]! - mean[i]!) * factor[i]!;
        out[i] = z > clip ? clip : z < -clip ? -clip : z;
      }
      if (bias) out[size] = 1;
      return out;
    },
    freeze: () => void (stopped = true),
    snapshot: () => [count, stopped ? 1 : 0, ...mean, ...squares],
  };
}

/** @throws {RangeError} unless a context has that many finite numbers. */
function checkContext(context: Context, size: number): void {
  if (context.length !== size) {
    throw new RangeError(`a context of ${context.length} numbers; expected ${size}`);
  }
  for (let i = 0; i < size; i++) {
    if (!Number.isFinite(context[i])) {
      throw new RangeError(`number ${i} of the context is ${context[i]}; expected a finite one`);
    }
  }
}
