import type { Candidate, ChoiceContext } from "../../core/agent/chooser.ts";
import type { Decision, Situation } from "../log/decision.ts";
import { byRules, draw } from "./_draw.ts";
import { explainDecision } from "./_explain_decision.ts";
import { policyVersion } from "./_learner_status.ts";
import type { PlayedPolicies } from "./_played_policies.ts";
import { wordsSaid } from "./_said.ts";
import { type JudgedTool, judgeTools } from "./judge_tools.ts";
import { withKnownWords } from "./known_words.ts";
import type { LearnerOptions } from "./open_learner.ts";
import { createSparseModel } from "./sparse_model.ts";

/** A pick among candidates, with all that is known of it. */
export interface Picked {
  readonly situation: Situation;
  /** The same as a choice. */
  readonly decision: Decision;
  /** In the order of the candidates. */
  readonly judged: readonly JudgedTool[];
  /** Which of them. */
  readonly at: number;
  /** In one sentence. */
  readonly reason: string;
}

/** What {@linkcode createPicker} works with. */
type PickerOptions =
  & Pick<LearnerOptions, "prior">
  & Required<Pick<LearnerOptions, "session" | "newId" | "now" | "seed">>;

/**
 * Makes what picks among candidates by who plays now, and logs nothing.
 *
 * @returns takes the request under way, which later steps belong to; gives undefined when nothing may
 * be picked.
 */
export function createPicker(
  { prior, session, newId, now, seed }: PickerOptions,
  log: PlayedPolicies,
) {
  const words = prior?.words ?? new Set<string>();
  return pick;

  async function pick(
    context: ChoiceContext,
    candidates: readonly Candidate[],
    episode: string,
  ): Promise<Picked | undefined> {
    if (context.step === 1) await log.follow();
    await log.catchUp();
    const features = withKnownWords(context.features, words);
    const { judged, name } = log.policy.live
      ? log.judge(candidates, features, context.step)
      : { judged: judgeTools(createSparseModel(), candidates, []), name: "rules" };
    const event_id = newId();
    const at = draw(judged.map(({ probability }) => probability), event_id, seed);
    if (at < 0) return undefined;
    const { candidate, probability } = judged[at]!;
    const situation: Situation = {
      v: 1,
      event_id,
      ts: now(),
      // Named after its first decision: a session's process may be started anew in between.
      episode_id: context.step === 1 || episode === "" ? `${session}/${event_id}` : episode,
      step: context.step,
      ctx: features.map(([, value]) => value),
      ctx_names: features.map(([name]) => name),
      ctx_schema: prior?.features ?? "none",
      ...wordsOf(context, features.map(([name]) => name)),
      arms: candidates.map(({ tool }) => tool),
      mask: candidates.map(({ masked }) => masked === undefined),
      ...reasonsOf(candidates),
      weights: candidates.map(({ weight }) => weight),
      probs: judged.map((one) => one.probability),
      propensity: probability,
      untaught: byRules(candidates) ?? candidate.tool,
      policy_id: name,
      policy_version: policyVersion(log.champion.version, log.policy.offset),
    };
    const decision: Decision = { ...situation, kind: "decision", action: candidate.tool };
    const reason = decision.untaught === candidate.tool
      ? candidate.reason
      : learnedReason(decision);
    return { situation, decision, judged, at, reason };
  }

  function learnedReason(decision: Decision): string {
    const words = explainDecision(decision, log.policy).features
      .filter(({ name, adds }) => adds > 0 && !name.includes("<x>"))
      .map(({ name }) => wordsSaid(name, decision.words)?.replace(/^\^ | \$$/g, ""))
      .filter((word) => word !== undefined);
    const about = words.filter((word, i) =>
      !words.some((other, j) => other.includes(word) && (other !== word || j < i))
    ).slice(0, 2);
    const from = about.length > 0 ? ` from ${about.map((word) => `"${word}"`).join(" and ")}` : "";
    return `learned${from}; without learning: ${decision.untaught}`;
  }
}

/** Why candidates could not be chosen. */
function reasonsOf(candidates: readonly Candidate[]): Pick<Decision, "masked"> {
  const reasons = candidates.filter(({ masked }) => masked !== undefined)
    .map(({ tool, masked }) => [tool, masked!] as const);
  return reasons.length === 0 ? {} : { masked: Object.fromEntries(reasons) };
}

/** Words as they were written, of those that features have. */
function wordsOf({ words = {} }: ChoiceContext, names: readonly string[]): Pick<Decision, "words"> {
  const told = new Set(names.flatMap((name) => name.slice(2).split(" ")));
  const written = Object.entries(words).filter(([name]) => told.has(name));
  return written.length === 0 ? {} : { words: Object.fromEntries(written) };
}
