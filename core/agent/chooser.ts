/** A tool that could serve a request, with what its own rules say for it. */
export interface Candidate {
  /** Name of the tool. */
  readonly tool: string;
  /** How well it fits by fixed rules, from 0 to 1: the prior of a learner. */
  readonly weight: number;
  /** Why it fits, in one sentence a user can check. */
  readonly reason: string;
}

/** What a chooser may look at. */
export interface ChoiceContext {
  /** The request in plain language. */
  readonly request: string;
  /** 1 for the first tool of a request. */
  readonly step: number;
  /** Tools already run for this request, oldest first, with their scores from 0 to 2. */
  readonly history: readonly { readonly tool: string; readonly score: number }[];
  /** Facts about the workspace and the request, by name: `has_logs`, `wants_change`. */
  readonly features: Readonly<Record<string, number>>;
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
}

/** Picks the next tool among those allowed, and learns from how it went. */
export interface Chooser {
  /**
   * Picks a tool.
   *
   * @param allowed candidates that neither policy nor cooldown forbids.
   * @returns undefined when nothing in `allowed` would help.
   */
  choose(context: ChoiceContext, allowed: readonly Candidate[]): Choice | undefined;
  /**
   * Learns from what the choice brought.
   *
   * @param reward from 0 to 1.
   */
  learn(context: ChoiceContext, choice: Choice, reward: number): void | Promise<void>;
}
