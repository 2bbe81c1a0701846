import type { RewardComponents } from "./judge_change.ts";
import type { RewardWeights } from "./reward_weights.ts";

/** A reward and what it is made of. */
export interface ScoredChange {
  /** From minus the sum of the penalties to 1. */
  readonly reward: number;
  /** The same mapped to [0, 1], as bandits take it. */
  readonly value: number;
  /** What each side earned or, below 0, cost; their sum is the reward. */
  readonly parts: Readonly<Record<string, number>>;
  /** Version of the weights. */
  readonly weights_version: string;
}

/**
 * The reward of raw components:
 *
 * R = gate·(w_f2p·F2P + w_p2p·P2P·mutation + w_build·build + w_lint·Δlint + w_types·Δtypes)
 * - c_tok·min(1, tokens/cap) - c_t·min(1, seconds/cap) - c_blast·min(1, log1p(lines)/log1p(cap))
 *
 * F2P and P2P are shares of tests; Δ = (b + 1)/(b + 1 + n) of b problems before and n now: 1 with
 * none left, about 1/2 as many as before, falling with each new one. Sides that do not apply are
 * left out and their weight goes to the others in proportion. Source: this package's own
 * specification.
 *
 * @param components as {@linkcode judgeChange} gives them or a log has them.
 * @throws {RangeError} when a component is missing, negative or not finite.
 *
 * @example
 * ```ts
 * import { createRewardWeights, scoreChange } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const raw = { gate: 1, f2p_fixed: 1, f2p_of: 2, mutation: 1, tokens: 0, seconds: 0, lines: 0 };
 * assert.equal(scoreChange(raw, createRewardWeights()).reward, 0.5);
 * assert.equal(scoreChange({ ...raw, gate: 0 }, createRewardWeights()).reward, 0);
 * ```
 */
export function scoreChange(
  components: RewardComponents | Readonly<Record<string, number>>,
  weights: RewardWeights,
): ScoredChange {
  const all: Readonly<Record<string, number | undefined>> = components;
  const read = (name: string): number | undefined => {
    const value = Object.hasOwn(all, name) ? all[name] : undefined;
    if (value !== undefined && !(value >= 0 && value < Infinity)) {
      throw new RangeError(`component "${name}" is ${value}; expected a finite number from 0`);
    }
    return value;
  };
  const need = (name: string): number => {
    const value = read(name);
    if (value === undefined) throw new RangeError(`no component "${name}"`);
    return value;
  };
  const gate = need("gate") > 0 ? 1 : 0;
  const f2p = share(read("f2p_fixed"), read("f2p_of"));
  const p2p = share(read("p2p_kept"), read("p2p_of"));
  const build = read("build");
  const values = {
    f2p,
    p2p: p2p === undefined ? undefined : p2p * clamp(need("mutation")),
    build: build === undefined ? undefined : clamp(build),
    lint: left(read("lint_before"), read("lint_now")),
    types: left(read("types_before"), read("types_now")),
  };
  if (f2p === undefined && p2p === undefined) {
    throw new RangeError('neither "f2p_of" nor "p2p_of": without tests there is no reward');
  }
  const solved = (f2p ?? 1) === 1 && (p2p ?? 1) === 1;
  const names = (Object.keys(values) as (keyof typeof values)[])
    .filter((name) => values[name] !== undefined);
  const total = names.reduce((sum, name) => sum + weights[name], 0);
  const parts: Record<string, number> = {};
  for (const name of names) {
    const open = gate === 1 && (solved || !weights.terminalFirst || name.endsWith("2p"));
    parts[name] = open && total > 0 ? weights[name] / total * values[name]! : 0;
  }
  parts.tokens = -weights.tokens * clamp(need("tokens") / weights.tokenCap);
  parts.seconds = -weights.seconds * clamp(need("seconds") / weights.secondCap);
  parts.blast = -weights.blast * clamp(Math.log1p(need("lines")) / Math.log1p(weights.lineCap));
  const reward = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const lowest = -(weights.tokens + weights.seconds + weights.blast);
  const value = clamp((reward - lowest) / (1 - lowest));
  return { reward, value, parts, weights_version: weights.version };
}

function share(part: number | undefined, of: number | undefined): number | undefined {
  return of === undefined || of === 0 ? undefined : clamp((part ?? 0) / of);
}

/** 0 when it was known before and is not any more. */
function left(before: number | undefined, now: number | undefined): number | undefined {
  if (before === undefined) return undefined;
  return now === undefined ? 0 : (before + 1) / (before + 1 + now);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
