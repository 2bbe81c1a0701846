import type { LearnerEvaluation, PolicyValue } from "../../core/agent/learner.ts";
import { type Decision, entryProblem, type LogEntry } from "../log/decision.ts";
import { evaluatePolicy } from "../ope/evaluate_policy.ts";
import { createValueSequence } from "../ope/value_sequence.ts";
import type { LoggedRow } from "../ope/types.ts";
import { candidatesOf } from "./_explain_decision.ts";
import { judgeTools } from "./judge_tools.ts";
import { rewardOf } from "./reward_of.ts";
import type { SparseModel } from "./sparse_model.ts";

interface Judged {
  readonly decision: Decision;
  readonly row: LoggedRow;
}

/**
 * Judges by a log what was logged, the fixed rules and what is learned now. First choices only:
 * later steps depend on what came before. What was logged learned as it went, so that its own mean
 * is a fair figure; what is learned now has seen these very rows, and is told as that.
 */
export function evaluateLog(entries: readonly unknown[], model: SparseModel): LearnerEvaluation {
  const rejected = new Map<string, number>();
  const found = new Map<string, { decision: Decision; components: Record<string, number> }>();
  for (const entry of entries) {
    const problem = entryProblem(entry);
    if (problem !== undefined) {
      rejected.set(problem, (rejected.get(problem) ?? 0) + 1);
      continue;
    }
    const known = entry as LogEntry;
    if (known.kind === "decision") found.set(known.event_id, { decision: known, components: {} });
    else if (known.kind === "reward") {
      Object.assign(found.get(known.event_id)?.components ?? {}, known.components);
    }
  }
  const arms = [...new Set([...found.values()].flatMap(({ decision }) => decision.arms))].sort();
  const judged = [...found.values()].flatMap(({ decision, components }): Judged[] => {
    const reward = rewardOf(components);
    if (reward === undefined || decision.step !== 1) return [];
    return [{ decision, row: rowOf(decision, arms, reward.value) }];
  });
  const rows = judged.map(({ row }) => row);
  const of = new Map(judged.map(({ decision, row }) => [row.context, decision]));
  const rules = (decision: Decision) => oneHot(arms, decision.untaught);
  const now = (decision: Decision) => {
    const features = decision.ctx_names.map((name, i) => [name, decision.ctx[i]!] as const);
    const probs = new Float64Array(arms.length);
    for (const { candidate, probability } of judgeTools(model, candidatesOf(decision), features)) {
      probs[arms.indexOf(candidate.tool)] = probability;
    }
    return probs;
  };
  const values: PolicyValue[] = rows.length < 2 ? [] : [loggedValue(rows)];
  let effective = 0;
  for (
    const [policy, probs] of rows.length < 2 ? [] : [["rules", rules], ["learned", now]] as const
  ) {
    const report = evaluatePolicy(rows, { probs: (context) => probs(of.get(context)!) }, {
      resamples: 0,
      alpha: ALPHA,
    });
    if (policy === "rules") effective = report.ess;
    const { ips } = report.estimates;
    if (ips === undefined || report.sequence === undefined) continue;
    // Choices that could not have been made then are not judged: it would be guessing.
    if (report.supportViolations > 0.1 * rows.length) continue;
    const { low, high } = report.sequence;
    const method = policy === "rules" ? "IPS" : "IPS, on choices it has learned from";
    values.push({ policy, value: ips.value, low, high, method });
  }
  return {
    rows: rows.length,
    effective,
    rejected: Object.fromEntries(rejected),
    values,
    series: seriesOf(judged),
    verdict: verdictOf(values),
  };
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

function loggedValue(rows: readonly LoggedRow[]): PolicyValue {
  const sequence = createValueSequence({ rewardRange: [0, 1], alpha: ALPHA });
  for (const { reward } of rows) sequence.add(1, reward);
  const mean = rows.reduce((sum, { reward }) => sum + reward, 0) / rows.length;
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
