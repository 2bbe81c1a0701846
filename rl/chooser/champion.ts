import { fingerprint } from "../fingerprint.ts";
import { DEFAULT_POLICY, type PolicyVariant, variantProblem } from "./policy_variant.ts";

/** A challenger that is played in part. */
export interface Canary extends PolicyVariant {
  /** Share of the decisions that are drawn from it, above 0 and up to 1. */
  readonly share: number;
}

/** Which policy a session plays: the value of {@linkcode CHAMPION}, plain JSON. */
export interface Champion extends PolicyVariant {
  /** Version of this shape. */
  readonly v: 1;
  /** Grows with each change. */
  readonly version: number;
  /** Offset in the stream `rl.verdicts` of the verdict that changed it last; 0 for none. */
  readonly verdict: number;
  /** Offset in the log of decisions at which it became the champion. */
  readonly since: number;
  /** Whom it replaced, while it is watched. */
  readonly former?: PolicyVariant;
  /** Who is played in part. */
  readonly canary?: Canary;
  /** Checksum of all else. */
  readonly sum: number;
}

/** Key of the champion in a store. Without it the policy that ships is played. */
export const CHAMPION = "rl.champion";

/** Who is the champion before anybody was promoted. */
export function firstChampion(): Champion {
  return sealChampion({ v: 1, ...DEFAULT_POLICY, version: 0, verdict: 0, since: 0 });
}

/** Completes a champion by its checksum. */
export function sealChampion(champion: Omit<Champion, "sum">): Champion {
  return { ...champion, sum: fingerprint(JSON.stringify(champion)) };
}

/**
 * Reads what is stored under {@linkcode CHAMPION}.
 *
 * @throws {RangeError} when it is damaged or of a newer version: nothing of it is to be used then.
 *
 * @example
 * ```ts
 * import { readChampion, sealChampion } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const place = { version: 1, verdict: 7, since: 2000 };
 * const champion = sealChampion({ v: 1, id: "quick", options: { noise: 0.3 }, ...place });
 * assert.equal(readChampion(champion).id, "quick");
 * assert.throws(() => readChampion({ ...champion, options: { noise: 0.03 } }), /damaged/);
 * ```
 */
export function readChampion(stored: unknown): Champion {
  if (isNewerChampion(stored)) {
    throw new RangeError("a champion of a newer version: this program knows 1; update it");
  }
  const problem = championProblem(Object(stored));
  if (problem !== undefined) throw new RangeError(`a champion that is damaged: ${problem}`);
  return stored as Champion;
}

/** Whether a newer program wrote it: it is then left alone. */
export function isNewerChampion(stored: unknown): boolean {
  const { v } = Object(stored) as { v?: unknown };
  return typeof v === "number" && v > 1;
}

function championProblem({ sum, ...rest }: Champion): string | undefined {
  if (rest.v !== 1 || fingerprint(JSON.stringify(rest)) !== sum) return "its checksum does not fit";
  const { version, verdict, since, former, canary } = rest;
  for (const one of [rest, former, canary]) {
    const problem = one && variantProblem(one);
    if (problem !== undefined) return problem;
  }
  const counts = [version, verdict, since].every((it) => Number.isSafeInteger(it) && it >= 0);
  if (!counts) return "its version or its offsets are odd";
  if (canary === undefined || (canary.share > 0 && canary.share <= 1)) return undefined;
  return `a share of ${canary.share}`;
}
