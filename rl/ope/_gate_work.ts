import type {
  GateGuard,
  GateMissing,
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
  extends
    Mutable<Omit<GateState, "better" | "worse" | "value" | "guards" | "support" | "missing">> {
  support: Support;
  better: LowerBound;
  worse: LowerBound;
  value: LowerBound;
  missing: Mutable<Omit<GateMissing, "more" | "less">> & { more: LowerBound; less: LowerBound };
  guards: Record<string, Mutable<Omit<GateGuard, "better">> & { better: LowerBound }>;
}

/** A gate without rows. */
export function freshState(thresholds: GateThresholds, phase: GatePhase): GateState {
  const { alpha, challengers } = thresholds;
  const none: GateSums = { sum: 0, squares: 0, largest: 0, earned: 0, told: 0 };
  const difference = freshDifference(thresholds);
  return {
    v: 2,
    thresholds,
    phase,
    stage: 0,
    stageDone: 0,
    play: phase === "promoted" ? 1 : 0,
    n: 0,
    played: 0,
    rewards: 0,
    missing: { n: 0, more: difference, less: difference },
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
    missing: {
      n: state.missing.n,
      more: createLowerBound(state.missing.more),
      less: createLowerBound(state.missing.less),
    },
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
    missing: {
      n: work.missing.n,
      more: work.missing.more.snapshot(),
      less: work.missing.less.snapshot(),
    },
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
  const came = row.reward !== undefined;
  const whole = { ...row, reward: row.reward ?? rewardRange[0] };
  const why = whyRejected(whole, rewardRange);
  if (why) return countRejected(work.rejected as Record<string, number>, why);
  const [old, fresh] = [probsOf(champion, whole), probsOf(challenger, whole)];
  const [wOld, wNew] = [old[row.action]! / row.propensity, fresh[row.action]! / row.propensity];
  countTaken(work.support, row.mask, row.action);
  countWanted(work.support, row.mask, old);
  countWanted(work.support, row.mask, fresh);

  // The means of what came before are known before the action is drawn, so they move no mean.
  const before = { rows: work.n, missing: work.missing.n };
  const told = before.rows - before.missing;
  const usual = centre && told > 0 ? work.rewards / told : 0;
  const reward = came ? scaled(row.reward, rewardRange) : undefined;
  work.n++;
  work.played += work.play;
  work.rewards += reward ?? 0;
  if (work.phase === "canary" && work.play > 0) work.stageDone++;
  work.champion = addWeight(work.champion, wOld, reward);
  work.challenger = addWeight(work.challenger, wNew, reward);
  if (Math.max(wOld, wNew) * floor > 1 + ROUNDING) {
    // The bounds stand on the floor: a row under it cannot be used, and the gate does not open.
    work.underFloor++;
    return;
  }
  // What never came may have been anything from 0 to 1, and may hang on what was chosen: whatever
  // is to be shown must hold if it was the worst for it (Manski, "Anatomy of the selection problem",
  // Journal of Human Resources 24, 1989).
  const gain = wNew - wOld;
  work.better.add(gain * ((reward ?? (gain > 0 ? 0 : 1)) - usual));
  work.worse.add(-gain * ((reward ?? (gain > 0 ? 1 : 0)) - usual));
  work.value.add(wNew * (reward ?? 0));
  addMissing(work, gain, came, before);
  for (const [name, { range }] of Object.entries(work.thresholds.guards)) {
    const guard = work.guards[name]!;
    const told = row.guards?.[name] ?? NaN;
    if (!(told >= range[0] && told <= range[1])) {
      guard.missing++;
      continue;
    }
    const cost = scaled(told, range);
    const usual = guard.told > 0 ? guard.sum / guard.told : 0;
    guard.better.add(-gain * (cost - usual));
    guard.told++;
    guard.sum += cost;
  }
}

/** The bounds begin after the first that is missing: until then there is nothing to compare. */
function addMissing(
  { missing }: Work,
  gain: number,
  came: boolean,
  before: { readonly rows: number; readonly missing: number },
): void {
  if (!came) missing.n++;
  if (before.missing === 0) return;
  const difference = gain * ((came ? 0 : 1) - before.missing / before.rows);
  missing.more.add(difference);
  missing.less.add(-difference);
}

function scaled(value: number, [low, high]: readonly [number, number]): number {
  return (value - low) / (high - low);
}

function addWeight(sums: GateSums, w: number, reward: number | undefined): GateSums {
  return {
    sum: sums.sum + w,
    squares: sums.squares + w * w,
    largest: Math.max(sums.largest, w),
    earned: sums.earned + w * (reward ?? 0),
    told: sums.told + (reward === undefined ? 0 : w),
  };
}
