import { invert, times, triangle } from "./_packed.ts";
import { checkGoneOn, type Three } from "./_snapshot.ts";
import type { BanditSnapshot } from "./types.ts";

/** Numbers of an arm of a linear bandit: count, when it faded, Σrx, θ, Σxxᵀ and A⁻¹. */
function parts(
  kept: readonly number[],
  d: number,
): { b: readonly number[]; gram: readonly number[] } {
  const from = 2 + 2 * d;
  return { b: kept.slice(2, 2 + d), gram: kept.slice(from, from + triangle(d)) };
}

/** The numbers of an arm from its sums; θ and A⁻¹ follow from them. */
function assemble(
  count: number,
  time: number,
  b: readonly number[],
  gram: readonly number[],
  lambda: number,
): number[] {
  const d = b.length;
  const inverse = invert(Float64Array.from(gram), 0, d, lambda);
  if (!inverse) throw new RangeError("the sums of the contexts are those of no contexts");
  const theta = new Float64Array(d);
  times(inverse, 0, Float64Array.from(b), d, theta);
  return [count, time, ...b, ...theta, ...gram, ...inverse];
}

/**
 * What two processes learned since a common base, together, as though theirs came after ours: all
 * that is kept are sums, which fade with the updates of both.
 */
export function mergeRidge(
  base: readonly number[],
  ours: readonly number[],
  theirs: readonly number[],
  all: Three,
): number[] {
  const { gamma, lambda, size, bias } = all.ours.options;
  const d = Number(size) + (bias ? 1 : 0);
  const after = all.theirs.updates - all.base.updates;
  const fade = (updates: number): number => Math.pow(Number(gamma), updates);
  const counted = (kept: readonly number[], snapshot: BanditSnapshot, later = 0): number =>
    (kept[0] ?? 0) * fade(snapshot.updates - (kept[1] ?? 0) + later);
  checkGoneOn(counted(base, all.base, after), counted(theirs, all.theirs));
  checkGoneOn(
    counted(base, all.base, all.ours.updates - all.base.updates),
    counted(ours, all.ours),
  );
  const weighted = [
    { kept: ours, weight: fade(all.ours.updates - (ours[1] ?? 0) + after) },
    { kept: theirs, weight: fade(all.theirs.updates - (theirs[1] ?? 0)) },
    { kept: base, weight: -fade(all.base.updates - (base[1] ?? 0) + after) },
  ].filter(({ kept }) => kept.length > 0);
  let count = 0;
  const b = new Float64Array(d);
  const gram = new Float64Array(triangle(d));
  for (const { kept, weight } of weighted) {
    const sums = parts(kept, d);
    count += weight * kept[0]!;
    sums.b.forEach((value, i) => b[i] = b[i]! + weight * value);
    sums.gram.forEach((value, i) => gram[i] = gram[i]! + weight * value);
  }
  if (count === 0) return [];
  return assemble(count, all.ours.updates + after, [...b], [...gram], Number(lambda));
}

/** An arm as though it had been learned with a weight; the snapshot will be as short as that. */
export function fadeRidge(
  kept: readonly number[],
  weight: number,
  { options, updates }: BanditSnapshot,
): number[] {
  const d = Number(options["size"]) + (options["bias"] ? 1 : 0);
  const { b, gram } = parts(kept, d);
  const left = weight * Math.pow(Number(options["gamma"]), updates - kept[1]!);
  const scaled = (values: readonly number[]): number[] => values.map((value) => value * left);
  return assemble(
    kept[0]! * left,
    Math.floor(updates * weight),
    scaled(b),
    scaled(gram),
    Number(options["lambda"]),
  );
}
