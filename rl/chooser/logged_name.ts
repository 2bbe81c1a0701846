/** A challenger that is played in part, and its share of the decisions. */
export interface PlayedInPart {
  /** Its name. */
  readonly id: string;
  /** Above 0 and up to 1. */
  readonly share: number;
}

/**
 * The name under which decisions are logged: the champion's, and with a canary
 * `champion+challenger@share`.
 */
export function loggedName(champion: string, canary?: PlayedInPart): string {
  return canary === undefined ? champion : `${champion}+${canary.id}@${canary.share}`;
}

/**
 * Whom a logged name says to be played in part.
 *
 * @example
 * ```ts
 * import { loggedName, playedInPart } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const canary = { id: "quick", share: 0.05 };
 * assert.equal(loggedName("sparse-linear", canary), "sparse-linear+quick@0.05");
 * assert.deepEqual(playedInPart("sparse-linear+quick@0.05"), canary);
 * assert.equal(playedInPart("sparse-linear"), undefined);
 * ```
 */
export function playedInPart(name: string): PlayedInPart | undefined {
  const [, id, share] = /\+([\w.-]+)@([\d.e-]+)$/.exec(name) ?? [];
  return id === undefined ? undefined : { id, share: Number(share) };
}
