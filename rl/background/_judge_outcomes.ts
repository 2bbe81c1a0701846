import type { GateOptions, GateRow, GateState, GateVerdict, Rivals } from "../ope/gate_types.ts";
import { judgeChallenger } from "../ope/judge_challenger.ts";
import { startGate } from "../ope/start_gate.ts";
import type { ClosedOutcome } from "./_training.ts";
import type { Standing } from "./_trainer_state.ts";
import { playedInPart } from "../chooser/logged_name.ts";
import type { PolicyVariant } from "../chooser/policy_variant.ts";

/** A look at a challenger: where it stands now, and what is said of it. */
export interface Look {
  readonly standing: Standing;
  /** Absent when there was nothing to look at. */
  readonly verdict?: GateVerdict;
  /** How many decisions were looked at, with and without a reward. */
  readonly rows: number;
}

/** Who is judged beside whom, by name. */
export interface Pair {
  readonly champion: string;
  readonly challenger: string;
}

/** A challenger before its first outcome; one that was promoted begins to be watched. */
export function openStanding(
  variant: PolicyVariant,
  since: number,
  gate: GateOptions,
  phase: "shadow" | "promoted" = "shadow",
): Standing {
  const state = startGate(gate);
  const play = phase === "promoted" ? 1 : 0;
  return { variant, since, gate: { ...state, phase, play }, aside: {} };
}

/** Hands outcomes to the gate, in their order. */
export function lookAt(standing: Standing, pair: Pair, outcomes: readonly ClosedOutcome[]): Look {
  let { gate } = standing;
  const aside = { ...standing.aside };
  let verdict: GateVerdict | undefined;
  let rows = 0;
  const ours = outcomes.filter(({ forecast: { at } }) => at > standing.since);
  for (const { share, group } of byShare(ours, pair.challenger)) {
    const { phase } = gate;
    if (phase === "rejected" || phase === "rolled back") break;
    const usable = group.filter((outcome) => {
      const why = whyAside(outcome, pair, gate, share);
      if (why !== undefined) aside[why] = (aside[why] ?? 0) + 1;
      return why === undefined;
    });
    if (usable.length === 0) continue;
    rows += usable.length;
    // Sessions that have not yet heard of it play the champion alone.
    const play = phase === "canary" ? share : gate.play;
    ({ state: gate, verdict } = judge({ ...gate, play }, usable, pair));
    if (verdict.decision === "promote") break;
  }
  return { standing: { ...standing, gate, aside }, rows, ...verdict && { verdict } };
}

/** Keeps a challenger out of the canary while another is in it. */
export function keepBack({ standing, verdict, rows }: Look, other: string): Look {
  const waits: Partial<GateVerdict> = {
    decision: "wait",
    phase: "shadow",
    play: 0,
    reasons: [`(a) to (d) hold, but ${other} is in the canary: one at a time`],
  };
  return {
    standing: { ...standing, gate: { ...standing.gate, phase: "shadow", play: 0 } },
    verdict: { ...verdict!, ...waits },
    rows,
  };
}

function* byShare(outcomes: readonly ClosedOutcome[], challenger: string) {
  let group: ClosedOutcome[] = [];
  let share = 0;
  for (const outcome of outcomes) {
    const played = playedInPart(outcome.forecast.played);
    const now = played?.id === challenger ? played.share : 0;
    if (now !== share && group.length > 0) {
      yield { share, group };
      group = [];
    }
    share = now;
    group.push(outcome);
  }
  if (group.length > 0) yield { share, group };
}

/** What a row's use depends on must not depend on the arm that was taken. */
function whyAside(
  { forecast: { probs } }: ClosedOutcome,
  { champion, challenger }: Pair,
  { phase, play }: GateState,
  share: number,
): string | undefined {
  const [old, fresh] = [probs[champion], probs[challenger]];
  if (old === undefined || fresh === undefined) return "from before it was judged";
  if (old === null || fresh === null) return "the log tried too little there";
  return phase === "canary" && share > 0 && share !== play ? "of another stage" : undefined;
}

/**
 * A row has two actions: what the log preferred, and anything else. Whether the log could take each
 * arm is known from its probabilities and was looked at before.
 */
function judge(gate: GateState, outcomes: readonly ClosedOutcome[], pair: Pair) {
  const of = new Map<readonly number[], ClosedOutcome>();
  const rows = outcomes.map((outcome): GateRow => {
    const { forecast: { best, propensity }, reward, components } = outcome;
    const context: number[] = [];
    of.set(context, outcome);
    const guards = guardsOf(components);
    return {
      context,
      mask: [true, true],
      action: best ? 0 : 1,
      propensity,
      guards,
      ...reward !== undefined && { reward },
    };
  });
  const policy = (name: string) => ({
    probs(context: readonly number[]) {
      const { best, probs } = of.get(context)!.forecast;
      const taken = probs[name]!;
      return best ? [taken, 1 - taken] : [1 - taken, taken];
    },
  });
  const rivals: Rivals = { champion: policy(pair.champion), challenger: policy(pair.challenger) };
  return judgeChallenger(gate, rows, rivals);
}

function guardsOf(components: Readonly<Record<string, number>>): Record<string, number> {
  const { score, seconds, feedback, reverted = 0, rejected = 0, asked = 0 } = components;
  const failed = score === 0 || feedback === 0 || reverted > 0 || rejected > 0;
  return {
    failures: failed ? 1 : 0,
    asked: asked > 0 ? 1 : 0,
    ...seconds !== undefined && { seconds },
  };
}
