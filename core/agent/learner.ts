import type { CheckReport } from "../check_report.ts";
import type { Candidate, ChoiceContext, Chooser } from "./chooser.ts";

/** Key of the store: when a choice last changed files, milliseconds since the epoch. */
export const LAST_CHANGE = "rl.changed";

/** Why a tool was chosen. */
export interface Explanation {
  /** Under which the choice is logged. */
  readonly decision: string;
  /** The request it was for. */
  readonly episode: string;
  /** Which of its steps, from 1. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** Name of the tool. */
  readonly tool: string;
  /** In one sentence. */
  readonly reason: string;
  /** Probability with which it was picked. */
  readonly propensity: number;
  /** What the untaught rules would have picked; the tool itself when that is the same. */
  readonly untaught: string;
  /** What is believed of each tool that could be chosen, best first. */
  readonly arms: readonly ArmBelief[];
  /** What spoke most for and against the tool, strongest first. */
  readonly features: readonly ExplainedFeature[];
  /** Name of the policy that picked, which champion it was, and the offset of the log it knew. */
  readonly policy: string;
  /** What came of it, from 0 to 1; absent while nothing is known. */
  readonly reward?: number;
}

/** What a feature of a situation says of a tool. */
export interface ExplainedFeature {
  /** As the log calls it: `w:everyth`. */
  readonly name: string;
  /** As people say it: `"everything"`. */
  readonly said: string;
  /** What it adds to the expected reward. */
  readonly adds: number;
}

/** What is believed of a tool in a situation. */
export interface ArmBelief {
  /** Its name. */
  readonly tool: string;
  /** Expected reward. */
  readonly mean: number;
  /** Lower end of an interval of about two standard errors around it. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** How often its outcome was learned, in whatever situation. */
  readonly count: number;
  /** Probability with which it would have been picked. */
  readonly probability: number;
  /** Why it could not be picked: `cooling down`, `denied by the policy`. Absent when it could. */
  readonly masked?: string;
}

/** How a tool did. */
export interface LearnedTool {
  /** Its name. */
  readonly tool: string;
  /** How often it was chosen and something came of it. */
  readonly count: number;
  /** Mean reward, from 0 to 1. */
  readonly reward: number;
}

/** What a learner has learned so far. */
export interface LearnerStatus {
  /** Name and version of the policy. */
  readonly policy: string;
  /** Decisions in the log. */
  readonly decisions: number;
  /** How many of them were learned from. */
  readonly learned: number;
  /** Decisions whose outcome is still awaited. */
  readonly open: number;
  /** Decisions that were closed with nothing known of them. */
  readonly missing: number;
  /** Outcomes that came too late or belong to no decision. */
  readonly passedOver: number;
  /** By tool: how often chosen, and the mean reward. */
  readonly tools: readonly LearnedTool[];
  /** The same of trainings with the workspace's own checks. Absent where nobody knows of any. */
  readonly trained?: readonly LearnedTool[];
  /** Whether what was learned decides; if not, the rules do. */
  readonly live: boolean;
  /** How it stands, in one sentence. */
  readonly why: string;
  /** What it suggested for requests that a model answered. Absent when it never did. */
  readonly suggested?: {
    /** How often. */
    readonly made: number;
    /** How often the model called that tool first. */
    readonly taken: number;
  };
}

/** What a chooser would pick for a request that a model answers. */
export interface Suggestion {
  /** Name of the tool. */
  readonly tool: string;
  /** Why this one, in one sentence. */
  readonly reason: string;
  /** Probability with which it was picked. */
  readonly propensity: number;
  /**
   * Logs it with what the model did.
   *
   * @param tool the one that it called first; empty for none.
   * @param components what that brought, as measured; see `Outcome`.
   */
  taken(tool: string, components: Readonly<Record<string, number>>): Promise<void>;
}

/** What the log says of a policy, by methods that weigh what was logged. */
export interface PolicyValue {
  /** `logged`, `rules`, `learned`. */
  readonly policy: string;
  /** Expected reward of a decision, from 0 to 1. */
  readonly value: number;
  /** Lower end of an interval that holds however often it is looked at, at 97.5 %. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** How it was estimated. */
  readonly method: string;
}

