import type { Entry, EntryBody } from "../conversation/entry.ts";

/** `1.`, `2)`, `## Step 3:`. */
const STEP = /^\W*(?:step )?\d+[.):]\s/im;

/** What a model said, marked as a plan. */
export type PlanBody = Extract<EntryBody, { kind: "assistant" }>;

/**
 * The plan that a conversation has: the newest answer of plan mode that has steps. What was asked
 * about it later replaces it only by steps of its own.
 */
export function planOf(path: readonly Entry[]): PlanBody | undefined {
  const plans = path.map(({ body }) => body).filter((body): body is PlanBody =>
    body.kind === "assistant" && body.plan === true
  );
  return plans.findLast(({ text }) => STEP.test(text)) ?? plans.at(-1);
}
