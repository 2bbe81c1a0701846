import { checkSnapshot } from "./_snapshot.ts";
import type { BanditSnapshot } from "./types.ts";

/** What {@linkcode withArms} changes. */
export interface ArmChanges {
  /** Names to add; those that are there already stay as they are. */
  readonly add?: readonly string[];
  /** Names to take away, with what was learned of them. */
  readonly remove?: readonly string[];
}

/**
 * A snapshot with other arms; all others keep what was learned of them, by name.
 *
 * @throws {RangeError} when an arm to take away is not there, none would be left, or the snapshot is
 * damaged.
 *
 * @example
 * ```ts
 * import { createUcb1, restoreBandit, withArms } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createUcb1(["test", "lint"]);
 * bandit.update(1, 1);
 * const changed = withArms(bandit.snapshot(), { add: ["build"], remove: ["test"] });
 * const restored = restoreBandit(changed);
 * assert.deepEqual(restored.arms, ["lint", "build"]);
 * assert.equal(restored.estimate(0).count, 1);
 * ```
 */
export function withArms(
  snapshot: BanditSnapshot,
  { add = [], remove = [] }: ArmChanges,
): BanditSnapshot {
  const names = checkSnapshot(snapshot);
  const missing = remove.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new RangeError(`no arm "${missing}" to take away; there are ${names.join(", ")}`);
  }
  const order = [...new Set([...names, ...add])].filter((name) => !remove.includes(name));
  if (order.length === 0) throw new RangeError("no arm would be left");
  const kept = (name: string): readonly number[] =>
    Object.hasOwn(snapshot.arms, name) ? snapshot.arms[name]! : [];
  return {
    ...snapshot,
    arms: Object.fromEntries(order.map((name) => [name, kept(name)])),
    order,
  };
}
