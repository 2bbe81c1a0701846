import type { Mask } from "./types.ts";

/** Closes arms for a while after they were used: a mask before the choice, no veto after it. */
export interface Cooldown {
  /** Which arms may be chosen now: those of the given mask that are not resting. */
  mask(open?: Mask): boolean[];
  /**
   * The arm was used now.
   *
   * @throws {RangeError} when there is no such arm.
   */
  used(arm: number): void;
  /** How many milliseconds an arm still rests; 0 when it may be chosen. */
  left(arm: number): number;
  /** When each arm was last used, by name, by the clock given. */
  snapshot(): Record<string, number>;
}

/** What {@linkcode createCooldown} takes. */
export interface CooldownOptions {
  /** Rest in milliseconds, for all arms or by name; an arm without one never rests. */
  readonly ms: number | Readonly<Record<string, number>>;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Where another one stood: what `snapshot` gave. */
  readonly from?: Readonly<Record<string, number>>;
}

/**
 * Rests arms after use. Where the clock went back, a rest starts anew at the new time instead of
 * lasting until the old one comes again.
 *
 * @throws {RangeError} when a rest is negative or a time of the state no number.
 *
 * @example
 * ```ts
 * import { createCooldown } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * let time = 0;
 * const cooldown = createCooldown(["test", "lint"], { ms: { test: 1000 }, now: () => time });
 * cooldown.used(0);
 * assert.deepEqual(cooldown.mask(), [false, true]);
 * time = 1000;
 * assert.deepEqual(cooldown.mask([true, false]), [true, false]);
 * ```
 */
export function createCooldown(
  arms: readonly string[],
  { ms, now, from = {} }: CooldownOptions,
): Cooldown {
  const rest = arms.map((name) =>
    typeof ms === "number" ? ms : Object.hasOwn(ms, name) ? ms[name]! : 0
  );
  const bad = rest.findIndex((time) => !(time >= 0));
  if (bad >= 0) throw new RangeError(`arm "${arms[bad]}" rests for ${rest[bad]} ms`);
  const last = arms.map((name) => Object.hasOwn(from, name) ? from[name]! : -Infinity);
  const lost = last.findIndex((time) => Number.isNaN(time) || time === Infinity);
  if (lost >= 0) throw new RangeError(`arm "${arms[lost]}" was last used at ${last[lost]}`);

  function left(arm: number): number {
    const time = now();
    if (last[arm]! > time) last[arm] = time;
    return Math.max(0, last[arm]! + rest[arm]! - time);
  }

  return {
    mask(open) {
      if (open && open.length !== arms.length) {
        throw new RangeError(`a mask of ${open.length} for ${arms.length} arms`);
      }
      return arms.map((_, arm) => (open?.[arm] ?? true) && left(arm) === 0);
    },
    used(arm) {
      if (!(arm in arms)) throw new RangeError(`no arm ${arm}; expected 0 to ${arms.length - 1}`);
      last[arm] = now();
    },
    left,
    snapshot: () =>
      Object.fromEntries(
        arms.map((name, arm) => [name, last[arm]!] as const).filter(([, at]) => at > -Infinity),
      ),
  };
}
