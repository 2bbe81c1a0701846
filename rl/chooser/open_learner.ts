import type { Candidate, Choice, ChoiceContext } from "../../core/agent/chooser.ts";
import type { Explanation, Learner, LearnerStatus } from "../../core/agent/learner.ts";
import type { Store } from "../../core/store/types.ts";
import type { Champion } from "./champion.ts";
import {
  type ControlEntry,
  type Decision,
  entryProblem,
  type RewardEntry,
} from "../log/decision.ts";
import { createRng } from "../rng.ts";
import { explainDecision } from "./_explain_decision.ts";
import { openPlayed } from "./_played_policies.ts";
import { readState, saveState } from "./_saved_state.ts";
import { judgeTools } from "./judge_tools.ts";
import { withKnownWords } from "./known_words.ts";
import { fingerprint } from "../fingerprint.ts";
import type { PolicyState } from "./policy_state.ts";
import { rulesAreBetter } from "./rules_are_better.ts";
import { createSparseModel } from "./sparse_model.ts";
import type { ToolPrior } from "./tool_prior.ts";

/** Options of {@linkcode openLearner}. */
export interface LearnerOptions {
  /** Where the log and the state are. */
  readonly store: Pick<Store, "append" | "read" | "head" | "get" | "put" | "update" | "delete">;
  /** Names the requests of this session. Default random. */
  readonly session?: string;
  /** What is known beforehand. Default nothing. */
  readonly prior?: ToolPrior;
  /** Of the random numbers: those of a decision follow from it and the decision's id. Default 1. */
  readonly seed?: number;
  /** Share of the first choices that try something else; 0 tries nothing at all. Default 0.02. */
  readonly explore?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Ids of decisions. Default `crypto.randomUUID`. */
  readonly newId?: () => string;
  /** Told what is logged, and the state when it is kept: for mirrors in files. Default nobody. */
  readonly mirror?: LearnerMirror;
  /** Told in one sentence what went wrong without ending anything. Default nobody. */
  readonly warn?: (text: string) => void;
}

/** Who is told what is learned. */
export interface LearnerMirror {
  /** An outcome was logged. */
  outcome(tool: string, reward: number, ts: number): void | Promise<void>;
  /** The state was kept. */
  state(state: PolicyState): void | Promise<void>;
}

/** A tool of which so much is expected is taken to be the right one. */
const SURE = 0.65;
/** And so is one that is so far ahead of the next. */
const AHEAD = 0.3;

/** So many decisions of this session can be explained. */
const MOST_MADE = 50;

/**
 * Opens the learner of a workspace: it logs each choice with its propensity, learns from outcomes
 * and chooses by what it learned. Its state follows from the log, so that sessions side by side
 * learn the same, nothing is learned twice and nothing is lost when one is killed.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { openLearner } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const learner = await openLearner({ store: openMemoryStore() });
 * const context = { request: "are we green?", step: 1, history: [], features: { "w:green": 1 } };
 * const candidates = [
 *   { tool: "esearch", weight: 0.5, reason: "words" },
 *   { tool: "run_tests", weight: 0, reason: "no rule speaks for it" },
 * ];
 * for (let i = 0; i < 5; i++) {
 *   await learner.choose(context, candidates);
 *   await learner.feedback(0, "run_tests");
 * }
 * const choice = await learner.choose(context, candidates);
 * assert.equal(choice?.untaught, "esearch");
 * assert.equal((await learner.why(1))[0]?.arms[0]?.tool, "run_tests");
 * ```
 */
