import { begin, build } from "./_bandit.ts";
import { ABOVE_0, inRange, whole } from "./_options.ts";
import { shareBest } from "./_share_best.ts";
import { damaged } from "./_snapshot.ts";
import type { Bandit, BanditStart } from "./types.ts";
import { wilson } from "./_wilson.ts";

/** What {@linkcode createSwUcb} takes. */
export interface SwUcbOptions extends BanditStart {
  /** How many of the last updates count: see `windowFor`. Default 1000. */
  readonly window?: number;
  /** Weight of the bonus. Default 0.6. */
  readonly xi?: number;
  /** Bound of the rewards; less makes it explore less. Default 1. */
  readonly bound?: number;
  /** Probability spread evenly over the open arms, from 0 to 1. Default 0.05. */
  readonly floor?: number;
}

/**
 * UCB over the last τ updates alone: the bonus is B·√(ξ·ln min(t, τ) / N_τ(a)). Arms without a
 * reward in the window come first, in random order.
 *
 * Source: Garivier and Moulines, "On upper-confidence bound policies for switching bandit problems",
 * ALT 2011, section 2.2.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createSwUcb(arms: readonly string[], options: SwUcbOptions = {}): Bandit {
  const { window = 1000, xi = 0.6, bound = 1, floor = 0.05 } = options;
  whole("window", window, 1, 1e6);
  inRange("xi", xi, 0);
  inRange("bound", bound, ABOVE_0);
  inRange("floor", floor, 0, 1);
  const start = begin("sw-ucb", arms, options);
  const k = arms.length;
  // A ring: the update at time t is at t modulo the window; arm -1 where there was none.
  const whose = new Int32Array(window).fill(-1);
  const rewards = new Float64Array(window);
  const count = new Float64Array(k);
  let time = start.shared?.[0] ?? 0;
  if (!Number.isSafeInteger(time) || time < 0) damaged(`its time is ${time}`);
  const sum = new Float64Array(k);
  start.kept.forEach((kept, arm) => {
    if (kept.length % 2 === 0 && kept.length > 0) damaged(`arm "${arms[arm]}" lacks a number`);
    for (let i = 1; i < kept.length; i += 2) {
      const [at, reward] = [kept[i]!, kept[i + 1]!];
      const fits = Number.isInteger(at) && at < time && at >= Math.max(0, time - window);
      if (!fits || whose[at % window] !== -1) {
        damaged(`update ${at} of arm "${arms[arm]}" has no place in the window`);
      }
      put(at, arm, reward);
    }
    sum[arm] = kept[0] ?? 0;
  });
  let log = 0;
  const score = (arm: number): number => {
    const n = count[arm]!;
    return n === 0 ? Infinity : sum[arm]! / n + bound * Math.sqrt(xi * log / n);
  };

  function put(at: number, arm: number, reward: number): void {
    whose[at % window] = arm;
    rewards[at % window] = reward;
    count[arm] = count[arm]! + 1;
    sum[arm] = sum[arm]! + reward;
  }

  function take(at: number): void {
    const arm = whose[at % window]!;
    if (arm < 0) return;
    count[arm] = count[arm]! - 1;
    sum[arm] = count[arm] === 0 ? 0 : sum[arm]! - rewards[at % window]!;
  }

  /** Once a window, the sums are taken anew, so that no rounding piles up. */
  function sumUp(): void {
    sum.fill(0);
    for (let i = 0; i < window; i++) if (whose[i]! >= 0) sum[whose[i]!]! += rewards[i]!;
  }

  return build(start, {
    options: { window, xi, bound, floor },
    floor,
    distribute(out, open, n) {
      log = Math.log(Math.max(1, Math.min(time, window)));
      shareBest(out, open, n, score);
    },
    learn(arm, reward) {
      take(time);
      put(time, arm, reward);
      time++;
      if (time % window === 0) sumUp();
    },
    estimate: (arm) => wilson(count[arm] ? sum[arm]! / count[arm]! : 0.5, count[arm]!),
    keep(arm) {
      if (count[arm] === 0) return [];
      const kept = [sum[arm]!];
      for (let at = Math.max(0, time - window); at < time; at++) {
        if (whose[at % window] === arm) kept.push(at, rewards[at % window]!);
      }
      return kept;
    },
    shared: () => [time],
  });
}
