import type { BanditSnapshot } from "./types.ts";

/** Two states that went on from a common one. */
export interface Three {
  readonly base: BanditSnapshot;
  readonly ours: BanditSnapshot;
  readonly theirs: BanditSnapshot;
}

/**
 * Checks the shape that all snapshots share; what the numbers of an arm must be is checked where
 * they are read.
 *
 * @returns the names of the arms in their order.
 * @throws {RangeError} when it is damaged or of a version that is not known.
 */
export function checkSnapshot(snapshot: BanditSnapshot): string[] {
  if (typeof snapshot !== "object" || snapshot === null) damaged(`it is ${snapshot}`);
  const { v, kind, options, updates, rng, arms, order, shared } = snapshot;
  if (v !== 1) {
    throw new RangeError(
      `a bandit's snapshot of version ${v}; this program reads version 1: use the program that ` +
        "wrote it, or start afresh",
    );
  }
  if (typeof kind !== "string") damaged("its kind is no text");
  if (!isRecord(options)) damaged("its options are missing");
  if (!Number.isSafeInteger(updates) || updates < 0) damaged(`its updates are ${updates}`);
  if (!isRecord(rng)) damaged("its random numbers are missing");
  if (!isRecord(arms)) damaged("its arms are missing");
  const names = Object.keys(arms);
  for (const name of names) checkNumbers(arms[name], `arm "${name}"`);
  if (shared !== undefined) checkNumbers(shared, "what all arms share");
  if (order === undefined) return names;
  const same = Array.isArray(order) && order.length === names.length &&
    new Set(order).size === names.length && order.every((name) => Object.hasOwn(arms, name));
  if (!same) damaged("its order does not name each arm once");
  return [...order];
}

/** @throws {RangeError} always, naming what is wrong with a snapshot. */
export function damaged(what: string): never {
  throw new RangeError(`not a bandit's snapshot: ${what}`);
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkNumbers(values: readonly number[] | undefined, what: string): void {
  if (!Array.isArray(values)) damaged(`${what} is no list of numbers`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) damaged(`number ${bad} of ${what} is ${values[bad]}`);
}

/**
 * Checks that an arm learned nothing less than the base it should have gone on from.
 *
 * @throws {RangeError} when it did.
 */
export function checkGoneOn(base: number, after: number): void {
  if (after < base - 1e-9 * Math.max(1, base)) {
    throw new RangeError(
      `an arm counts ${after} after it counted ${base} in the base: it did not go on from it`,
    );
  }
}
