import type { LearnerEvaluation, PolicyValue } from "../../core/agent/learner.ts";
import { type Decision, entryProblem, type LogEntry } from "../log/decision.ts";
import { evaluatePolicy } from "../ope/evaluate_policy.ts";
import { createValueSequence, type ValueSequence } from "../ope/value_sequence.ts";
import type { LoggedRow } from "../ope/types.ts";
import { candidatesOf } from "./_explain_decision.ts";
import { judgeTools } from "./judge_tools.ts";
import { rewardOf } from "./reward_of.ts";
import type { SparseModel } from "./sparse_model.ts";

interface Judged {
  readonly decision: Decision;
  /** With a reward of NaN when nothing ever came of it. */
  readonly row: LoggedRow;
}

/** How a policy picks in the situation of a decision, by arm. */
type Picks = (decision: Decision) => Float64Array;

/**
 * Judges by a log what was logged, the fixed rules and what is learned now. First choices only:
 * later steps depend on what came before. What was logged learned as it went, so that its own mean
 * is a fair figure; what is learned now has seen these very rows, and is told as that.
 *
 * Values are of choices with an outcome; the intervals hold whatever the others would have brought.
 *
 * @param awaited ids of decisions whose outcome may still come.
 */
export async function evaluateLog(
  entries: AsyncIterable<unknown>,
  model: SparseModel,
  awaited: ReadonlySet<string> = new Set(),
): Promise<Omit<LearnerEvaluation, "trimmed">> {
  const rejected = new Map<string, number>();
  const found = new Map<string, { decision: Decision; components: Record<string, number> }>();
  for await (const entry of entries) {
    const problem = entryProblem(entry);
    if (problem !== undefined) {
      rejected.set(problem, (rejected.get(problem) ?? 0) + 1);
      continue;
    }
    const known = entry as LogEntry;
    if (known.kind === "decision" && known.step === 1 && !found.has(known.event_id)) {
      found.set(known.event_id, { decision: known, components: {} });
    } else if (known.kind === "reward") {
      Object.assign(found.get(known.event_id)?.components ?? {}, known.components);
    }
  }
  const arms = [...new Set([...found.values()].flatMap(({ decision }) => decision.arms))].sort();
  const judged = [...found.values()].flatMap(({ decision, components }): Judged[] => {
    const reward = rewardOf(components);
    if (reward === undefined && awaited.has(decision.event_id)) return [];
    return [{ decision, row: rowOf(decision, arms, reward?.value ?? NaN) }];
  });
  const came = judged.filter(({ row }) => !Number.isNaN(row.reward));
  const missing: Record<string, number> = {};
  for (const { decision: { action }, row } of judged) {
    if (Number.isNaN(row.reward)) missing[action] = (missing[action] ?? 0) + 1;
  }
  const rules: Picks = (decision) => oneHot(arms, decision.untaught);
  const now: Picks = (decision) => {
    const features = decision.ctx_names.map((name, i) => [name, decision.ctx[i]!] as const);
    const probs = new Float64Array(arms.length);
    for (const { candidate, probability } of judgeTools(model, candidatesOf(decision), features)) {
      probs[arms.indexOf(candidate.tool)] = probability;
    }
    return probs;
  };
  const values: PolicyValue[] = came.length < 2 ? [] : [loggedValue(judged)];
  let effective = 0;
  for (
    const [policy, picks] of came.length < 2 ? [] : [["rules", rules], ["learned", now]] as const
  ) {
    const { value, ess } = valueOf(judged, came, picks);
    if (policy === "rules") effective = ess;
    const method = policy === "rules" ? "IPS" : "IPS, on choices it has learned from";
    if (value !== undefined) values.push({ policy, ...value, method });
  }
  return {
    rows: came.length,
    missing,
    effective,
    rejected: Object.fromEntries(rejected),
    values,
    series: seriesOf(came),
    verdict: verdictOf(values),
  };
}

/** What a policy earns; without a value when the log can say nothing of it. */
function valueOf(judged: readonly Judged[], came: readonly Judged[], picks: Picks) {
  const of = new Map(judged.map(({ decision, row }) => [row.context, decision]));
  const report = evaluatePolicy(
    came.map(({ row }) => row),
    { probs: (context) => picks(of.get(context)!) },
    { resamples: 0, alpha: ALPHA },
  );
  const { ips } = report.estimates;
  // Choices that could not have been made then are not judged: it would be guessing.
  const blind = report.supportViolations > 0.1 * came.length;
  if (ips === undefined || blind) return { ess: report.ess };
  const sequence = createValueSequence({ rewardRange: [0, 1], alpha: ALPHA });
  for (const { decision, row } of judged) {
    addTo(sequence, picks(decision)[row.action]! / row.propensity, row.reward);
  }
  return { ess: report.ess, value: { value: ips.value, ...sequence.interval() } };
}

/** With no weight a row says for either end what the worst reward would. */
function addTo(sequence: ValueSequence, weight: number, reward: number): void {
  if (Number.isNaN(reward)) sequence.add(0, 0);
  else sequence.add(weight, reward);
}

/** Two intervals that hold at this level and do not meet: together a test at 5 %, by the union bound. */
const ALPHA = 0.025;

/** Points of the series, at most. */
const MOST_POINTS = 60;

function seriesOf(judged: readonly Judged[]): LearnerEvaluation["series"] {
  const size = Math.max(5, Math.ceil(judged.length / MOST_POINTS));
  const points = [];
  for (let at = 0; at < judged.length; at += size) {
    const part = judged.slice(at, at + size);
    const same = part.filter(({ decision }) => decision.untaught === decision.action).length;
    const reward = part.reduce((sum, { row }) => sum + row.reward, 0) / part.length;
    points.push({ decisions: at + part.length, reward, sameAsRules: same / part.length });
  }
  return points;
}

function rowOf(decision: Decision, arms: readonly string[], reward: number): LoggedRow {
  const mask = arms.map((arm) => decision.mask[decision.arms.indexOf(arm)] ?? false);
  const action = arms.indexOf(decision.action);
  // The context says how well the rules fit: what a model of rewards can use.
  const context = [Math.max(...decision.weights)];
  return { context, mask, action, propensity: decision.propensity, reward };
}

function oneHot(arms: readonly string[], arm: string): Float64Array {
  return Float64Array.from(arms, (name) => name === arm ? 1 : 0);
}

function loggedValue(judged: readonly Judged[]): PolicyValue {
  const sequence = createValueSequence({ rewardRange: [0, 1], alpha: ALPHA });
  for (const { row } of judged) addTo(sequence, 1, row.reward);
  const rewards = judged.map(({ row }) => row.reward).filter((reward) => !Number.isNaN(reward));
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  return { policy: "logged", value: mean, ...sequence.interval(), method: "mean of what came" };
}

function verdictOf(values: readonly PolicyValue[]): string {
  const logged = values.find(({ policy }) => policy === "logged");
  const rules = values.find(({ policy }) => policy === "rules");
  if (logged === undefined || rules === undefined) {
    return "there are too few outcomes to say anything of the rules";
  }
  if (logged.low > rules.high) return "what was learned is better than the rules";
  if (logged.high < rules.low) return "the rules are better than what was learned";
  return "the log does not show a difference between what was learned and the rules";
}
