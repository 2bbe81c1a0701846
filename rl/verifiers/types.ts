import type { CheckReport } from "../../core/check_report.ts";

/** What one action of the tool environment brought: plain data. */
export interface ActionResult {
  /** Name of the action: `run_tests`. */
  readonly tool: string;
  /** Whether it did what it was for. */
  readonly ok: boolean;
  /** What was measured, by name: `pass_rate`, `blast_radius`, `lint_issues`. Finite numbers. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Reports of the checks it ran. Default none. */
  readonly reports?: readonly CheckReport[];
  /** More to log. Default nothing. */
  readonly info?: Readonly<Record<string, unknown>>;
}

/** Scores one side of a result. */
export interface Verifier {
  /** Its name, by which weights and scales are found. */
  readonly kind: string;
  /** A finite score, or null where it does not apply: it then counts for nothing. */
  score(result: ActionResult): number | null;
}
