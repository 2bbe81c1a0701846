import type { Preferences } from "./preferences.ts";

/** Rules for a request that matches a regular expression. */
export interface PolicyRule {
  /** JavaScript syntax; prefixes as `(?i)` set flags. */
  readonly regex: string;
  /** Tools to like for such requests. */
  readonly prefer_tools: readonly string[];
  /** Tools that do not run for such requests. */
  readonly deny_tools: readonly string[];
}

/**
 * What the user wants and forbids, from `.dspy_policy.yaml` (or `.json`). A workspace's file is
 * content of the repository: its denials always hold, its `allow_commands` only once the user has
 * trusted exactly this text (`dspy-code permissions trust`).
 */
export interface Policy {
  /** Tools the chooser should like. */
  readonly prefer_tools: readonly string[];
  /** Tools that never run. */
  readonly deny_tools: readonly string[];
  /** Rules for requests of one kind. */
  readonly rules: readonly PolicyRule[];
  /** Globs (gitignore syntax) of files that are never read or written. */
  readonly deny_paths: readonly string[];
  /**
   * Commands that run without asking, word by word: `npm test`, `cat <path>`. `<path>` stands for
   * one operand that passes the path guard.
   */
  readonly allow_commands: readonly string[];
  /** Commands that never run, in the same form; a trailing `*` word stands for any rest. */
  readonly deny_commands: readonly string[];
  /** What the workspace's `.dspy_preferences.json` forbids, which is a file of its own. Default nothing. */
  readonly preferences?: Preferences;
}

/** What further restricts the agent in a workspace: {@linkcode Preferences}. */
export const PREFERENCES_FILE = ".dspy_preferences.json";

/** The policy of someone who has written none. */
export const EMPTY_POLICY: Policy = {
  prefer_tools: [],
  deny_tools: [],
  rules: [],
  deny_paths: [],
  allow_commands: [],
  deny_commands: [],
};

/** The files a policy is read from, best first, relative to the workspace's root. */
export const POLICY_FILES: readonly string[] = [".dspy_policy.yaml", ".dspy_policy.json"];
