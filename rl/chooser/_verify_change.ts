import type { CheckReport } from "../../core/check_report.ts";
import { judgeChange } from "../verifiers/judge_change.ts";
import type { OpenDecision } from "./policy_state.ts";

/** A report, and when it was made. */
export interface DatedReport extends CheckReport {
  /** Milliseconds since the epoch. */
  readonly ts: number;
}

/** What a check says of a change: for the log, as it is. */
export interface Verified {
  /** Event id of the decision. */
  readonly decision: string;
  /** As `scoreChange` takes them. */
  readonly components: Readonly<Record<string, number>>;
}

/**
 * What two runs of a check say of the one change between them: of tests what was fixed and what
 * broke, of a linter how many problems were left, of a build whether it succeeds.
 *
 * @returns undefined when no choice whose outcome is awaited made a change between them, or several
 * did: whose it is cannot be told.
 */
export function verifyChange(
  open: readonly OpenDecision[],
  before: DatedReport,
  now: DatedReport,
): Verified | undefined {
  const made = open.filter(({ change, decision: { ts } }) =>
    change !== undefined && ts > before.ts && ts <= now.ts
  );
  const [only] = made;
  if (only === undefined || made.length > 1) return undefined;
  const components = componentsOf(before, now);
  return components && { decision: only.decision.event_id, components };
}

function componentsOf(
  before: DatedReport,
  now: DatedReport,
): Readonly<Record<string, number>> | undefined {
  switch (now.kind) {
    case "test": {
      const change = { baseline: [before], present: [now], patch: "applied", lines: 0 } as const;
      return judgeChange(change).components;
    }
    case "build":
      return { build: now.ok && now.complete ? 1 : 0 };
    case "lint":
    case "types":
      return before.complete && now.complete
        ? {
          [`${now.kind}_before`]: before.problems.length,
          [`${now.kind}_now`]: now.problems.length,
        }
        : undefined;
  }
}
