import type { Rng } from "../rng.ts";
import type { LoggedRow, TargetPolicy } from "./types.ts";

/** Mean rewards by context (the first feature, an index) and action. */
export type World = readonly (readonly number[])[];

/** Takes one action, all others with epsilon spread over those that may be taken. */
export function greedy(best: (x: number) => number, epsilon: number): TargetPolicy {
  return {
    probs(context, mask) {
      const many = mask.filter(Boolean).length;
      return mask.map((may, a) =>
        may ? epsilon / many + (a === best(context[0]!) ? 1 - epsilon : 0) : 0
      );
    },
  };
}

/** One decision with a reward of 0 or 1; all actions may be taken. */
export function draw(world: World, policy: TargetPolicy, rng: Rng): LoggedRow {
  const context = [rng.int(world.length)];
  const means = world[context[0]!]!;
  const mask = means.map(() => true);
  const probs = policy.probs(context, mask);
  let action = 0;
  for (let u = rng.float() - probs[0]!; u >= 0 && action < means.length - 1; u -= probs[action]!) {
    action++;
  }
  const reward = rng.float() < means[action]! ? 1 : 0;
  return { context, mask, action, propensity: probs[action]!, reward };
}

/** Some decisions. */
export function logOf(world: World, policy: TargetPolicy, n: number, rng: Rng): LoggedRow[] {
  return Array.from({ length: n }, () => draw(world, policy, rng));
}

/** What a policy earns in truth. */
export function valueOf(world: World, policy: TargetPolicy): number {
  let value = 0;
  world.forEach((means, x) => {
    const probs = policy.probs([x], means.map(() => true));
    means.forEach((mean, a) => value += probs[a]! * mean / world.length);
  });
  return value;
}

/** Every row that can come of one decision, with its probability: for exact expectations. */
export function everyRow(world: World, policy: TargetPolicy): { row: LoggedRow; p: number }[] {
  return world.flatMap((means, x) => {
    const mask = means.map(() => true);
    const probs = policy.probs([x], mask);
    return means.flatMap((mean, action) =>
      [0, 1].map((reward) => ({
        row: { context: [x], mask, action, propensity: probs[action]!, reward },
        p: probs[action]! * (reward ? mean : 1 - mean) / world.length,
      }))
    );
  });
}

/** Throws unless two numbers are equal but for rounding. */
export function near(found: number, wanted: number, by = 1e-12): void {
  if (!(Math.abs(found - wanted) <= by)) throw new Error(`${found} is not near ${wanted}`);
}
