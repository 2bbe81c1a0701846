/** A tool that could serve a request, with what its own rules say for it. */
export interface Candidate {
  /** Name of the tool. */
  readonly tool: string;
  /** How well it fits by fixed rules, from 0 to 1: the prior of a learner. */
  readonly weight: number;
  /** Why it fits, in one sentence a user can check. */
  readonly reason: string;
  /** Whether the call would have to be asked for, so that trying it costs the person something. */
  readonly asks?: boolean;
  /** Why it may not be chosen now: `cooling down`. Absent when it may. */
  readonly masked?: string;
}

/** What a chooser may look at. */
export interface ChoiceContext {
  /** The request in plain language. */
  readonly request: string;
  /** 1 for the first tool of a request. */
  readonly step: number;
  /** Tools already run for this request, oldest first, with their scores from 0 to 2. */
  readonly history: readonly { readonly tool: string; readonly score: number }[];
  /** Facts about the workspace and the request, by name: `has_logs`, `w:calls`. */
  readonly features: Readonly<Record<string, number>>;
  /** Words as they were written, by what features call them: `everyth`. Default: as they are called. */
  readonly words?: Readonly<Record<string, string>>;
}

/** A chooser's pick. */
export interface Choice {
  /** Name of the tool. */
  readonly tool: string;
  /** Why this one, in one sentence. */
  readonly reason: string;
  /** Probability with which this tool was picked: needed to learn from logs. In (0, 1]. */
  readonly propensity: number;
  /** The other allowed tools, best first. */
  readonly alternatives: readonly string[];
  /** Under which the choice is logged. Absent when it is not. */
  readonly decision?: string;
  /** What the untaught rules would have picked, when that is another tool. */
  readonly untaught?: string;
  /** Whether the tool is so surely right that its result is the answer. Default false. */
  readonly sure?: boolean;
}

/** What a choice brought. */
export interface Outcome {
  /** From 0 to 1. */
  readonly reward: number;
  /**
   * What it is made of, as measured: `score` from 0 to 2, `seconds`, and 1 for `asked` when a person
   * was, `rejected` when they said no.
   */
  readonly components: Readonly<Record<string, number>>;
  /** Id of the change of files the call made, by which `undo` takes it back. */
  readonly change?: string;
}

/** Picks the next tool among those allowed, and learns from how it went. */
export interface Chooser {
  /**
   * Picks a tool.
   *
   * @param candidates what offers itself; those that policy denies are not among them.
   * @returns undefined when nothing that may be chosen would help.
   */
  choose(
    context: ChoiceContext,
    candidates: readonly Candidate[],
  ): Choice | undefined | Promise<Choice | undefined>;
  /** Learns from what the choice brought. */
  learn(context: ChoiceContext, choice: Choice, outcome: Outcome): void | Promise<void>;
}