export async function openLearner(options: LearnerOptions): Promise<Learner> {
  const { prior, seed = 1, now = Date.now, mirror } = options;
  const { session = crypto.randomUUID(), newId = () => crypto.randomUUID() } = options;
  const log = await openPlayed(options);
  const words = prior?.words ?? new Set<string>();
  /** Named after its first decision: a session's process may be started anew in between. */
  let episode = "";
  /** Newest last. */
  const made: Decision[] = [];

  return {
    choose,
    async learn(_context, { decision, tool }, { components, change }) {
      if (decision === undefined) return;
      const rest = { final: false, ...change !== undefined && { change } };
      await log.append(reward(decision, components, rest));
      if (components.score !== undefined) await mirror?.outcome(tool, components.score / 2, now());
    },
    async why(requests) {
      await log.catchUp();
      const all = made.length > 0 ? made : (await log.entries()).filter(isDecision);
      const episodes = [...new Set(all.toReversed().map(({ episode_id }) => episode_id))];
      const newest = new Set(episodes.slice(0, requests));
      return all.filter(({ episode_id }) => newest.has(episode_id))
        .map((decision) => explainDecision(decision, log.policy));
    },
    feedback,
    async reverted(change) {
      await log.catchUp();
      const found = log.policy.open().find((open) => open.change === change);
      if (found === undefined) return;
      await log.append(reward(found.decision.event_id, { reverted: 1 }, { final: true }));
    },
    async status() {
      await log.follow();
      await log.catchUp();
      return statusOf(log.champion, log.policy.state());
    },
    async evaluate() {
      await log.catchUp();
      // The estimators are some thirty modules, which no request needs.
      const { evaluateLog } = await import("./_evaluate_log.ts");
      return evaluateLog(await log.entries(), log.policy.model);
    },
    reset: () => control("reset"),
    replay: () => control("replay"),
    async export() {
      await log.catchUp();
      // Whose outcome is awaited is nobody else's business.
      return JSON.stringify(saveState({ ...log.policy.state(), open: {} }));
    },
    async import(text) {
      const state = parsed(text);
      // Looked at first: what is no state changes nothing.
      readState(state);
      return await control("import", state);
    },
  };

  async function choose(
    context: ChoiceContext,
    candidates: readonly Candidate[],
  ): Promise<Choice | undefined> {
    if (context.step === 1) await log.follow();
    await log.catchUp();
    const features = withKnownWords(context.features, words);
    const { judged, name } = log.policy.live
      ? log.judge(candidates, features, context.step)
      : { judged: judgeTools(createSparseModel(), candidates, []), name: "rules" };
    const event_id = newId();
    const picked = draw(judged.map(({ probability }) => probability), event_id, seed);
    if (picked < 0) return undefined;
    const { candidate, probability, mean } = judged[picked]!;
    if (context.step === 1 || episode === "") episode = `${session}/${event_id}`;
    const untaught = byRules(candidates) ?? candidate.tool;
    const decision: Decision = {
      v: 1,
      kind: "decision",
      event_id,
      ts: now(),
      episode_id: episode,
      step: context.step,
      ctx: features.map(([, value]) => value),
      ctx_names: features.map(([name]) => name),
      ctx_schema: prior?.features ?? "none",
      arms: candidates.map(({ tool }) => tool),
      mask: candidates.map(({ masked }) => masked === undefined),
      weights: candidates.map(({ weight }) => weight),
      probs: judged.map((one) => one.probability),
      action: candidate.tool,
      propensity: probability,
      untaught,
      policy_id: name,
      policy_version: log.policy.learned,
    };
    await log.append(decision);
    made.push(decision);
    if (made.length > MOST_MADE) made.shift();
    const others = judged.filter((one, i) => i !== picked && one.probability > 0)
      .sort((a, b) => b.mean - a.mean);
    const ahead = mean - (others[0]?.mean ?? 0);
    return {
      tool: candidate.tool,
      reason: untaught === candidate.tool ? candidate.reason : learnedReason(decision),
      propensity: probability,
      alternatives: others.map((one) => one.candidate.tool),
      decision: event_id,
      ...untaught !== candidate.tool && { untaught },
      ...log.policy.live && (mean >= SURE || ahead >= AHEAD) && { sure: true },
    };
  }

  function learnedReason(decision: Decision): string {
    const words = explainDecision(decision, log.policy).features
      .filter(({ name, adds }) => adds > 0 && /^[wb]:/.test(name))
      .map(({ name }) => name.slice(2).replace(/^\^ | \$$/g, ""));
    const about = words.filter((word, i) =>
      !words.some((other, j) => other.includes(word) && (other !== word || j < i))
    ).slice(0, 2);
    const from = about.length > 0 ? ` from ${about.map((word) => `"${word}"`).join(" and ")}` : "";
    return `learned${from}; without learning: ${decision.untaught}`;
  }

  async function feedback(mark: number, tool?: string): Promise<Explanation | undefined> {
    if (!(mark >= 0 && mark <= 10)) throw new RangeError(`a mark of ${mark}: expected 0 to 10`);
    await log.catchUp();
    // What is judged is how the newest request was begun: this session's, or else anybody's.
    const own = made.findLast(({ step }) => step === 1)?.event_id ?? log.policy.newest;
    const decision = log.policy.open().map(({ decision }) => decision)
      .find(({ event_id }) => event_id === own);
    if (decision === undefined) return undefined;
    if (tool !== undefined && !decision.arms.includes(tool)) {
      const offered = decision.arms.join(", ");
      throw new RangeError(`${tool} did not offer itself for that request; these did: ${offered}`);
    }
    const better = tool === undefined || tool === decision.action ? {} : { better: tool };
    await log.append(reward(decision.event_id, { feedback: mark }, { final: true, ...better }));
    await mirror?.outcome(decision.action, mark / 10, now());
    await log.keep();
    return { ...explainDecision(decision, log.policy), reward: mark / 10 };
  }

  function reward(
    event_id: string,
    components: Readonly<Record<string, number>>,
    rest: Pick<RewardEntry, "final" | "change" | "better">,
  ): RewardEntry {
    return { v: 1, kind: "reward", event_id, ts: now(), components, ...rest };
  }

  async function control(action: ControlEntry["action"], state?: unknown): Promise<LearnerStatus> {
    const entry: ControlEntry = { v: 1, kind: "control", event_id: newId(), ts: now(), action };
    await log.append(state === undefined ? entry : { ...entry, state });
    await log.keep();
    return statusOf(log.champion, log.policy.state());
  }
}

