import { read, type Start } from "./_bandit.ts";
import { ABOVE_0, flag, inRange, whole } from "./_options.ts";
import { addOuter, dot, invert, quadratic, times, triangle } from "./_packed.ts";
import { damaged } from "./_snapshot.ts";
import { createStandardiser, type Standardiser } from "./standardiser.ts";
import type { LinearOptions } from "./linear_options.ts";
import type { Context, Estimate } from "./types.ts";

/** Options with all defaults, as they go into a snapshot. */
export interface RidgeOptions {
  readonly size: number;
  readonly lambda: number;
  readonly gamma: number;
  readonly scale: "none" | "standard" | "unit";
  readonly freezeAfter: number;
  readonly clip: number;
  readonly bias: boolean;
  readonly refresh: number;
}

/** One ridge regression of the reward on the context for each arm. */
export interface Ridge {
  /** After {@linkcode Ridge.look}: what each open arm is expected to give. */
  readonly mean: Float64Array;
  /** After {@linkcode Ridge.look}: xᵀA⁻¹x of each open arm. */
  readonly width: Float64Array;
  /** @throws {RangeError} when the context is not usable. */
  look(open: Int32Array, n: number, context: Context | undefined, widths: boolean): void;
  readonly weighs: true;
  learn(arm: number, reward: number, context: Context | undefined, weight: number): void;
  estimate(arm: number, context: Context | undefined): Estimate;
  keep(arm: number): number[];
  shared(): number[] | undefined;
}

/** @throws {RangeError} when an option is out of range. */
export function ridgeOptions(options: LinearOptions): RidgeOptions {
  const { size, lambda = 1, gamma = 1, scale = "none", freezeAfter = 1000 } = options;
  const { clip = 5, bias = true, refresh = gamma < 1 ? 20 : 100_000 } = options;
  whole("size", size, 1, 4096);
  inRange("lambda", lambda, 1e-6, 1e9);
  inRange("gamma", gamma, ABOVE_0, 1);
  inRange("clip", clip, ABOVE_0, 1e6);
  whole("freezeAfter", freezeAfter, 0);
  whole("refresh", refresh, 1);
  flag("bias", bias);
  if (!["none", "standard", "unit"].includes(scale)) {
    throw new RangeError(`option scale is ${scale}; expected none, standard or unit`);
  }
  return { size, lambda, gamma, scale, freezeAfter, clip, bias, refresh };
}

/**
 * Ridge regressions with A = λI + Σxxᵀ, b = Σrx, θ = A⁻¹b, their inverses kept by Sherman and
 * Morrison: u = A⁻¹x, q = 1/w + xᵀu, A⁻¹ -= uuᵀ/q, θ += (u/q)(r - θᵀx) for a reward of weight w.
 *
 * With γ below 1 all sums fade at each update of any arm, not the λI: A = λI + Σγ^(t-s)xxᵀ, which is
 * A ← γA + xxᵀ + (1-γ)λI. The arm learned is inverted afresh, the others every `refresh` updates.
 *
 * Source: Li, Chu, Langford, Schapire, "A contextual-bandit approach to personalized news article
 * recommendation", WWW 2010; Sherman and Morrison (1950); discounted: Russac, Vernade, Cappé,
 * "Weighted linear bandits for non-stationary environments", NeurIPS 2019.
 */
