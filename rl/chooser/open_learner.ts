import type { Candidate, Choice, ChoiceContext } from "../../core/agent/chooser.ts";
import {
  type Explanation,
  LAST_CHANGE,
  type Learner,
  type LearnerStatus,
  type Suggestion,
} from "../../core/agent/learner.ts";
import type { Store } from "../../core/store/types.ts";
import type { ControlEntry, Decision, RewardEntry, SuggestionEntry } from "../log/decision.ts";
import { explainDecision } from "./_explain_decision.ts";
import { statusOf } from "./_learner_status.ts";
import { newestDecisions } from "./_newest_decisions.ts";
import { createPicker } from "./_pick.ts";
import { openPlayed } from "./_played_policies.ts";
import { readState, saveState } from "./_saved_state.ts";
import type { PolicyState } from "./policy_state.ts";
import { rewardOf } from "./reward_of.ts";
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
  /** An outcome of a decision was logged, the reward being from 0 to 1. */
  outcome(decision: Decision, reward: number, ts: number): void | Promise<void>;
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
  const { seed = 1, now = Date.now, mirror } = options;
  const { session = crypto.randomUUID(), newId = () => crypto.randomUUID() } = options;
  const log = await openPlayed(options);
  const pick = createPicker({ ...options, session, newId, now, seed }, log);
  let episode = "";
  /** Newest last. */
  const made: Decision[] = [];

  return {
    choose,
    suggest,
    async learn(_context, { decision }, { components, change }) {
      if (decision === undefined) return;
      const rest = { final: false, ...change !== undefined && { change } };
      await log.append(reward(decision, components, rest));
      if (change !== undefined) await options.store.put(LAST_CHANGE, now());
      const { score } = components;
      const about = made.find(({ event_id }) => event_id === decision);
      if (score !== undefined && about !== undefined) {
        await mirror?.outcome(about, score / 2, now());
      }
    },
    async why(requests) {
      await log.catchUp();
      // A session that chose is asked of its own choices.
      const from = made.length > 0 ? backwards(made) : log.newest();
      return (await newestDecisions(from, requests))
        .map((decision) => explainDecision(decision, log.policy));
    },
    feedback,
    async reverted(change) {
      await log.catchUp();
      const found = log.policy.open().find((open) => open.change === change);
      if (found === undefined) return undefined;
      const { decision } = found;
      await log.append(reward(decision.event_id, { reverted: 1 }, { final: true }));
      await mirror?.outcome(decision, 0, now());
      return { ...explainDecision(decision, log.policy), reward: 0 };
    },
    async verified(before, now) {
      await log.catchUp();
      const { verifyChange } = await import("./_verify_change.ts");
      const found = verifyChange(log.policy.open(), before, now);
      if (found === undefined) return undefined;
      await log.append(reward(found.decision, found.components, { final: false }));
      const open = log.policy.open().find(({ decision }) => decision.event_id === found.decision);
      const worth = open && rewardOf(open.components)?.value;
      if (open === undefined || worth === undefined) return undefined;
      await mirror?.outcome(open.decision, worth, now.ts);
      return explainDecision(open.decision, log.policy);
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
      const awaited = new Set(log.policy.open().map(({ decision }) => decision.event_id));
      const trimmed = await log.trimmed();
      return { ...await evaluateLog(log.entries(), log.policy.model, awaited), trimmed };
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
    const picked = await pick(context, candidates, episode);
    if (picked === undefined) return undefined;
    const { decision, judged, at, reason } = picked;
    episode = decision.episode_id;
    await log.append(decision);
    made.push(decision);
    if (made.length > MOST_MADE) made.shift();
    const { mean, probability } = judged[at]!;
    const others = judged.filter((one, i) => i !== at && one.probability > 0)
      .sort((a, b) => b.mean - a.mean);
    const ahead = mean - (others[0]?.mean ?? 0);
    const { action: tool, untaught } = decision;
    return {
      tool,
      reason,
      propensity: probability,
      alternatives: others.map((one) => one.candidate.tool),
      decision: decision.event_id,
      ...untaught !== tool && { untaught },
      ...log.policy.live && (mean >= SURE || ahead >= AHEAD) && { sure: true },
    };
  }

  async function suggest(
    context: ChoiceContext,
    candidates: readonly Candidate[],
  ): Promise<Suggestion | undefined> {
    const picked = await pick(context, candidates, episode);
    if (picked === undefined) return undefined;
    const { situation, decision: { action: suggested }, reason } = picked;
    return {
      tool: suggested,
      reason,
      propensity: situation.propensity,
      async taken(tool, components) {
        // What a person says next is about what the model did.
        made.length = 0;
        const entry: SuggestionEntry = {
          ...situation,
          kind: "suggestion",
          suggested,
          taken: tool,
          components,
        };
        await log.append(entry);
      },
    };
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
    await mirror?.outcome(decision, mark / 10, now());
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

async function* backwards(decisions: readonly Decision[]): AsyncGenerator<Decision> {
  yield* decisions.toReversed();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError("no state of a learner: it is no JSON");
  }
}
