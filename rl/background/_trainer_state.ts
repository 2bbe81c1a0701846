import type { PolicyState } from "../chooser/policy_state.ts";
import type { GateState } from "../ope/gate_types.ts";
import { fingerprint } from "../fingerprint.ts";
import { type Champion, firstChampion } from "../chooser/champion.ts";
import type { PolicyVariant } from "../chooser/policy_variant.ts";
import type { VerdictRecord } from "./verdicts.ts";

/** What the policies would have done at a decision, computed before any learned from it. */
export interface Forecast {
  /** Offset of the decision in the log. */
  readonly at: number;
  /** Name that it was logged under. */
  readonly played: string;
  /** Whether the arm that was taken is the one that was logged with the largest probability. */
  readonly best: boolean;
  /** As logged. */
  readonly propensity: number;
  /**
   * By policy: its probability of the arm that was taken; null when the log cannot judge it in this
   * situation, whichever arm had been taken.
   */
  readonly probs: Readonly<Record<string, number | null>>;
}

/** Where a challenger stands. */
export interface Standing {
  readonly variant: PolicyVariant;
  /** Only decisions after this offset of the log count. */
  readonly since: number;
  readonly gate: GateState;
  /** Outcomes that could not be used, by why. */
  readonly aside: Readonly<Record<string, number>>;
}

/** The trainer between two passes: plain JSON. */
export interface TrainerState {
  readonly v: 1;
  /** Offset of the log up to which all was read. */
  readonly offset: number;
  /** What was learned, by how it is learned. */
  readonly folds: Readonly<Record<string, PolicyState>>;
  /** Of decisions whose outcome is awaited, by event id. */
  readonly forecasts: Readonly<Record<string, Forecast>>;
  /** Fingerprints of decisions that were taken, oldest first. */
  readonly seen: readonly string[];
  /** Decisions that stood in the log again. */
  readonly repeated: number;
  /** Outcomes of decisions that had a forecast. */
  readonly outcomes: number;
  readonly champion: Champion;
  /** By the challenger's name. */
  readonly standings: Readonly<Record<string, Standing>>;
  /** The champion, watched beside its predecessor. */
  readonly watch?: Standing;
  /** Head of the stream of verdicts before those of the outbox. */
  readonly told: number;
  /** Verdicts that are to be in the stream. */
  readonly outbox: readonly VerdictRecord[];
}

/** A trainer that has read nothing yet; the champion that is played stays. */
export function freshTrainer(champion: Champion = firstChampion()): TrainerState {
  return {
    v: 1,
    offset: 0,
    folds: {},
    forecasts: {},
    seen: [],
    repeated: 0,
    outcomes: 0,
    champion,
    standings: {},
    told: 0,
    outbox: [],
  };
}

/** A state with its checksum. */
export interface SealedState {
  readonly v: 1;
  readonly sum: number;
  readonly text: string;
}

/** Seals a state for the store. */
export function sealState(state: TrainerState): SealedState {
  const text = JSON.stringify(state);
  return { v: 1, sum: fingerprint(text), text };
}

/**
 * Reads what {@linkcode sealState} made.
 *
 * @returns undefined when there is none.
 * @throws {RangeError} for one that is damaged.
 */
export function readSealed(stored: unknown): TrainerState | undefined {
  if (stored === undefined) return undefined;
  const { mark, v, sum, text } = Object(stored) as Partial<SealedState & { mark: string }>;
  // Somebody took the right to write, and did not come to it.
  if (mark !== undefined && v === undefined && text === undefined) return undefined;
  if (v !== 1 || typeof text !== "string" || fingerprint(text) !== sum) {
    throw new RangeError("its checksum does not fit");
  }
  return JSON.parse(text) as TrainerState;
}
