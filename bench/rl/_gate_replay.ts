/** Replays of the conservative gate in a small world whose truth is known. */
import type { GateOptions, GateRow, GateVerdict, Rivals } from "../../rl/ope/gate_types.ts";
import { judgeChallenger } from "../../rl/ope/judge_challenger.ts";
import { createLowerBound } from "../../rl/ope/lower_bound.ts";
import { mixPolicies } from "../../rl/ope/mix_policies.ts";
import { startGate } from "../../rl/ope/start_gate.ts";
import type { LoggedRow, TargetPolicy } from "../../rl/ope/types.ts";
import { createRng, type Rng } from "../../rl/rng.ts";

/** How many actions there are. */
export const ARMS = 3;
const MASK = Array<boolean>(ARMS).fill(true);

/** Mean rewards by context, of which there are two, and action. */
export type World = readonly (readonly number[])[];

/** Two policies, and what they play uniformly. */
export interface Pair extends Rivals {
  readonly epsilon: number;
}

/** How a replay goes. */
export interface Replay {
  readonly seed: number;
  readonly steps: number;
  readonly world: (now?: GateVerdict) => World;
  readonly options?: Partial<GateOptions>;
  /** Who is compared. */
  readonly pair: Pair;
  /** Whether the logging policy learns instead of being the champion. */
  readonly learns?: boolean;
  /** A look after so many steps. Default 1. */
  readonly every?: number;
  /** Breaks a row. */
  readonly change?: (row: GateRow) => GateRow;
  /** Also keeps a test for one look at this quantile. */
  readonly z?: number;
}

/** What came of it. */
export interface Found {
  /** Steps until it was promoted, and from then until it was taken back. */
  promoted?: number;
  back?: number;
  started: boolean;
  naive: boolean;
  last: GateVerdict;
}

/** Decides step by step by what the gate says to play. */
export function replay(
  { seed, steps, world, options, pair, learns, every = 1, change = (row) => row, z }: Replay,
): Found {
  const rng = createRng(seed);
  const [sums, counts] = [Array(ARMS).fill(1), Array(ARMS).fill(2)];
  const learned = greedy(() => {
    const means = sums.map((sum, a) => sum / counts[a]!);
    return means.indexOf(Math.max(...means));
  }, pair.epsilon);
  const logging = learns ? learned : pair.champion;
  let policy = logging;
  let state = startGate({ floor: pair.epsilon / ARMS, ...options });
  let play = 0;
  let rows: GateRow[] = [];
  let [sum, squares] = [0, 0];
  const found: Partial<Found> & { started: boolean; naive: boolean } = {
    started: false,
    naive: false,
  };
  for (let t = 1; t <= steps; t++) {
    const row = draw(world(found.last), policy, rng);
    sums[row.action]! += row.reward;
    counts[row.action]!++;
    rows.push(change(row));
    if (z !== undefined) {
      const d = pairedDifference(row, pair);
      sum += d;
      squares += d * d;
      if (t >= 100 && sum > z * Math.sqrt(squares - sum * sum / t)) found.naive = true;
    }
    if (t % every !== 0) continue;
    const look = judgeChallenger(state, rows, pair);
    rows = [];
    state = look.state;
    const { decision } = found.last = look.verdict;
    if (decision === "start canary") found.started = true;
    if (decision === "promote") found.promoted = t;
    if (decision === "roll back" && found.promoted) found.back = t - found.promoted;
    // A promoted policy is watched only where the world turns.
    if (decision === "reject" || decision === "roll back") break;
    if (decision === "promote" && !turns(world, look.verdict)) break;
    if (look.verdict.play !== play) {
      play = look.verdict.play;
      policy = mixPolicies(logging, pair.challenger, { kappa: play });
    }
  }
  return found as Found;
}

/** Whether the bound that a promotion needs is ever above 0 among equals. */
export function everCrosses(
  { seed, steps, pair, alpha }: {
    readonly seed: number;
    readonly steps: number;
    readonly pair: Pair;
    readonly alpha: number;
  },
): boolean {
  const rng = createRng(seed);
  const least = -ARMS / pair.epsilon;
  const bound = createLowerBound({ least, alpha, candidates: [1e-9] });
  for (let t = 0; t < steps; t++) {
    bound.add(pairedDifference(draw([[0.5, 0.5, 0.5]], pair.champion, rng), pair));
    if (bound.bound() > least) return true;
  }
  return false;
}

function turns(world: Replay["world"], now: GateVerdict): boolean {
  return JSON.stringify(world()) !== JSON.stringify(world(now));
}

function pairedDifference({ context, mask, action, propensity, reward }: LoggedRow, pair: Pair) {
  const [fresh, old] = [pair.challenger, pair.champion].map((policy) =>
    policy.probs(context, mask)[action]!
  );
  return (fresh! - old!) / propensity * reward;
}

/** A champion that takes action 0, and a challenger; both with the same epsilon. */
export function pair(challenger: (context: readonly number[]) => number, epsilon: number): Pair {
  return {
    champion: greedy(() => 0, epsilon),
    challenger: greedy(challenger, epsilon),
    epsilon,
  };
}

/** A tally without replays. */
export function none() {
  return {
    runs: 0,
    started: 0,
    rejected: 0,
    refused: 0,
    promoted: [] as number[],
    back: [] as number[],
  };
}

/** Counts a replay in. */
export function tally(
  all: ReturnType<typeof none>,
  { started, promoted, back, last }: Found,
): void {
  all.runs++;
  if (started) all.started++;
  if (last.decision === "reject") all.rejected++;
  if (last.decision === "refuse") all.refused++;
  if (promoted !== undefined) all.promoted.push(promoted);
  if (back !== undefined) all.back.push(back);
}

/** Takes one action, and any with epsilon. */
function greedy(best: (context: readonly number[]) => number, epsilon: number): TargetPolicy {
  return {
    probs: (context) => {
      const probs = new Float64Array(ARMS).fill(epsilon / ARMS);
      probs[best(context)]! += 1 - epsilon;
      return probs;
    },
  };
}

function draw(world: World, policy: TargetPolicy, rng: Rng): LoggedRow {
  const x = rng.int(world.length);
  const probs = policy.probs([x], MASK);
  let action = 0;
  for (let u = rng.float() - probs[0]!; u >= 0 && action < ARMS - 1; u -= probs[action]!) action++;
  const reward = rng.float() < world[x]![action]! ? 1 : 0;
  return { context: [x], mask: MASK, action, propensity: probs[action]!, reward };
}
