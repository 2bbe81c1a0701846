import { read, type Start } from "./_bandit.ts";
import { checkGoneOn, damaged, type Three } from "./_snapshot.ts";

/**
 * Some sums of each arm that all fade by a factor at each update. They fade lazily: one scale for
 * all, and the sums in units of it.
 */
export interface Discounted {
  /** A sum as it is now. */
  get(arm: number, at: number): number;
  /** All fade once, then two of one arm grow. */
  add(arm: number, first: number, second: number): void;
  /** An arm starts anew. */
  reset(arm: number): void;
  keep(arm: number): number[];
  shared(): number[];
}

/**
 * Two sums an arm.
 *
 * @param gamma 1 never fades.
 * @param more how many numbers of an arm follow that are not read here.
 */
export function createDiscounted(start: Start, gamma: number, more = 0): Discounted {
  const k = start.names.length;
  const sums = new Float64Array(2 * k);
  let scale = start.shared?.[0] ?? 1;
  if (!(scale > 0 && scale <= 1)) damaged(`its scale is ${scale}`);
  for (let arm = 0; arm < k; arm++) {
    const kept = read(start, arm, 2 + more)?.slice(0, 2);
    if (kept?.some((sum) => sum < 0)) damaged(`arm "${start.names[arm]}" has a negative sum`);
    if (kept) sums.set(kept, 2 * arm);
  }
  return {
    get: (arm, at) => sums[2 * arm + at]! * scale,
    add(arm, first, second) {
      scale *= gamma;
      if (scale < 1e-100) {
        for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! * scale;
        scale = 1;
      }
      sums[2 * arm] = sums[2 * arm]! + first / scale;
      sums[2 * arm + 1] = sums[2 * arm + 1]! + second / scale;
    },
    reset: (arm) => void sums.fill(0, 2 * arm, 2 * arm + 2),
    keep: (arm) =>
      sums[2 * arm] === 0 && sums[2 * arm + 1] === 0 ? [] : [sums[2 * arm]!, sums[2 * arm + 1]!],
    shared: () => [scale],
  };
}

/**
 * What two processes learned since a common base, together, as though theirs came after ours: our
 * sums fade by their updates, and so does the base that is taken off theirs.
 */
export function mergeDiscounted(
  base: readonly number[],
  ours: readonly number[],
  theirs: readonly number[],
  all: Three,
): number[] {
  const gamma = Number(all.ours.options["gamma"]);
  const left = Math.pow(gamma, all.theirs.updates - all.base.updates);
  const sums = (of: "base" | "ours" | "theirs", kept: readonly number[]): number[] => {
    const scale = all[of].shared?.[0] ?? 1;
    return [(kept[0] ?? 0) * scale, (kept[1] ?? 0) * scale];
  };
  const [before, mine, others] = [sums("base", base), sums("ours", ours), sums("theirs", theirs)];
  const merged = before.map((sum, i) => {
    const faded = sum * left;
    checkGoneOn(faded, others[i]!);
    checkGoneOn(sum * Math.pow(gamma, all.ours.updates - all.base.updates), mine[i]!);
    return Math.max(0, mine[i]! * left + others[i]! - faded);
  });
  return merged.every((sum) => sum === 0) ? [] : merged;
}
