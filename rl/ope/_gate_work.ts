import type {
  GateGuard,
  GatePhase,
  GateRow,
  GateState,
  GateSums,
  GateThresholds,
  Rivals,
} from "./gate_types.ts";
import { createLowerBound, type LowerBound, type LowerBoundSnapshot } from "./lower_bound.ts";
import { probsOf } from "./_probs_of.ts";
import { countRejected, whyRejected } from "./_screen.ts";
import { copySupport, countTaken, countWanted, newSupport, type Support } from "./_support.ts";

/** Differences that a bound can take: dense near 0, where it is decided. */
const STEPS = [0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5];
const DIFFERENCES = [...STEPS.map((step) => -step), 0, ...STEPS];
const VALUES = Array.from({ length: 49 }, (_, i) => (i + 1) / 50);
const ROUNDING = 1e-9;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A state that is being worked on: its bounds are alive. */
export interface Work
  extends Mutable<Omit<GateState, "better" | "worse" | "value" | "guards" | "support">> {
  support: Support;
  better: LowerBound;
  worse: LowerBound;
  value: LowerBound;
  guards: Record<string, Mutable<Omit<GateGuard, "better">> & { better: LowerBound }>;
}

/** A gate without rows. */
export function freshState(thresholds: GateThresholds, phase: GatePhase): GateState {
  const { alpha, challengers } = thresholds;
  const none: GateSums = { sum: 0, squares: 0, largest: 0, earned: 0 };
  const difference = freshDifference(thresholds);
  return {
    v: 1,
    thresholds,
    phase,
    stage: 0,
    stageDone: 0,
    play: phase === "promoted" ? 1 : 0,
    n: 0,
    played: 0,
    rewards: 0,
    rejected: {},
    underFloor: 0,
    champion: none,
    challenger: none,
    support: newSupport(),
    better: difference,
    worse: difference,
    value: createLowerBound({ least: 0, alpha: alpha / challengers, candidates: VALUES })
      .snapshot(),
    guards: Object.fromEntries(
      Object.entries(thresholds.guards).map(([name, { delta }]) => {
        const better = freshDifference(thresholds, -delta);
        return [name, { told: 0, missing: 0, sum: 0, better }];
      }),
    ),
  };
}

/**
 * A lower bound for the mean of paired differences, whose weights stay within `1 / floor`; alpha is
 * split over the challengers (Bonferroni).
 */
export function freshDifference(
  { floor, alpha, challengers }: GateThresholds,
  also = 0,
): LowerBoundSnapshot {
  const candidates = [...new Set([...DIFFERENCES, also + 0])].sort((a, b) => a - b);
  return createLowerBound({ least: -1 / floor, alpha: alpha / challengers, candidates }).snapshot();
}

/** A stored state, brought to life; it is not changed. */
export function openWork(state: GateState): Work {
  return {
    ...state,
    rejected: { ...state.rejected },
    champion: { ...state.champion },
    challenger: { ...state.challenger },
    support: copySupport(state.support),
    better: createLowerBound(state.better),
    worse: createLowerBound(state.worse),
    value: createLowerBound(state.value),
    guards: Object.fromEntries(
      Object.entries(state.guards).map(([name, guard]) => [name, {
        ...guard,
        better: createLowerBound(guard.better),
      }]),
    ),
  };
}

/** The state to be stored. */
export function closeWork(work: Work): GateState {
  return {
    ...work,
    better: work.better.snapshot(),
    worse: work.worse.snapshot(),
    value: work.value.snapshot(),
    guards: Object.fromEntries(
      Object.entries(work.guards).map(([name, guard]) => [name, {
        ...guard,
        better: guard.better.snapshot(),
      }]),
    ),
  };
}

/** Counts a row in, or puts it aside. */
export function addRow(work: Work, row: GateRow, { champion, challenger }: Rivals): void {
  const { floor, rewardRange, centre } = work.thresholds;
  const why = whyRejected(row, rewardRange);
  if (why) return countRejected(work.rejected as Record<string, number>, why);
  const [old, fresh] = [probsOf(champion, row), probsOf(challenger, row)];
  const [wOld, wNew] = [old[row.action]! / row.propensity, fresh[row.action]! / row.propensity];
  countTaken(work.support, row.mask, row.action);
  countWanted(work.support, row.mask, old);
  countWanted(work.support, row.mask, fresh);

  const reward = scaled(row.reward, rewardRange);
  // The mean of what came before is known before the action is drawn, so it moves no mean.
  const usual = centre && work.n > 0 ? work.rewards / work.n : 0;
  work.n++;
  work.played += work.play;
  work.rewards += reward;
  if (work.phase === "canary" && work.play > 0) work.stageDone++;
  work.champion = addWeight(work.champion, wOld, reward);
  work.challenger = addWeight(work.challenger, wNew, reward);
  if (Math.max(wOld, wNew) * floor > 1 + ROUNDING) {
    // The bounds stand on the floor: a row under it cannot be used, and the gate does not open.
    work.underFloor++;
    return;
  }
  const difference = (wNew - wOld) * (reward - usual);
  work.better.add(difference);
  work.worse.add(-difference);
  work.value.add(wNew * reward);
  for (const [name, { range }] of Object.entries(work.thresholds.guards)) {
    const guard = work.guards[name]!;
    const told = row.guards?.[name] ?? NaN;
    if (!(told >= range[0] && told <= range[1])) {
      guard.missing++;
      continue;
    }
    const cost = scaled(told, range);
    const before = guard.told > 0 ? guard.sum / guard.told : 0;
    guard.better.add((wOld - wNew) * (cost - before));
    guard.told++;
    guard.sum += cost;
  }
}

function scaled(value: number, [low, high]: readonly [number, number]): number {
  return (value - low) / (high - low);
}

function addWeight(sums: GateSums, w: number, reward: number): GateSums {
  return {
    sum: sums.sum + w,
    squares: sums.squares + w * w,
    largest: Math.max(sums.largest, w),
    earned: sums.earned + w * reward,
  };
}
