import type { GateOptions, GateThresholds, GuardOptions } from "./gate_types.ts";
import { checkAlpha, checkRange } from "./_screen.ts";

/** The options with their defaults. Throws when one is out of its range. */
export function readThresholds(options: GateOptions): GateThresholds {
  const {
    floor,
    alpha = 0.05,
    challengers = 1,
    rewardRange = [0, 1],
    guards = {},
    minEss = 100,
    essShare = 0.05,
    stages = [0.05, 0.2, 0.5, 1],
    stageDecisions = 50,
    budget = 0.1,
    maxRejected = 0.05,
    centre = false,
  } = options;
  checkAlpha(alpha);
  checkRange(rewardRange);
  must(floor > 0 && floor <= 1, "floor is a probability above 0", floor);
  must(
    Number.isSafeInteger(challengers) && challengers >= 1,
    "challengers is a count from 1",
    challengers,
  );
  must(minEss >= 0 && minEss < Infinity, "minEss is a finite number from 0", minEss);
  for (const [name, share] of Object.entries({ essShare, budget, maxRejected })) {
    must(share >= 0 && share <= 1, `${name} is a share from 0 to 1`, share);
  }
  must(
    Number.isSafeInteger(stageDecisions) && stageDecisions >= 1,
    "stageDecisions is a count from 1",
    stageDecisions,
  );
  const ascending = stages.every((share, i) => share > (stages[i - 1] ?? 0));
  must(ascending && stages.at(-1) === 1, "stages are shares that rise to 1", stages);
  must(typeof centre === "boolean", "centre is true or false", centre);
  const read: Record<string, Required<GuardOptions>> = {};
  for (const [name, guard] of Object.entries(guards)) {
    const { range = [0, 1] as const, delta = 0.02 } = guard;
    checkRange(range);
    must(delta >= 0 && delta < 0.9, `delta of ${name} is a share from 0 to 0.9`, delta);
    read[name] = { range, delta };
  }
  return {
    floor,
    alpha,
    challengers,
    rewardRange,
    guards: read,
    minEss,
    essShare,
    stages,
    stageDecisions,
    budget,
    maxRejected,
    centre,
  };
}

function must(holds: boolean, rule: string, given: unknown): void {
  if (!holds) throw new RangeError(`gate: ${rule}; given was ${JSON.stringify(given)}`);
}
