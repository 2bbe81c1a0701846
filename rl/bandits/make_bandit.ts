import { KINDS } from "./_kinds.ts";
import { nearest } from "./_nearest.ts";
import type { Bandit } from "./types.ts";

/** Options by name, as in a configuration file: those of the `create` function of the kind. */
export type MakeBanditOptions = Readonly<Record<string, number | string | boolean | undefined>>;

/** Short names, without the marks between words, and what they stand for. */
const NAMES: Readonly<Record<string, readonly [kind: string, options?: MakeBanditOptions]>> = {
  eps: ["epsilon-greedy"],
  epsilon: ["epsilon-greedy"],
  egreedy: ["epsilon-greedy"],
  // c = 2 as in Sutton and Barto; the proof has √2.
  ucb: ["ucb1", { c: 2 }],
  ucb1: ["ucb1", { c: 2 }],
  ucbtuned: ["ucb1-tuned"],
  beta: ["thompson"],
  ts: ["thompson"],
  discountedthompson: ["thompson", { gamma: 0.995 }],
  discountedts: ["thompson", { gamma: 0.995 }],
  thompsonreset: ["thompson", { detect: 50 }],
  pagehinkley: ["thompson", { detect: 50 }],
  gaussian: ["thompson-gaussian"],
  boltzmann: ["softmax"],
  gradientbandit: ["gradient"],
  discounteducb: ["d-ucb"],
  slidingwindowucb: ["sw-ucb"],
  discountedlinucb: ["lin-ucb", { gamma: 0.995 }],
};

/** Every option of every kind, to tell a misspelt one from one that is another kind's. */
const OPTIONS = new Set(
  ("seed epsilon alpha initial decayC decayD c floor beta gamma coin detect mean kappa a b lambda " +
    "baseline xi bound window size scale freezeAfter clip bias refresh v gammaScale gammaExponent " +
    "sharpness").split(" "),
);

/**
 * Makes a bandit by name. Capitals, blanks, `-` and `_` do not matter:
 *
 * | name                             | bandit                             |
 * | -------------------------------- | ---------------------------------- |
 * | eps, epsilon, egreedy            | `createEpsilonGreedy`              |
 * | ucb, ucb1                        | `createUcb1` with c = 2            |
 * | ucb-tuned, ucb1-tuned            | `createUcb1Tuned`                  |
 * | kl-ucb                           | `createKlUcb`                      |
 * | thompson, beta, ts               | `createThompson`                   |
 * | discounted-thompson              | `createThompson`, γ = 0.995        |
 * | thompson-reset, page-hinkley     | `createThompson`, detect = 50      |
 * | gaussian, thompson-gaussian      | `createThompsonGaussian`           |
 * | softmax, boltzmann               | `createSoftmax`                    |
 * | gradient                         | `createGradient`                   |
 * | d-ucb, discounted-ucb            | `createDUcb`                       |
 * | sw-ucb, sliding-window-ucb       | `createSwUcb`                      |
 * | linucb, discounted-linucb        | `createLinUcb`, the latter 0.995   |
 * | lints, squarecb, lin-softmax     | `createLinTs` and so on            |
 *
 * @param arms their names, or how many: then they are named "0", "1" and so on.
 * @param options those of the kind; what only other kinds take is passed over.
 * @throws {RangeError} when no bandit has the name, no bandit has an option, or an option is out of
 * range.
 *
 * @example
 * ```ts
 * import { makeBandit } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.equal(makeBandit("E-Greedy", ["test", "lint"], { epsilon: 0.2 }).kind, "epsilon-greedy");
 * assert.throws(() => makeBandit("tomson", 2), /thompson/);
 * ```
 */
export function makeBandit(
  name: string,
  arms: readonly string[] | number,
  options: MakeBanditOptions = {},
): Bandit {
  const plain = name.toLowerCase().replace(/[\s_-]/g, "");
  const kinds = new Map([...KINDS.keys()].map((kind) => [kind.replaceAll("-", ""), kind]));
  const [kind, preset] = Object.hasOwn(NAMES, plain) ? NAMES[plain]! : [kinds.get(plain)];
  if (!kind) {
    const near = nearest(plain, [...Object.keys(NAMES), ...kinds.keys()])
      .map((known) => kinds.get(known) ?? known);
    throw new RangeError(`no bandit is named "${name}"; nearest: ${near.join(", ")}`);
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.find(([key]) => !OPTIONS.has(key));
  if (unknown) {
    throw new RangeError(
      `no bandit has an option "${unknown[0]}"; nearest: ${
        nearest(unknown[0], OPTIONS).join(", ")
      }`,
    );
  }
  return KINDS.get(kind)!.create(named(arms), { ...preset, ...Object.fromEntries(given) });
}

function named(arms: readonly string[] | number): readonly string[] {
  if (typeof arms !== "number") return arms;
  if (!Number.isInteger(arms) || arms < 1 || arms > 1e6) {
    throw new RangeError(`${arms} arms; expected a whole number from 1`);
  }
  return Array.from({ length: arms }, (_, arm) => String(arm));
}
