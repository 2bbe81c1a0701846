import { mergeDiscounted } from "./_discounted.ts";
import { mergeMeans } from "./_means.ts";
import { fadeRidge, mergeRidge } from "./_merge_ridge.ts";
import type { Three } from "./_snapshot.ts";
import { createDUcb } from "./d_ucb.ts";
import { createEpsilonGreedy } from "./epsilon_greedy.ts";
import { createGradient } from "./gradient.ts";
import { createKlUcb } from "./kl_ucb.ts";
import { createLinSoftmax } from "./lin_softmax.ts";
import { createLinTs } from "./lin_ts.ts";
import { createLinUcb } from "./lin_ucb.ts";
import { createSoftmax } from "./softmax.ts";
import { createSquareCb } from "./square_cb.ts";
import { createSwUcb } from "./sw_ucb.ts";
import { createThompson } from "./thompson.ts";
import { createThompsonGaussian } from "./thompson_gaussian.ts";
import type { Bandit, BanditSnapshot } from "./types.ts";
import { createUcb1 } from "./ucb1.ts";
import { createUcb1Tuned } from "./ucb1_tuned.ts";

/** How the states of arms are put together and weakened. */
export interface Sums {
  merge(
    base: readonly number[],
    ours: readonly number[],
    theirs: readonly number[],
    all: Three,
  ): number[];
  fade(kept: readonly number[], weight: number, snapshot: BanditSnapshot): number[];
  /** What all arms share afterwards, from the state that is gone on with. */
  shared(snapshot: BanditSnapshot): readonly number[] | undefined;
}

/** A kind of bandit. */
export interface Kind {
  /** Options are checked by the function itself, whatever their types. */
  // deno-lint-ignore no-explicit-any -- each takes other options
  readonly create: (arms: readonly string[], options: any) => Bandit;
  /** How its states are put together, or why they cannot be. */
  sums(options: BanditSnapshot["options"]): Sums | string;
}

const means: Sums = {
  merge: mergeMeans,
  fade: ([n = 0, mean = 0, squares = 0], weight) => [n * weight, mean, squares * weight],
  shared: () => undefined,
};
const discounted: Sums = {
  merge: mergeDiscounted,
  fade: (kept, weight, { shared }) => kept.map((sum) => sum * weight * (shared?.[0] ?? 1)),
  shared: () => [1],
};
const ridge: Sums = { merge: mergeRidge, fade: fadeRidge, shared: ({ shared }) => shared };

/** All kinds, by {@linkcode Bandit.kind}. */
export const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["epsilon-greedy", {
    create: createEpsilonGreedy,
    sums: ({ alpha }) => alpha === 0 ? means : "a constant step depends on the order of rewards",
  }],
  ["ucb1", { create: createUcb1, sums: () => means }],
  ["ucb1-tuned", { create: createUcb1Tuned, sums: () => means }],
  ["kl-ucb", { create: createKlUcb, sums: () => means }],
  ["softmax", { create: createSoftmax, sums: () => means }],
  ["gradient", {
    create: createGradient,
    sums: () => "preferences depend on the order of rewards",
  }],
  ["thompson", {
    create: createThompson,
    sums: ({ detect }) => detect === 0 ? discounted : "a detector depends on the order of rewards",
  }],
  ["thompson-gaussian", { create: createThompsonGaussian, sums: () => means }],
  ["d-ucb", { create: createDUcb, sums: () => discounted }],
  ["sw-ucb", {
    create: createSwUcb,
    sums: () => "a window holds the last rewards in their order, which two processes do not have",
  }],
  ...([
    ["lin-ucb", createLinUcb],
    ["lin-ts", createLinTs],
    ["square-cb", createSquareCb],
    ["lin-softmax", createLinSoftmax],
  ] as const).map(([kind, create]) => [kind, { create, sums: () => ridge }] as const),
]);
