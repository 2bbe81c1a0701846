import { createRng } from "../rng.ts";
import { makeBandit, type MakeBanditOptions } from "./make_bandit.ts";
import type { Bandit, Context } from "./types.ts";

/** Three numbers a context, in all tests over all kinds. */
export const SIZE = 3;

/** Every kind of bandit, and each option that changes how one keeps its state. */
export const VARIANTS: readonly (readonly [name: string, options: MakeBanditOptions])[] = [
  ["epsilon-greedy", {}],
  ["epsilon-greedy", { alpha: 0.2, initial: 2 }],
  ["epsilon-greedy", { decayC: 1 }],
  ["ucb1", {}],
  ["ucb1-tuned", {}],
  ["kl-ucb", {}],
  ["kl-ucb", { c: 3 }],
  ["softmax", {}],
  ["gradient", {}],
  ["gradient", { baseline: false, floor: 0.1 }],
  ["thompson", {}],
  ["thompson", { gamma: 0.7 }],
  ["thompson", { detect: 2 }],
  ["thompson", { coin: true }],
  ["thompson-gaussian", {}],
  ["d-ucb", { gamma: 0.9 }],
  ["sw-ucb", { window: 7 }],
  ["lin-ucb", { size: SIZE }],
  ["lin-ucb", { size: SIZE, gamma: 0.9, refresh: 3 }],
  ["lin-ucb", { size: SIZE, scale: "standard", freezeAfter: 20 }],
  ["lin-ucb", { size: SIZE, refresh: 5, bias: false }],
  ["lin-ts", { size: SIZE }],
  ["square-cb", { size: SIZE, scale: "unit" }],
  ["lin-softmax", { size: SIZE }],
];

/** A name to tell a variant by. */
export function variantName([name, options]: (typeof VARIANTS)[number]): string {
  return `${name} ${JSON.stringify(options)}`;
}

/** Makes a variant. */
export function makeVariant(
  [name, options]: (typeof VARIANTS)[number],
  arms: readonly string[],
  seed = 1,
): Bandit {
  return makeBandit(name, arms, { ...options, seed });
}

/** Plays rounds with changing masks and contexts, and tells each choice; the seed is the world's. */
export function play(
  bandit: Bandit,
  rounds: number,
  seed: number,
  masked = true,
): { arm: number; propensity: number }[] {
  const rng = createRng(seed);
  const choices: { arm: number; propensity: number }[] = [];
  for (let t = 0; t < rounds; t++) {
    const mask = bandit.arms.map(() => !masked || rng.float() < 0.8);
    const context: Context = Array.from({ length: SIZE }, () => rng.float() * 2 - 1);
    const reward = rng.float();
    const choice = bandit.pick(mask, context);
    if (!choice) continue;
    choices.push({ arm: choice.arm, propensity: choice.propensity });
    bandit.update(choice.arm, choice.arm % 2 === 0 ? reward : Math.round(reward / 1.2), context);
  }
  return choices;
}

/** Whether two lists of numbers are alike up to rounding. */
export function close(a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 1e-9): boolean {
  return a.length === b.length &&
    Array.from(a).every((x, i) =>
      Math.abs(x - b[i]!) <= tolerance * Math.max(1, Math.abs(x), Math.abs(b[i]!))
    );
}

/** Solves Ax = b by Gauss and Jordan's elimination with pivots, apart from all that is tested. */
export function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]!]);
  const n = b.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i; r < n; r++) {
      if (Math.abs(rows[r]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = r;
    }
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const factor = rows[r]![i]! / rows[i]![i]!;
      for (let c = i; c <= n; c++) rows[r]![c] = rows[r]![c]! - factor * rows[i]![c]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