function isDecision(entry: unknown): entry is Decision {
  return entryProblem(entry) === undefined && (entry as Decision).kind === "decision";
}

function statusOf({ id, canary }: Champion, state: PolicyState): LearnerStatus {
  const { decisions, learned, late, rejected, tools, open, wins, losses } = state;
  const odd = Object.values(rejected).reduce((sum, n) => sum + n, 0);
  return {
    policy: `${id} ${learned}`,
    decisions,
    learned,
    open: Object.keys(open).length,
    passedOver: late + odd,
    tools: Object.entries(tools).map(([tool, [count, sum]]) => ({
      tool,
      count,
      reward: sum / count,
    }))
      .sort((a, b) => b.count - a.count || (a.tool < b.tool ? -1 : 1)),
    live: !rulesAreBetter(wins, losses),
    why: rulesAreBetter(wins, losses)
      ? `what you said shows that the rules choose better (${losses} to ${wins}); they choose until rl reset`
      : canary === undefined
      ? "it starts from what is known of requests and learns from each outcome"
      : `it learns from each outcome; ${canary.share * 100} % of the choices try ${canary.id}`,
  };
}

/** What the fixed rules choose: the highest weight, ties by name. */
function byRules(candidates: readonly Candidate[]): string | undefined {
  const open = candidates.filter(({ weight, masked }) => weight > 0 && masked === undefined);
  return open.sort((a, b) => b.weight - a.weight || (a.tool < b.tool ? -1 : 1))[0]?.tool;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError("a state that is no JSON");
  }
}

/** Which arm falls to a decision's own random number; -1 when none may be chosen. */
function draw(probs: readonly number[], id: string, seed: number): number {
  const at = createRng({ seed, stream: fingerprint(id), drawn: 0 }).float();
  let sum = 0;
  let last = -1;
  for (const [i, p] of probs.entries()) {
    if (p === 0) continue;
    last = i;
    sum += p;
    if (at < sum) return i;
  }
  return last;
}
