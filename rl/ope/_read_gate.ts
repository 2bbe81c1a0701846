import type { GatePhase, GateState, GateSums } from "./gate_types.ts";
import { readThresholds } from "./_thresholds.ts";

const PHASES: readonly GatePhase[] = ["shadow", "canary", "promoted", "rolled back", "rejected"];

/** Throws unless a stored state is whole; the bounds check themselves when they are opened. */
export function checkState(state: GateState): void {
  if (state?.v !== 2) {
    throw new RangeError(
      `a gate's state of version ${state?.v}, known is 2: another release wrote it, or it is none`,
    );
  }
  const { thresholds, phase, stage, stageDone, play, n, played, rewards, underFloor } = state;
  intact(typeof thresholds === "object" && thresholds !== null, "thresholds");
  readThresholds(thresholds);
  intact(PHASES.includes(phase), "phase");
  intact(Number.isSafeInteger(stage) && stage >= 0 && stage < thresholds.stages.length, "stage");
  intact(counts([stageDone, n, underFloor]), "counts");
  intact(play >= 0 && play <= 1, "play");
  intact(played >= 0 && played <= n && rewards >= 0 && rewards <= n, "sums");
  intact(counts([state.missing?.n]) && state.missing.n <= n, "missing");
  intact(counts(Object.values(state.rejected ?? { none: NaN })), "rejected");
  intact(sums(state.champion) && sums(state.challenger), "weights");
  const { taken, wanted, outside } = state.support ?? {};
  intact(
    Array.isArray(taken) && Array.isArray(wanted) && taken.length === wanted.length &&
      counts([...taken, ...wanted, outside]),
    "support",
  );
  const level = thresholds.alpha / thresholds.challengers;
  const names = Object.keys(thresholds.guards);
  const guards = names.map((name) => state.guards?.[name]);
  intact(
    guards.every((guard) => guard && counts([guard.told, guard.missing]) && guard.sum >= 0),
    "guards",
  );
  const { more, less } = state.missing;
  for (
    const bound of [
      state.better,
      state.worse,
      more,
      less,
      ...guards.map((guard) => guard!.better),
    ]
  ) {
    intact(bound?.least === -1 / thresholds.floor && bound.alpha === level, "bounds");
  }
  intact(state.value?.least === 0 && state.value.alpha === level, "bounds");
}

function counts(values: readonly unknown[]): boolean {
  return values.every((value) => Number.isSafeInteger(value) && value as number >= 0);
}

function sums(of: GateSums): boolean {
  return [of?.sum, of?.squares, of?.largest, of?.earned, of?.told]
    .every((value) => Number.isFinite(value) && value! >= 0);
}

function intact(holds: boolean, field: string): void {
  if (!holds) {
    throw new RangeError(
      `damaged state of a gate: ${field} is not what it wrote; start a new gate`,
    );
  }
}
