import type { Chooser } from "./chooser.ts";

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
  /** What spoke most for and against the tool, strongest first: a feature and what it adds. */
  readonly features: readonly { readonly name: string; readonly adds: number }[];
  /** Version of the policy that picked. */
  readonly policy: string;
  /** What came of it, from 0 to 1; absent while nothing is known. */
  readonly reward?: number;
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
  /** Why it could not be picked. Absent when it could. */
  readonly masked?: string;
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
  /** Outcomes that came too late or belong to no decision. */
  readonly passedOver: number;
  /** By tool: how often chosen, and the mean reward. */
  readonly tools: readonly {
    readonly tool: string;
    readonly count: number;
    readonly reward: number;
  }[];
  /** Whether what was learned decides; if not, the rules do. */
  readonly live: boolean;
  /** How it stands, in one sentence. */
  readonly why: string;
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

/**
 * A chooser that keeps a log of its decisions and learns across sessions. It only reorders what may
 * be chosen: it can neither allow nor start anything.
 */
export interface Learner extends Chooser {
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
  /** Told that a change was taken back. */
  reverted(change: string): Promise<void>;
  /** What was learned so far. */
  status(): Promise<LearnerStatus>;
  /** What the log says of the rules, of what was logged and of what was learned. */
  evaluate(): Promise<LearnerEvaluation>;
  /** Forgets what was learned; the log stays. */
  reset(): Promise<LearnerStatus>;
  /** Learns the whole log anew. */
  replay(): Promise<LearnerStatus>;
  /** The state as JSON. */
  export(): Promise<string>;
  /**
   * Takes a state over.
   *
   * @throws {RangeError} for one that is damaged or of a newer version: nothing changes.
   */
  import(text: string): Promise<LearnerStatus>;
}
