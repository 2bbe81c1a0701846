import {
  budgetCheck,
  loggingChecks,
  lostCheck,
  percent,
  promotionChecks,
  rollbackCheck,
  snipsOf,
  stageCheck,
  told,
} from "./_gate_checks.ts";
import type {
  GateCheck,
  GateDecision,
  GateLook,
  GateRow,
  GateState,
  GateVerdict,
  Rivals,
} from "./gate_types.ts";
import {
  addRow,
  closeWork,
  freshDifference,
  freshState,
  openWork,
  type Work,
} from "./_gate_work.ts";
import { createLowerBound } from "./lower_bound.ts";
import { checkState } from "./_read_gate.ts";

/**
 * One look of the conservative gate: counts the rows since the last look in, and decides. A
 * challenger comes into the canary, rises through its stages and is promoted while all of this
 * holds over the rows since the last promotion:
 *
 * - the log is sound: both mean weights within 3 standard errors of 1, no weight over `1 / floor`,
 *   few rows unusable (while it is not, nothing is concluded; far beyond, the champion alone is
 *   played);
 * - (a) the effective sample size is at least `max(100, 0.05 n)`;
 * - (b) no weight is over `1 / floor`, and no action is wanted that the log never took;
 * - (c) the time-uniform lower bound of `(w_new - w_champ) r` is above 0, also if each reward that
 *   never came was the worst for it, and it is not shown that one of the two loses more of them;
 * - (d) no guard metric is worse by more than delta in its upper bound;
 * - (e) each stage has had its decisions, and the conservative budget allows to play at all;
 * - (f) the same bound reversed is not above 0: else it is turned down, or taken back after it was
 *   played or promoted. A promoted one of which it is shown that its rewards are missing more often
 *   is taken back, too: nobody could show then that it is worse.
 *
 * The bounds hold at all times at once: look after every row, or once a day. It is a pure function;
 * the state given is not changed, is plain JSON, and can be stored.
 *
 * Sources: Waudby-Smith, Ramdas, JRSS B 86 (2024), for the bounds (see `createLowerBound`); Wu,
 * Shariff, Lattimore, Szepesvari, "Conservative bandits", ICML 2016, for the budget; Thomas,
 * Theocharous, Ghavamzadeh, "High confidence policy improvement", ICML 2015, for a policy that is
 * replaced on a lower bound only.
 *
 * @param rows logged since the last look, with the mixed propensities of `mixPolicies` at the share
 * that the last verdict said to play.
 * @throws {RangeError} when the state is damaged or of an unknown version, or a policy's
 * probabilities are none.
 *
 * @example
 * ```ts
 * import { createRng, judgeChallenger, startGate } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const rng = createRng(1);
 * const rivals = { champion: { probs: () => [0.5, 0.5] }, challenger: { probs: () => [0, 1] } };
 * const rows = Array.from({ length: 300 }, () => {
 *   const action = rng.int(2);
 *   return { context: [], mask: [true, true], action, propensity: 0.5, reward: action };
 * });
 * const { verdict } = judgeChallenger(startGate({ floor: 0.25 }), rows, rivals);
 * assert.equal(verdict.decision, "start canary");
 * assert.equal(verdict.play, 0.05);
 * ```
 */
export function judgeChallenger(
  state: GateState,
  rows: readonly GateRow[],
  rivals: Rivals,
): GateLook {
  checkState(state);
  const work = openWork(state);
  if (work.phase === "rejected" || work.phase === "rolled back") {
    return { state, verdict: verdict(work, "closed", [], [`the challenger was ${work.phase}`]) };
  }
  for (const row of rows) addRow(work, row, rivals);
  const log = loggingChecks(work);
  const checks = [...log];
  if (work.n > 0) checks.push(...promotionChecks(work), rollbackCheck(work));
  const [decision, reasons] = decide(work, log, checks);
  const told = verdict(work, decision, checks, reasons);
  if (decision !== "promote") return { state: closeWork(work), verdict: told };
  return { state: freshState(work.thresholds, "promoted"), verdict: told };
}

