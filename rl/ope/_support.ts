import type { GateSupport } from "./gate_types.ts";

/** What was taken and wanted, while it is counted. */
export interface Support {
  taken: number[];
  wanted: number[];
  outside: number;
}

/** Nothing seen yet. */
export function newSupport(): Support {
  return { taken: [], wanted: [], outside: 0 };
}

/** Counts the action of a row. */
export function countTaken({ taken, wanted }: Support, mask: readonly boolean[], action: number) {
  while (taken.length < mask.length) {
    taken.push(0);
    wanted.push(0);
  }
  taken[action]!++;
}

/** Counts what a policy wants at a row whose action was counted. */
export function countWanted(to: Support, mask: readonly boolean[], probs: Float64Array): void {
  for (let a = 0; a < mask.length; a++) {
    if (!(probs[a]! > 0)) continue;
    if (mask[a]) to.wanted[a]!++;
    else to.outside++;
  }
}

/** Pairs of a row and an action that the log can say nothing of. */
export function violations({ taken, wanted, outside }: Support): number {
  return taken.reduce((sum, count, a) => count === 0 ? sum + wanted[a]! : sum, outside);
}

/** Another that can be counted on. */
export function copySupport({ taken, wanted, outside }: GateSupport): Support {
  return { taken: [...taken], wanted: [...wanted], outside };
}
