import { CONFIG_OPTIONS, type ConfigOption, fileName } from "../../core/config_options.ts";

/** The text of a new `.dspy/config.yaml`: every setting that a workspace may make, commented out. */
export function configTemplate(): string {
  const options = CONFIG_OPTIONS.filter(({ fromWorkspace }) => fromWorkspace !== "none");
  return [
    "# Settings of dspy-code for this workspace. Flags and environment variables are stronger, your",
    "# own file (~/.config/dspy-code/config.yaml) is weaker. This file belongs to the repository, so",
    "# it can make settings stricter only: models, addresses and `approval: auto` are not taken",
    "# from it. `dspy-code config` shows each value and where it comes from.",
    ...options.flatMap((option) => [
      "",
      `# ${option.doc}`,
      `# ${fileName(option)}: ${exampleOf(option)}`,
    ]),
    "",
  ].join("\n");
}

function exampleOf({ default: value, fromWorkspace }: ConfigOption): string {
  return String(Array.isArray(fromWorkspace) ? fromWorkspace[0] : value);
}

/** The text of a new `.dspy_policy.yaml`. */
export const POLICY_TEMPLATE =
  `# What dspy-code may and may not do in this workspace. Denials hold at once;
# allow_commands only after \`dspy-code permissions trust\`, for exactly this text.

policy:
  # Tools that the agent should like, and tools that never run.
  prefer_tools: []
  deny_tools: []

  # The same for requests that match a regular expression.
  rules: []
  # - regex: "(?i)\\\\bdeploy\\\\b"
  #   prefer_tools: [plan]
  #   deny_tools: [exec]

  # Files that are never read or written, in the syntax of .gitignore.
  # .env files and private keys are denied anyway.
  deny_paths: []
  # - secrets/
  # - "*.pem"

  # Commands that run without asking, word by word; <path> stands for one path in the workspace.
  allow_commands: []
  # - npm test
  # - cat <path>

  # Commands that never run; a * at the end stands for any further words.
  deny_commands: []
  # - git push *
`;
