import { createLowerBound, type LowerBound, type LowerBoundSnapshot } from "./lower_bound.ts";
import { checkAlpha } from "./_screen.ts";

/** Options of an interval between two bounds. */
interface Start {
  readonly alpha?: number;
  readonly places?: number;
}

/** What two bounds are kept as. */
interface Stored {
  readonly v: 1;
  readonly below: LowerBoundSnapshot;
  readonly above: LowerBoundSnapshot;
}

/** Two lower bounds of numbers from 0, each at half of alpha: new, or where others stood. */
export function openSides(from: Start | Stored, span: number): [LowerBound, LowerBound] {
  if ("v" in from) {
    if (from.v !== 1) {
      throw new RangeError(`a snapshot of version ${from.v}, known is 1: a newer release wrote it`);
    }
    return [createLowerBound(from.below), createLowerBound(from.above)];
  }
  const { alpha = 0.05, places = 200 } = from;
  checkAlpha(alpha);
  if (!(Number.isInteger(places) && places >= 1)) {
    throw new RangeError(`an interval's ends can take 1 place or more: ${places}`);
  }
  const candidates = Array.from({ length: places }, (_, i) => span * (i + 1) / (places + 1));
  const options = { least: 0, alpha: alpha / 2, candidates };
  return [createLowerBound(options), createLowerBound(options)];
}