/** 5 standard errors instead of 3, and as much more of rows put aside. */
const FAR = 5 / 3;

/** What must hold for a challenger to be played. */
const NEEDED: readonly string[] = ["a", "b", "c", "d", "missing"];

type Decided = [GateDecision, string[]];

/** Decides, and moves phase, stage and share on. */
function decide(work: Work, log: GateCheck[], checks: GateCheck[]): Decided {
  const broken = failing(log);
  if (broken.length > 0) {
    // A sound log is a little over its threshold now and then; one that is broken goes far beyond.
    const far = log.some(({ value, threshold }) => value > FAR * threshold);
    if (work.phase === "canary" && (far || work.underFloor > 0)) work.play = 0;
    return ["refuse", ["the log is refused: nothing is concluded from it", ...broken]];
  }
  if (work.n === 0) return ["wait", ["there are no rows yet"]];
  const worse = checks.find(({ name }) => name === "f")!;
  if (worse.ok) {
    const shadow = work.phase === "shadow";
    work.phase = shadow ? "rejected" : "rolled back";
    work.play = 0;
    const says = "the challenger is shown to be worse: the champion is played";
    return [shadow ? "reject" : "roll back", [says, told(worse)]];
  }
  const lost = lostCheck(work);
  if (work.phase === "promoted") {
    if (lost.ok) return ["watch", ["nothing shows that the former was better"]];
    work.phase = "rolled back";
    work.play = 0;
    return ["roll back", [
      "what the challenger does can be judged less: the champion is played",
      told(lost),
    ]];
  }
  const open = failing(checks.filter(({ name }) => NEEDED.includes(name)));
  if (open.length > 0) {
    work.play = 0;
    return work.phase === "shadow" ? ["wait", open] : ["hold", open];
  }
  return work.phase === "shadow" ? startCanary(work, checks) : goOn(work, checks);
}

function failing(checks: readonly GateCheck[]): string[] {
  return checks.filter(({ ok }) => !ok).map(told);
}

function startCanary(work: Work, checks: GateCheck[]): Decided {
  const [share] = work.thresholds.stages;
  const budget = budgetCheck(work, share!);
  checks.push(budget);
  if (!budget.ok) return ["wait", [told(budget)]];
  work.phase = "canary";
  work.play = share!;
  // What is shown against it counts from its first decision: earlier gains must not hide a loss.
  work.worse = createLowerBound(freshDifference(work.thresholds));
  return ["start canary", [`(a) to (d) hold: the challenger is played at ${percent(share!)}`]];
}

function goOn(work: Work, checks: GateCheck[]): Decided {
  const { stages } = work.thresholds;
  const enough = stageCheck(work);
  checks.push(enough);
  if (enough.ok && work.stage === stages.length - 1) {
    work.phase = "promoted";
    work.play = 1;
    return ["promote", ["(a) to (e) hold: the challenger is the champion now", told(enough)]];
  }
  if (enough.ok) {
    work.stage++;
    work.stageDone = 0;
  }
  const share = stages[work.stage]!;
  const budget = budgetCheck(work, share);
  checks.push(budget);
  work.play = budget.ok ? share : 0;
  if (!budget.ok) return ["hold", [told(budget)]];
  if (enough.ok) return ["next stage", [`the challenger is played at ${percent(share)}`]];
  return ["go on", [told(enough)]];
}

function verdict(
  work: Work,
  decision: GateDecision,
  checks: readonly GateCheck[],
  reasons: readonly string[],
): GateVerdict {
  const { n, phase, play, missing, rejected, champion, challenger, thresholds } = work;
  const [low, high] = thresholds.rewardRange;
  const weighed = champion.told > 0 && challenger.told > 0;
  return {
    v: 1,
    decision,
    phase,
    play,
    n,
    missing: missing.n,
    rejected: { ...rejected },
    ...weighed && {
      values: {
        champion: low + (high - low) * snipsOf(champion),
        challenger: low + (high - low) * snipsOf(challenger),
      },
    },
    checks,
    reasons,
  };
}
