import type { PlainRequest } from "../../core/agent/request.ts";
import type { Proposal } from "../../core/tool.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";

/** Words that ask for a run, beside the word that names the check. */
const RUN = /\b(?:run|rerun|execute|pass(?:es|ing)?|fail(?:s|ing|ed)?)\b/i;
/** Who asks how it is done does not ask to have it done. */
const HOW =
  /^\s*(?:how (?:do|can|to|are|should)|(?:what|which) (?:is the )?command)\b|\b(?:list|where)\b/i;

/**
 * Offers a check for a request that names it, strongly when it also asks for a run; with weight 0
 * for any other.
 *
 * @param subjects words that name the check.
 */
export function proposeCheck(
  request: PlainRequest,
  subjects: readonly string[],
): Proposal<{ paths?: string[] }> {
  const { words, plain, paths, wantsChange } = request;
  const subject = subjects.find((word) => words.has(word));
  const inputOf = (paths: readonly string[]) => paths.length > 0 ? { paths: [...paths] } : {};
  if (subject === undefined || HOW.test(plain)) return quietOffer(inputOf(namedIn(request).paths));
  const short = plain.trim().split(/\s+/).length <= 3;
  const run = short || RUN.test(plain);
  return {
    input: inputOf(paths),
    weight: run ? 0.94 : 0.3,
    reason: run ? `it asks to run something about "${subject}"` : `it mentions "${subject}"`,
    // A request to mend it wants to know what fails first, and then a plan.
    completes: run && !wantsChange,
  };
}
