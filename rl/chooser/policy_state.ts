import { fingerprint } from "../fingerprint.ts";
import { type Decision, entryProblem, type LogEntry, type RewardEntry } from "../log/decision.ts";
import { baseOf, featuresOf } from "./judge_tools.ts";
import { type Reward, rewardOf, WEIGHTS_VERSION } from "./reward_of.ts";
import { rulesAreBetter } from "./rules_are_better.ts";
import {
  type Beliefs,
  createSparseModel,
  type SparseFeatures,
  type SparsePrior,
} from "./sparse_model.ts";

/** A decision whose outcome is awaited. */
export interface OpenDecision {
  /** As it was logged. */
  readonly decision: Decision;
  /** The latest time the log had seen when it came, milliseconds. */
  readonly at: number;
  /** What became known of it so far, as measured. */
  readonly components: Readonly<Record<string, number>>;
  /** Id of the change of files it made. */
  readonly change?: string;
  /** Arm that would have been right, as the person said. */
  readonly better?: string;
}

/**
 * What was learned from a log up to an offset: plain JSON. It follows from the log alone, so that
 * every process that reads the same log comes to the same state.
 */
export interface PolicyState {
  /** Version of this shape. */
  readonly v: 1;
  /** How many entries of the log are in it. */
  readonly offset: number;
  /** The latest time seen in the log, milliseconds: a clock that goes back closes nothing. */
  readonly clock: number;
  /** Decisions seen. */
  readonly decisions: number;
  /** Decisions that were learned from. */
  readonly learned: number;
  /** Decisions that were closed with nothing known of them. */
  readonly missing: number;
  /** Outcomes that were passed over: of no decision whose outcome was awaited. */
  readonly late: number;
  /** Entries that could not be used: how many, by why. */
  readonly rejected: Readonly<Record<string, number>>;
  /** By tool: how often its outcome was learned, and the sum of the rewards. */
  readonly tools: Readonly<Record<string, readonly [count: number, sum: number]>>;
  /** By event id. */
  readonly open: Readonly<Record<string, OpenDecision>>;
  /** Event id of the newest first choice; empty before there is one, and once a model answered. */
  readonly newest: string;
  /** Fingerprints of the last decisions, so that none counts twice. */
  readonly seen: readonly number[];
  /**
   * First choices other than the rules' own of which the person said that they were right, and those
   * of which they said that the rules' choice would have been.
   */
  readonly wins: number;
  /** The latter. */
  readonly losses: number;
  /** Requests that a model answered, and in how many of them it took what was suggested. */
  readonly suggestions?: readonly [made: number, taken: number];
  /** What all this stands on: the prior and the weighing of rewards. Another is learned anew. */
  readonly basis: string;
  /** What was learned beyond the prior. */
  readonly beliefs: Beliefs;
}

/** After this time another session's request ends the wait for an outcome, in milliseconds. */
export const OUTCOME_TTL = 10 * 60 * 1000;

/** So long checks, and whether it is taken back, may say something of a change, in milliseconds. */
export const CHANGE_TTL = 60 * 60 * 1000;

/** How a policy learns; without these it learns as the policy that ships. */
export interface FoldOptions {
  /** What an outcome's variance is multiplied by: below 1 learns faster. Default 1. */
  readonly noise?: number | undefined;
  /** Variance of a weight that nothing is known of. Default that of `createSparseModel`. */
  readonly variance?: number | undefined;
  /** Told of each decision whose outcome is known, before it is learned. Default nobody. */
  readonly onOutcome?: ((outcome: OpenDecision, reward: Reward) => void) | undefined;
  /** Told of each decision that is closed with nothing known of it. Default nobody. */
  readonly onMissing?: ((outcome: OpenDecision) => void) | undefined;
}

/** Learning a log, entry by entry. */
export interface PolicyFold {
  /** Takes the next entry; what cannot be used is counted and changes nothing else. */
  take(entry: unknown): void;
  /** What is expected now. */
  readonly model: ReturnType<typeof createSparseModel>;
  /** How many entries of the log were taken. */
  readonly offset: number;
  /** How many decisions were learned from. */
  readonly learned: number;
  /** Event id of the newest first choice; empty before there is one. */
  readonly newest: string;
  /** Whether it may decide: false once the person's words say that the rules choose better. */
  readonly live: boolean;
  /** Decisions whose outcome is awaited, oldest first. */
  open(): OpenDecision[];
  /** How often an arm's outcome was learned. */
  count(arm: string): number;
  /** The state now, as a copy. */
  state(): PolicyState;
}

/** The state before anything was learned. */
export function freshState(): PolicyState {
  const none = { decisions: 0, learned: 0, missing: 0, late: 0 };
  const empty = { rejected: {}, tools: {}, open: {}, beliefs: {}, seen: [] };
  return {
    v: 1,
    offset: 0,
    clock: 0,
    ...none,
    ...empty,
    newest: "",
    wins: 0,
    losses: 0,
    basis: "",
  };
}

/** So many decisions are known again when they come twice. */
const MOST_SEEN = 500;

/** A mark from here on says that the choice was right. */
const GOOD = 6;

