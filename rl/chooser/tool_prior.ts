import data from "./prior.json" with { type: "json" };
import type { SparsePrior } from "./sparse_model.ts";

/** What is known of requests in plain language before anything was learned in a workspace. */
export interface ToolPrior extends SparsePrior {
  /** Version of the features it is about. */
  readonly features: string;
  /** Words that are told apart; others are all taken as one. */
  readonly words: ReadonlySet<string>;
}

/**
 * The prior that ships with the package: learned by `deno task prior` from some 3,000 wordings that
 * were written for it.
 */
export function toolPrior(): ToolPrior {
  const { features, id, words, variance, means } = data;
  return { features, id, words: new Set(words), variance, means: means as SparsePrior["means"] };
}
