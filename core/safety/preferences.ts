/**
 * What a workspace's `.dspy_preferences.json` forbids. It can only make less possible, so it counts
 * without being trusted.
 */
export interface Preferences {
  /** Commands that never run, whoever asks: `git push`. */
  readonly forbidden_commands: readonly string[];
  /**
   * What no line that the agent adds may have: regular expressions, prefixes as `(?i)` set flags; what
   * is none, as `eval(`, is looked for as it stands.
   */
  readonly forbidden_code_patterns: readonly string[];
  /** Lines that one change of the agent may add and remove, over all its files. Default any number. */
  readonly max_blast_radius?: number;
  /** Why the file cannot be understood: then nothing is allowed that it could forbid. */
  readonly broken?: string;
}

/** Those of someone who has written none. */
export const NO_PREFERENCES: Preferences = { forbidden_commands: [], forbidden_code_patterns: [] };
