/** What the gate says: run it, ask the human, or never. */
export type Verdict = "allow" | "ask" | "deny";

/** The gate's answer to one request. */
export interface Decision {
  readonly verdict: Verdict;
  /** Id of the rule that decided: `path.outside`, `approval.unset.write`, `policy.deny_tools`. */
  readonly rule: string;
  /** The exact thing the verdict holds for: an argv, a path, a tool name; never a wider class. */
  readonly scope: string;
  /** One sentence for the human and the model. */
  readonly reason: string;
}
