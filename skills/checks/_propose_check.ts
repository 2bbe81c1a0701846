import type { PlainRequest } from "../../core/agent/request.ts";
import type { Proposal } from "../../core/tool.ts";

/** Words that ask for a run, beside the word that names the check. */
const RUN = ["run", "rerun", "execute", "pass", "passes", "passing", "fail", "fails", "failing"];

/**
 * Offers a check for a request that names it, strongly when it also asks for a run.
 *
 * @param subjects words that name the check.
 */
export function proposeCheck(
  { words, text, wantsChange }: PlainRequest,
  subjects: readonly string[],
): Proposal<{ paths?: string[] }> | undefined {
  const subject = subjects.find((word) => words.has(word));
  if (subject === undefined) return undefined;
  const short = text.trim().split(/\s+/).length <= 3;
  const run = short || RUN.some((word) => words.has(word));
  return {
    input: {},
    weight: run ? 0.9 : 0.3,
    reason: run ? `it asks to run something about "${subject}"` : `it mentions "${subject}"`,
    // A request to mend it wants to know what fails first, and then a plan.
    completes: run && !wantsChange,
  };
}
