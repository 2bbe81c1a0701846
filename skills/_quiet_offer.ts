import type { Proposal } from "../core/tool.ts";

/**
 * The offer of a tool for a request that none of its rules is for: the rules never choose it and
 * nobody is told of it, but a learner can find out that it helps. Only for tools that read or check.
 *
 * @param input what the tool would sensibly take for this request.
 */
export function quietOffer<I>(input: I): Proposal<I> {
  return { input, weight: 0, reason: "no rule speaks for it" };
}