/** What a state stands on: see {@linkcode PolicyState.basis}. */
export function basisOf(prior: SparsePrior | undefined): string {
  return `${prior?.id ?? "no prior"}, rewards ${WEIGHTS_VERSION}`;
}

/**
 * Goes on from a state. Each decision is learned once: when its outcome is final, when the same
 * session has gone on to another request, or when one of another session comes later than
 * {@linkcode OUTCOME_TTL}; one that changed files only after {@linkcode CHANGE_TTL}. Control entries are the reader's business; see `foldEntry`.
 *
 * @param prior what is known before anything was learned.
 * @param how a variant: the same log, learned otherwise.
 */
export function foldPolicy(
  from: PolicyState,
  prior?: SparsePrior,
  { noise: factor = 1, variance, onOutcome, onMissing }: FoldOptions = {},
): PolicyFold {
  const model = createSparseModel({
    ...prior && { prior },
    ...variance !== undefined && { variance },
    learned: from.beliefs,
  });
  const open = new Map(Object.entries(from.open));
  const tools = new Map(Object.entries(from.tools));
  const rejected = new Map(Object.entries(from.rejected));
  const seen = [...from.seen];
  let { offset, clock, decisions, learned, missing, late, newest, wins, losses } = from;
  let { suggestions } = from;

  function take(entry: unknown): void {
    offset++;
    const problem = entryProblem(entry);
    if (problem !== undefined) return reject(problem);
    const known = entry as LogEntry;
    clock = Math.max(clock, known.ts);
    if (known.kind === "decision") decide(known);
    else if (known.kind === "reward") reward(known);
    else if (known.kind === "suggestion") {
      const [made, taken] = suggestions ?? [0, 0];
      suggestions = [made + 1, taken + (known.taken === known.suggested ? 1 : 0)];
      // The newest request was a model's: what is said of it is about no choice of ours.
      newest = "";
    }
  }

  function decide(decision: Decision): void {
    const print = fingerprint(decision.event_id);
    if (seen.includes(print)) return reject("an event_id that was there before");
    seen.push(print);
    if (seen.length > MOST_SEEN) seen.shift();
    decisions++;
    if (decision.step === 1) newest = decision.event_id;
    for (const [id, { decision: old, at, change }] of open) {
      const over = change === undefined && old.episode_id !== decision.episode_id &&
        sessionOf(old.episode_id) === sessionOf(decision.episode_id);
      if (over || clock - at > (change === undefined ? OUTCOME_TTL : CHANGE_TTL)) close(id);
    }
    open.set(decision.event_id, { decision, at: clock, components: {} });
  }

  function reward({ event_id, components, change, better, final }: RewardEntry): void {
    const found = open.get(event_id);
    if (found === undefined) return void late++;
    open.set(event_id, {
      ...found,
      components: { ...found.components, ...components },
      ...(change ?? found.change) !== undefined && { change: change ?? found.change! },
      ...(better ?? found.better) !== undefined && { better: better ?? found.better! },
    });
    if (final) close(event_id);
  }

  function close(id: string): void {
    const outcome = open.get(id)!;
    const { decision, components, better } = outcome;
    open.delete(id);
    const reward = rewardOf(components);
    if (reward === undefined) {
      missing++;
      return onMissing?.(outcome);
    }
    learned++;
    onOutcome?.(outcome, reward);
    if (decision.step === 1 && decision.action !== decision.untaught) {
      if ((components.feedback ?? 0) >= GOOD) wins++;
      else if (better === decision.untaught) losses++;
    }
    const [n, sum] = tools.get(decision.action) ?? [0, 0];
    tools.set(decision.action, [n + 1, sum + reward.value]);
    learn(decision, decision.action, reward);
    if (better !== undefined && better !== decision.action) {
      learn(decision, better, { ...reward, value: 1 });
    }
  }

  function learn(decision: Decision, arm: string, { value, noise }: Reward): void {
    const { arms, weights, ctx, ctx_names } = decision;
    const weight = weights[arms.indexOf(arm)] ?? 0;
    const features: SparseFeatures = ctx_names.map((name, i) => [name, ctx[i]!]);
    model.update(arm, featuresOf({ weight }, features), value - baseOf(weight), factor * noise);
  }

  function reject(problem: string): void {
    rejected.set(problem, (rejected.get(problem) ?? 0) + 1);
  }

  return {
    take,
    model,
    get offset() {
      return offset;
    },
    get learned() {
      return learned;
    },
    get newest() {
      return newest;
    },
    get live() {
      return !rulesAreBetter(wins, losses);
    },
    open: () => [...open.values()],
    count: (arm) => tools.get(arm)?.[0] ?? 0,
    state: () => ({
      v: 1,
      offset,
      clock,
      decisions,
      learned,
      missing,
      late,
      rejected: Object.fromEntries(rejected),
      tools: Object.fromEntries(tools),
      open: Object.fromEntries(open),
      newest,
      seen: [...seen],
      wins,
      losses,
      ...suggestions && { suggestions },
      basis: basisOf(prior),
      beliefs: model.learned(),
    }),
  };
}

/** Episodes are named `<session>/<number>`. */
function sessionOf(episode: string): string {
  return episode.slice(0, episode.lastIndexOf("/"));
}
