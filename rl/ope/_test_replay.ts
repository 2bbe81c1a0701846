import { createRng } from "../rng.ts";
import type { GateOptions, GateRow, GateVerdict, Rivals } from "./gate_types.ts";
import { judgeChallenger } from "./judge_challenger.ts";
import { mixPolicies } from "./mix_policies.ts";
import { startGate } from "./start_gate.ts";
import { draw, greedy, type World } from "./_test_world.ts";

/** Two that never agree, with 0.6 of their decisions uniform. */
export const rivals: Rivals = { champion: greedy(() => 0, 0.6), challenger: greedy(() => 1, 0.6) };
/** Their least probability. */
export const floor = 0.6 / 3;
/** Neither is better. */
export const equal: World = [[0.5, 0.5, 0.5]];
/** The challenger is. */
export const better: World = [[0.3, 0.8, 0.3]];
/** The champion is. */
export const worse: World = [[0.8, 0.3, 0.3]];

/** How a replay goes. */
export interface Replay {
  readonly options?: Partial<GateOptions>;
  readonly seed: number;
  readonly steps: number;
  /** The world of a step; it may change once the challenger is played. */
  readonly world: (now: GateVerdict | undefined) => World;
  readonly until: (now: GateVerdict) => boolean;
  /** Puts more into a row, or breaks it. */
  readonly change?: (row: GateRow) => GateRow;
}

/** Decides step by step, with a look after each, the state going through JSON now and then. */
export function replay({ options, seed, steps, world, until, change = (row) => row }: Replay) {
  const rng = createRng(seed);
  let state = startGate({ floor, ...options });
  let [verdict, played]: [GateVerdict | undefined, number] = [undefined, 0];
  let mixed = rivals.champion;
  const decisions = new Set<string>();
  let t = 0;
  while (t < steps && !(verdict && until(verdict))) {
    const row = change(draw(world(verdict), mixed, rng));
    const look = judgeChallenger(state, [row], rivals);
    state = ++t % 50 === 0 ? JSON.parse(JSON.stringify(look.state)) : look.state;
    verdict = look.verdict;
    decisions.add(verdict.decision);
    if (verdict.play !== played) {
      played = verdict.play;
      mixed = mixPolicies(rivals.champion, rivals.challenger, { kappa: played });
    }
  }
  return { verdict: verdict!, state, t, decisions };
}

/** Whether the challenger has come to an end. */
export const ended = ({ decision }: GateVerdict) =>
  decision === "promote" || decision === "reject" || decision === "roll back";
