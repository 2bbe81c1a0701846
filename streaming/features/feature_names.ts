/** The sixteen features of a text, in the order in which they stand in a vector. */
export const FEATURE_NAMES = [
  "char_norm",
  "line_norm",
  "token_diversity",
  "avg_token_len_norm",
  "entropy_norm",
  "rare_token_ratio",
  "error_density",
  "warning_density",
  "exception_density",
  "timeout_density",
  "uppercase_ratio",
  "digit_ratio",
  "punctuation_ratio",
  "tfidf_top1",
  "tfidf_avg_top3",
  "novelty_score",
] as const satisfies readonly string[];

/** Name of one of the sixteen features. */
export type FeatureName = typeof FEATURE_NAMES[number];