/** What {@linkcode Learner.evaluate} found. */
export interface LearnerEvaluation {
  /** Decisions with an outcome. */
  readonly rows: number;
  /** Decisions of which nothing ever became known, by tool: intervals hold for whatever it was. */
  readonly missing: Readonly<Record<string, number>>;
  /** Entries that are no longer in the log: it keeps the newest. */
  readonly trimmed: number;
  /** As many decisions by the rules' own policy would tell as much. */
  readonly effective: number;
  /** Rows that cannot be used, and why. */
  readonly rejected: Readonly<Record<string, number>>;
  /** What each policy earns; one that the log can say nothing of is absent. */
  readonly values: readonly PolicyValue[];
  /** How it went, oldest first, each point over some decisions. */
  readonly series: readonly {
    /** Decisions up to and with this point. */
    readonly decisions: number;
    /** Mean reward of those of this point. */
    readonly reward: number;
    /** Share of them in which the rules would have picked the same. */
    readonly sameAsRules: number;
  }[];
  /** In one sentence: whether what was learned is better. */
  readonly verdict: string;
}

/** What a pass of training in the background did. */
export interface LearnerPass {
  /** Whether it could work; another trainer may have been at it. */
  readonly ran: boolean;
  /** Why it did not, in one clause. */
  readonly why?: string;
  /** Entries of the log that were read. */
  readonly entries: number;
  /** First choices whose outcome was known. */
  readonly outcomes: number;
  /** First choices of which nothing ever became known. */
  readonly missing: number;
  /** Old entries that were taken out of the log. */
  readonly trimmed: number;
  /** What was decided of each challenger. */
  readonly verdicts: readonly {
    readonly challenger: string;
    /** `wait`, `start canary`, `promote`, `roll back` and the like. */
    readonly decision: string;
    /** Why, in one sentence. */
    readonly reason: string;
  }[];
  /** Name of the policy that is played now. */
  readonly champion: string;
}

/** Options of {@linkcode Learner.train}. */
export interface TrainOptions {
  /** Ends after one pass. Default: goes on until the signal says so. */
  readonly once?: boolean;
  /** Time between two looks at the log, in milliseconds. Default 5,000. */
  readonly interval?: number;
  /** Entries of the log that a pass takes at most. Default all there are. */
  readonly most?: number;
  /** Ends it, after what is there by then. */
  readonly signal: AbortSignal;
  /** Told what each pass did. */
  readonly onPass: (pass: LearnerPass) => void;
}

/**
 * A chooser that keeps a log of its decisions and learns across sessions. It only reorders what may
 * be chosen: it can neither allow nor start anything.
 */
export interface Learner extends Chooser {
  /**
   * What it would pick for a request that a model answers: nothing is done by it. Absent where
   * nothing is suggested.
   *
   * @returns undefined when it would pick nothing.
   */
  suggest?(
    context: ChoiceContext,
    candidates: readonly Candidate[],
  ): Promise<Suggestion | undefined>;
  /** Why the tools of the newest requests were chosen, in the order in which they were. */
  why(requests: number): Promise<readonly Explanation[]>;
  /**
   * Takes what the person says of the last request.
   *
   * @param mark from 0 to 10.
   * @param tool the one that would have been right.
   * @returns the decision that it is about; undefined when there is none.
   * @throws {RangeError} for a mark or a tool that is none.
   */
  feedback(mark: number, tool?: string): Promise<Explanation | undefined>;
  /**
   * Told that a change was taken back.
   *
   * @returns the decision that made it; undefined when its outcome is no longer awaited.
   */
  reverted(change: string): Promise<Explanation | undefined>;
  /**
   * Told how a check came out before and after a change. Absent where nothing is made of that.
   *
   * @param before the last run of the same check, with the time of its end in milliseconds.
   * @param now this run.
   * @returns the decision whose change it says something of.
   */
  verified?(
    before: CheckReport & { readonly ts: number },
    now: CheckReport & { readonly ts: number },
  ): Promise<Explanation | undefined>;
  /** What was learned so far. */
  status(): Promise<LearnerStatus>;
  /** What the log says of the rules, of what was logged and of what was learned. */
  evaluate(): Promise<LearnerEvaluation>;
  /** Forgets what was learned; the log stays. */
  reset(): Promise<LearnerStatus>;
  /** Learns anew all that is left of the log. */
  replay(): Promise<LearnerStatus>;
  /**
   * Trains challengers and judges them by the log, each entry exactly once, however many do so.
   * Absent where nothing is trained.
   */
  train?(options: TrainOptions): Promise<void>;
  /** The state as JSON. */
  export(): Promise<string>;
  /**
   * Takes a state over.
   *
   * @throws {RangeError} for one that is damaged or of a newer version: nothing changes.
   */
  import(text: string): Promise<LearnerStatus>;
}
