import type { Mlp } from "../nn/mlp.ts";
import type { CandidateGroup, CandidateStep } from "./types.ts";

/** A candidate that is learned from. */
export interface Sequence {
  readonly steps: readonly CandidateStep[];
  readonly advantage: number;
}

/** Throws unless every decision is one that could be made, and was logged where that is needed. */
export function checkGroups(
  groups: readonly CandidateGroup[],
  { sizes }: Mlp,
  maxLength: number,
  logged: boolean,
): void {
  const [obsSize, actions] = [sizes[0]!, sizes.at(-1)!];
  for (const [g, { candidates }] of groups.entries()) {
    for (const [c, { steps }] of candidates.entries()) {
      const where = `group ${g}, candidate ${c}`;
      if (steps.length > maxLength) {
        throw new RangeError(
          `${where}: ${steps.length} decisions; at most ${maxLength} (maxLength)`,
        );
      }
      for (const [t, step] of steps.entries()) {
        const problem = problemOf(step, obsSize, actions, logged);
        if (problem) throw new RangeError(`${where}, decision ${t}: ${problem}`);
      }
    }
  }
}

function problemOf(
  { obs, action, logp, mask }: CandidateStep,
  obsSize: number,
  actions: number,
  logged: boolean,
): string | undefined {
  if (obs.length !== obsSize) return `${obs.length} features, expected ${obsSize}`;
  for (let i = 0; i < obsSize; i++) {
    if (!Number.isFinite(obs[i])) return `feature ${i} is ${obs[i]}`;
  }
  if (!Number.isInteger(action) || action < 0 || action >= actions) {
    return `action ${action}, expected an integer from 0 to ${actions - 1}`;
  }
  if (mask && mask.length !== actions) return `a mask of ${mask.length} for ${actions} actions`;
  if (mask && !mask[action]) return `action ${action} was not available`;
  if (!logged) return undefined;
  if (logp === undefined) {
    return "no log-probability was logged when it was made, so this is not GRPO; use " +
      "createCloner (advantage-weighted regression or filtered cloning)";
  }
  // A sum of rounded probabilities may be a hair above 1.
  if (!(logp <= 1e-6 && logp > -Infinity)) return `${logp} is no log-probability of what was done`;
}

/** Rows of decisions, candidate after candidate, on a network's arrays. */
export interface TokenRows {
  rows: number;
  sequences: number;
  readonly mask: Uint8Array;
  readonly action: Int32Array;
  readonly oldLogp: Float64Array;
  readonly active: Uint8Array;
  readonly ends: Int32Array;
  /** Advantage of each candidate. */
  readonly advantage: Float64Array;
}

export function createTokenRows(capacity: number, actions: number): TokenRows {
  return {
    rows: 0,
    sequences: 0,
    mask: new Uint8Array(capacity * actions),
    action: new Int32Array(capacity),
    oldLogp: new Float64Array(capacity),
    active: new Uint8Array(capacity),
    ends: new Int32Array(capacity),
    advantage: new Float64Array(capacity),
  };
}

/**
 * Fills rows with whole candidates from `from` on while there is room; gives the first left out.
 */
export function fillTokens(
  rows: TokenRows,
  nets: readonly Mlp[],
  sequences: readonly Sequence[],
  from: number,
): number {
  const capacity = rows.action.length;
  const obsSize = nets[0]!.sizes[0]!;
  const actions = nets[0]!.sizes.at(-1)!;
  rows.rows = rows.sequences = 0;
  let next = from;
  for (; next < sequences.length; next++) {
    const { steps, advantage } = sequences[next]!;
    if (rows.rows + steps.length > capacity) break;
    for (const { obs, mask, action, logp = 0, active = true } of steps) {
      const r = rows.rows++;
      for (const net of nets) {
        for (let j = 0; j < obsSize; j++) net.input[r * obsSize + j] = obs[j]!;
      }
      for (let j = 0; j < actions; j++) rows.mask[r * actions + j] = mask && !mask[j] ? 0 : 1;
      rows.action[r] = action;
      rows.oldLogp[r] = logp;
      rows.active[r] = active ? 1 : 0;
    }
    rows.ends[rows.sequences] = rows.rows;
    rows.advantage[rows.sequences] = advantage;
    rows.sequences++;
  }
  return next;
}

export function activeSteps({ steps }: Sequence): number {
  return steps.filter(({ active = true }) => active).length;
}
