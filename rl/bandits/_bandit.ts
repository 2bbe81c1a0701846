import { createRng, type Rng } from "../rng.ts";
import { sampleCategorical } from "../sample/categorical.ts";
import { createRows } from "./_rows.ts";
import { checkSnapshot, damaged } from "./_snapshot.ts";
import type { Bandit, BanditSnapshot, BanditStart, Context, Estimate } from "./types.ts";

/** What a bandit starts with, checked. */
export interface Start {
  readonly kind: string;
  readonly names: readonly string[];
  readonly rng: Rng;
  readonly updates: number;
  /** What was kept of each arm; empty for a fresh one. */
  readonly kept: readonly (readonly number[])[];
  readonly shared: readonly number[] | undefined;
}

/** What sets one kind of bandit apart; {@linkcode build} does the rest. */
export interface Rules {
  readonly options: Readonly<Record<string, number | string | boolean>>;
  /** Probability spread evenly over the open arms. Default 0. */
  readonly floor?: number;
  /** Whether {@linkcode Rules.learn} takes another weight than 1. Default false. */
  readonly weighs?: boolean;
  /** Whether rewards may be any finite number. Default false: from 0 to 1. */
  readonly unbounded?: boolean;
  /**
   * Writes a distribution over the first `n` arms of `open` into `out`, which holds zeros, before
   * the floor. `updates` is how many there were.
   */
  distribute(
    out: Float64Array,
    open: Int32Array,
    n: number,
    context: Context | undefined,
    updates: number,
  ): void;
  /** Learns a reward that was checked; throws before it changes anything. */
  learn(arm: number, reward: number, context: Context | undefined, weight: number): void;
  estimate(arm: number, context: Context | undefined): Estimate;
  keep(arm: number): number[];
  shared?(): number[] | undefined;
}

/**
 * Checks what a bandit is started with.
 *
 * @throws {RangeError} when the names or the snapshot are not usable.
 */
export function begin(
  kind: string,
  arms: readonly string[],
  { seed = 0, from }: BanditStart,
): Start {
  const names = checkNames(arms);
  if (!from) {
    const kept = names.map(() => []);
    return { kind, names, rng: createRng(seed), updates: 0, kept, shared: undefined };
  }
  checkSnapshot(from);
  if (from.kind !== kind) {
    throw new RangeError(`a snapshot of kind ${from.kind} cannot start a bandit of kind ${kind}`);
  }
  const kept = names.map((name) => Object.hasOwn(from.arms, name) ? from.arms[name]! : []);
  return {
    kind,
    names,
    rng: createRng(from.rng),
    updates: from.updates,
    kept,
    shared: from.shared,
  };
}

/** Makes a bandit of its rules. */
export function build({ kind, names, rng, updates: before }: Start, rules: Rules): Bandit {
  const k = names.length;
  const open = new Int32Array(k);
  const row = createRows(k);
  const floor = rules.floor ?? 0;
  let updates = before;

  function probs(mask: readonly boolean[], context?: Context): Float64Array {
    if (mask.length !== k) {
      throw new RangeError(`a mask of ${mask.length} for ${k} arms; it must have one for each`);
    }
    const out = row();
    let n = 0;
    for (let arm = 0; arm < k; arm++) if (mask[arm] === true) open[n++] = arm;
    if (n === 0) return out;
    rules.distribute(out, open, n, context, updates);
    if (floor > 0) {
      for (let i = 0; i < n; i++) out[open[i]!] = floor / n + (1 - floor) * out[open[i]!]!;
    }
    return out;
  }

  function checkArm(arm: number): void {
    if (!Number.isInteger(arm) || arm < 0 || arm >= k) {
      throw new RangeError(`no arm ${arm}; expected 0 to ${k - 1}`);
    }
  }

  return {
    kind,
    arms: names,
    probs,
    pick(mask, context) {
      const distribution = probs(mask, context);
      const arm = sampleCategorical(rng, distribution);
      if (arm < 0) return undefined;
      return { arm, propensity: distribution[arm]!, probs: distribution };
    },
    update(arm, reward, context, weight = 1) {
      checkArm(arm);
      if (rules.unbounded ? !Number.isFinite(reward) : !(reward >= 0 && reward <= 1)) {
        throw new RangeError(
          rules.unbounded
            ? `a reward of ${reward}; expected a finite number`
            : `a reward of ${reward}; expected 0 to 1: map others with createRewardRange`,
        );
      }
      if (!(weight > 0 && weight < Infinity) || (weight !== 1 && !rules.weighs)) {
        throw new RangeError(
          `a weight of ${weight}; ${kind} takes ${
            rules.weighs ? "finite ones above 0" : "1 alone"
          }`,
        );
      }
      rules.learn(arm, reward, context, weight);
      updates++;
    },
    estimate(arm, context) {
      checkArm(arm);
      return rules.estimate(arm, context);
    },
    snapshot() {
      const shared = rules.shared?.();
      return {
        v: 1,
        kind,
        options: rules.options,
        updates,
        rng: rng.state(),
        arms: Object.fromEntries(names.map((name, arm) => [name, rules.keep(arm)])),
        order: names,
        ...shared && { shared },
      } satisfies BanditSnapshot;
    },
  };
}

/**
 * The numbers kept of an arm, or undefined for a fresh one.
 *
 * @throws {RangeError} when there are not as many as expected.
 */
export function read(start: Start, arm: number, length: number): readonly number[] | undefined {
  const kept = start.kept[arm]!;
  if (kept.length === 0) return undefined;
  if (kept.length !== length) {
    damaged(`arm "${start.names[arm]}" has ${kept.length} numbers; ${start.kind} needs ${length}`);
  }
  return kept;
}

function checkNames(arms: readonly string[]): readonly string[] {
  if (arms.length === 0) throw new RangeError("a bandit needs at least one arm");
  const seen = new Set<string>();
  for (const name of arms) {
    if (typeof name !== "string" || name === "") {
      throw new RangeError(`not a name of an arm: ${JSON.stringify(name)}`);
    }
    if (seen.has(name)) throw new RangeError(`two arms are named "${name}"`);
    seen.add(name);
  }
  return Object.freeze([...arms]);
}
