import { fingerprint } from "../fingerprint.ts";
import { freshState, type PolicyState } from "./policy_state.ts";

/** A state as it lies in a store. */
interface SavedState {
  readonly v: 1;
  /** Of the text, so that a damaged state is known as one. */
  readonly sum: number;
  readonly text: string;
}

/** A state with its checksum, for a store or a file. */
export function saveState(state: PolicyState): SavedState {
  const text = JSON.stringify(state);
  return { v: 1, sum: fingerprint(text), text };
}

/**
 * Reads what {@linkcode saveState} made.
 *
 * @throws {RangeError} for one that is damaged or of a newer version.
 */
export function readState(saved: unknown): PolicyState {
  const { v, sum, text } = Object(saved) as Partial<SavedState>;
  if (typeof v === "number" && v > 1) {
    throw new RangeError(`a state of version ${v}: this program knows up to 1; update it`);
  }
  if (v === undefined && text === undefined) {
    throw new RangeError("no state of a learner: it has no v, sum and text");
  }
  if (v !== 1 || typeof text !== "string" || fingerprint(text) !== sum) {
    throw new RangeError("a state that is damaged: its checksum does not fit");
  }
  const state: unknown = JSON.parse(text);
  const problem = stateProblem(state);
  if (problem !== undefined) throw new RangeError(`a state that is damaged: ${problem}`);
  return state as PolicyState;
}

function stateProblem(state: unknown): string | undefined {
  const given = Object(state) as Record<string, unknown>;
  for (const [key, expected] of Object.entries(freshState())) {
    const value = given[key];
    if (typeof value !== typeof expected || value === null) return `no ${key}`;
    if (typeof value === "number" && !(value >= 0 && Number.isFinite(value))) {
      return `${key} is odd`;
    }
  }
  const beliefs = Object.values(given.beliefs as object).flatMap((weights) =>
    Object.values(Object(weights) as object)
  );
  const sound = beliefs.every((belief) =>
    Array.isArray(belief) && Number.isFinite(belief[0]) && belief[1] > 0 && belief[1] < Infinity
  );
  return sound ? undefined : "a belief that is none";
}
