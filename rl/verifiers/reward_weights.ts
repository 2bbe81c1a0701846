/** What each side of a change is worth; made by {@linkcode createRewardWeights}. */
export interface RewardWeights {
  /** Tells these numbers from others: logged beside the raw components. */
  readonly version: string;
  /** Of tests that failed and pass now. */
  readonly f2p: number;
  /** Of tests that passed and still do. */
  readonly p2p: number;
  /** Of a build that succeeds. */
  readonly build: number;
  /** Of what the linter has left to say. */
  readonly lint: number;
  /** Of what the type checker has left to say. */
  readonly types: number;
  /** What is taken off for {@linkcode tokenCap} tokens or more. */
  readonly tokens: number;
  /** What is taken off for {@linkcode secondCap} seconds or more. */
  readonly seconds: number;
  /** What is taken off for {@linkcode lineCap} changed lines or more. */
  readonly blast: number;
  /** Tokens beyond which nothing more is taken off. */
  readonly tokenCap: number;
  /** Seconds beyond which nothing more is taken off. */
  readonly secondCap: number;
  /** Changed lines beyond which nothing more is taken off. */
  readonly lineCap: number;
  /** Whether build, lint and types count only when every test that should pass does. */
  readonly terminalFirst: boolean;
}

/** What {@linkcode createRewardWeights} takes; all but the version. */
export type RewardWeightsOptions = Partial<Omit<RewardWeights, "version">>;

const POSITIVE = ["f2p", "p2p", "build", "lint", "types"] as const;
const PENALTIES = ["tokens", "seconds", "blast"] as const;
const CAPS = ["tokenCap", "secondCap", "lineCap"] as const;

/** Most that all penalties together may take off. */
const MAX_PENALTY = 0.3;

/**
 * Weights of the reward, checked and named by what they are. Defaults: f2p 0.5, p2p 0.3, build 0.1,
 * lint 0.05, types 0.05; tokens 0.05 at 100,000, seconds 0.05 at 600, blast 0.1 at 1,000 lines;
 * `terminalFirst` false.
 *
 * The version is the FNV-1a hash of the numbers (Fowler, Noll, Vo), so that it cannot be kept when
 * they change.
 *
 * @throws {RangeError} when the positive weights do not sum to 1, one is negative or no number, the
 * penalties exceed 0.3 together, or a cap is not above 0.
 *
 * @example
 * ```ts
 * import { createRewardWeights } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const weights = createRewardWeights({ f2p: 0.6, p2p: 0.2 });
 * assert.equal(weights.blast, 0.1);
 * assert.notEqual(weights.version, createRewardWeights().version);
 * assert.throws(() => createRewardWeights({ blast: -0.1 }), /negative penalty would be a bonus/);
 * ```
 */
export function createRewardWeights(options: RewardWeightsOptions = {}): RewardWeights {
  const {
    f2p = 0.5,
    p2p = 0.3,
    build = 0.1,
    lint = 0.05,
    types = 0.05,
    tokens = 0.05,
    seconds = 0.05,
    blast = 0.1,
    tokenCap = 100_000,
    secondCap = 600,
    lineCap = 1_000,
    terminalFirst = false,
  } = options;
  const all = {
    f2p,
    p2p,
    build,
    lint,
    types,
    tokens,
    seconds,
    blast,
    tokenCap,
    secondCap,
    lineCap,
  };
  for (const name of POSITIVE) {
    if (!(all[name] >= 0)) {
      throw new RangeError(`weight "${name}" is ${all[name]}; expected 0 or more`);
    }
  }
  for (const name of PENALTIES) {
    if (!(all[name] >= 0)) {
      throw new RangeError(
        `penalty "${name}" is ${
          all[name]
        }; expected 0 or more: a negative penalty would be a bonus`,
      );
    }
  }
  for (const name of CAPS) {
    if (!(all[name] > 0 && all[name] < Infinity)) {
      throw new RangeError(`"${name}" is ${all[name]}; expected a finite number above 0`);
    }
  }
  const sum = POSITIVE.reduce((total, name) => total + all[name], 0);
  if (!(Math.abs(sum - 1) < 1e-9)) {
    throw new RangeError(`${POSITIVE.join(" + ")} is ${sum}; expected 1`);
  }
  const taken = PENALTIES.reduce((total, name) => total + all[name], 0);
  if (taken > MAX_PENALTY + 1e-9) {
    throw new RangeError(`${PENALTIES.join(" + ")} is ${taken}; expected ${MAX_PENALTY} at most`);
  }
  const text = JSON.stringify([Object.values(all), terminalFirst]);
  return { version: `r1-${fnv1a(text)}`, ...all, terminalFirst };
}

function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}
