import type { Candidate } from "../../core/agent/chooser.ts";
import { fingerprint } from "../fingerprint.ts";
import { createRng } from "../rng.ts";

/** Which arm falls to a decision's own random number; -1 when none may be chosen. */
export function draw(probs: readonly number[], id: string, seed: number): number {
  const at = createRng({ seed, stream: fingerprint(id), drawn: 0 }).float();
  let sum = 0;
  let last = -1;
  for (const [i, p] of probs.entries()) {
    if (p === 0) continue;
    last = i;
    sum += p;
    if (at < sum) return i;
  }
  return last;
}

/** What the fixed rules choose: the highest weight, ties by name. */
export function byRules(candidates: readonly Candidate[]): string | undefined {
  const open = candidates.filter(({ weight, masked }) => weight > 0 && masked === undefined);
  return open.sort((a, b) => b.weight - a.weight || (a.tool < b.tool ? -1 : 1))[0]?.tool;
}