export function createRidge(start: Start, options: RidgeOptions): Ridge {
  const { size, lambda, gamma, scale, refresh } = options;
  const k = start.names.length;
  const scaler = createScaler(options, start.shared);
  const d = scaler.size;
  const m = triangle(d);
  // Of each arm: its sum of weights, when it last faded, Σrx, θ, Σxxᵀ and A⁻¹.
  const count = new Float64Array(k);
  const faded = new Float64Array(k);
  const b = new Float64Array(k * d);
  const theta = new Float64Array(k * d);
  const gram = new Float64Array(k * m);
  const inverse = new Float64Array(k * m);
  let time = start.updates;
  for (let arm = 0; arm < k; arm++) load(arm);
  const [mean, width] = [new Float64Array(k), new Float64Array(k)];
  const [x, u, unit] = [new Float64Array(d), new Float64Array(d), new Float64Array(size)];
  const sums = new Float64Array(m);

  function load(arm: number): void {
    const kept = read(start, arm, 2 + 2 * d + 2 * m);
    if (!kept) {
      for (let i = 0, at = arm * m; i < d; at += ++i + 1) inverse[at] = 1 / lambda;
      return;
    }
    [count[arm], faded[arm]] = [kept[0]!, kept[1]!];
    if (count[arm]! < 0 || faded[arm]! > time) damaged(`arm "${start.names[arm]}" has odd counts`);
    b.set(kept.slice(2, 2 + d), arm * d);
    theta.set(kept.slice(2 + d, 2 + 2 * d), arm * d);
    gram.set(kept.slice(2 + 2 * d, 2 + 2 * d + m), arm * m);
    inverse.set(kept.slice(2 + 2 * d + m), arm * m);
    for (let i = 0, at = arm * m; i < d; at += ++i + 1) {
      if (!(inverse[at]! > 0)) damaged(`arm "${start.names[arm]}" has no inverse`);
    }
  }

  function take(context: Context | undefined): void {
    if (!context) throw new RangeError(`no context; expected ${size} numbers`);
    scaler.apply(scale === "unit" ? normalise(context, unit) : context, x);
  }

  /**
   * Lets the sums of an arm fade until a time, takes x in when it has a weight, and computes all
   * that follows from them afresh.
   *
   * @returns whether that could be done; otherwise nothing has changed.
   */
  function settle(arm: number, until: number, reward = 0, weight = 0): boolean {
    const left = Math.pow(gamma, until - faded[arm]!);
    for (let i = 0; i < m; i++) sums[i] = gram[arm * m + i]! * left;
    if (weight > 0) addOuter(sums, 0, x, d, weight);
    const fresh = invert(sums, 0, d, lambda);
    if (!fresh) return false;
    gram.set(sums, arm * m);
    inverse.set(fresh, arm * m);
    for (let i = 0, at = arm * d; i < d; i++, at++) b[at] = b[at]! * left + weight * reward * x[i]!;
    times(inverse, arm * m, b.subarray(arm * d, (arm + 1) * d), d, u);
    theta.set(u, arm * d);
    count[arm] = count[arm]! * left + weight;
    faded[arm] = until;
    return true;
  }

  /** Sherman and Morrison's step, or false where it is not safe. */
  function step(arm: number, reward: number, weight: number): boolean {
    times(inverse, arm * m, x, d, u);
    const q = 1 / weight + dot(u, 0, x, d);
    if (!(q > 1 / weight && q < Infinity)) return false;
    const gain = (reward - dot(theta, arm * d, x, d)) / q;
    addOuter(inverse, arm * m, u, d, -1 / q);
    addOuter(gram, arm * m, x, d, weight);
    for (let i = 0, at = arm * d; i < d; i++, at++) {
      theta[at] = theta[at]! + gain * u[i]!;
      b[at] = b[at]! + weight * reward * x[i]!;
    }
    count[arm] = count[arm]! + weight;
    return true;
  }

  return {
    mean,
    width,
    look(open, n, context, widths) {
      take(context);
      for (let i = 0; i < n; i++) {
        const arm = open[i]!;
        mean[arm] = dot(theta, arm * d, x, d);
        if (widths) width[arm] = Math.max(0, quadratic(inverse, arm * m, x, d));
      }
    },
    weighs: true,
    learn(arm, reward, context, weight) {
      take(context);
      const due = Math.floor((count[arm]! + weight) / refresh) > Math.floor(count[arm]! / refresh);
      if (gamma < 1 || due || !step(arm, reward, weight)) {
        if (!settle(arm, time + 1, reward, weight)) {
          throw new RangeError(
            `the contexts of arm "${start.names[arm]}" are too much alike to be inverted: raise ` +
              `lambda, which is ${lambda}, or lower clip, which is ${options.clip}`,
          );
        }
      }
      time++;
      if (gamma < 1 && time % refresh === 0) {
        for (let other = 0; other < k; other++) {
          if (other !== arm && count[other]! > 0) settle(other, time);
        }
      }
      if (scale === "standard") scaler.observe(context!);
    },
    estimate(arm, context) {
      take(context);
      const expected = dot(theta, arm * d, x, d);
      // A reward in [0, 1] has a standard deviation of at most ½, so that two of them are 1.
      const two = Math.sqrt(Math.max(0, quadratic(inverse, arm * m, x, d)));
      const n = count[arm]! * Math.pow(gamma, time - faded[arm]!);
      return { mean: expected, low: expected - two, high: expected + two, count: n };
    },
    keep(arm) {
      if (count[arm] === 0) return [];
      const vectors = [b, theta].flatMap((all) => [...all.subarray(arm * d, (arm + 1) * d)]);
      const matrices = [gram, inverse].flatMap((all) => [...all.subarray(arm * m, (arm + 1) * m)]);
      return [count[arm]!, faded[arm]!, ...vectors, ...matrices];
    },
    shared: () => scale === "standard" ? scaler.snapshot() : undefined,
  };
}

function createScaler(
  { size, clip, bias, scale, freezeAfter }: RidgeOptions,
  shared: readonly number[] | undefined,
): Standardiser {
  const standard = scale === "standard";
  return createStandardiser({
    size,
    clip,
    bias,
    // One that takes nothing in changes nothing: mean 0 and spread 1.
    freezeAfter: standard ? freezeAfter : 0,
    ...standard && shared && { from: shared },
  });
}

/** A context of length 1; its greatest number is taken out first, as squares could overflow. */
function normalise(context: Context, out: Float64Array): Float64Array {
  let most = 0;
  for (let i = 0; i < context.length; i++) most = Math.max(most, Math.abs(context[i]!));
  if (context.length !== out.length || !(most > 0 && most < Infinity)) {
    return Float64Array.from(context);
  }
  let sum = 0;
  for (let i = 0; i < out.length; i++) sum += (context[i]! / most) ** 2;
  const length = Math.sqrt(sum);
  for (let i = 0; i < out.length; i++) out[i] = context[i]! / most / length;
  return out;
}
