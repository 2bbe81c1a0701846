/** The actions of the tool environment, by index. */
export const TOOL_ACTIONS = [
  "run_tests",
  "lint",
  "build",
  "patch",
  "shell_ls",
  "shell_pwd",
  "shell_cat",
  "shell_cd",
  "shell_run",
] as const;

/** Name of an action. */
export type ToolActionName = typeof TOOL_ACTIONS[number];

/** The actions by name, as numbers. */
export const ToolAction: Readonly<Record<Uppercase<ToolActionName>, number>> = {
  RUN_TESTS: 0,
  LINT: 1,
  BUILD: 2,
  PATCH: 3,
  SHELL_LS: 4,
  SHELL_PWD: 5,
  SHELL_CAT: 6,
  SHELL_CD: 7,
  SHELL_RUN: 8,
};

const ALIASES: Readonly<Record<string, ToolActionName>> = {
  test: "run_tests",
  tests: "run_tests",
  ls: "shell_ls",
  list: "shell_ls",
  pwd: "shell_pwd",
  cat: "shell_cat",
  view: "shell_cat",
  cd: "shell_cd",
  chdir: "shell_cd",
  shell: "shell_run",
  sh: "shell_run",
  run: "shell_run",
  cli: "shell_run",
};

/**
 * The action that a value means: an index, a name in any case with `-`, `_` or blanks, or an alias:
 * `test(s)`, `ls`, `list`, `pwd`, `cat`, `view`, `cd`, `chdir`, `shell`, `sh`, `run`, `cli`.
 *
 * @throws {RangeError} when it means none.
 *
 * @example
 * ```ts
 * import { ToolAction, toolAction } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.equal(toolAction("Run Tests"), "run_tests");
 * assert.equal(toolAction(ToolAction.PATCH), "patch");
 * assert.equal(toolAction("view"), "shell_cat");
 * assert.throws(() => toolAction("deploy"), /expected an index from 0 to 8/);
 * ```
 */
export function toolAction(value: unknown): ToolActionName {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) {
    const name = TOOL_ACTIONS[value];
    if (name !== undefined) return name;
  }
  if (typeof value === "string") {
    const plain = value.trim().toLowerCase().replaceAll(/[\s-]+/g, "_");
    const name = TOOL_ACTIONS.find((name) => name === plain);
    if (name !== undefined) return name;
    if (Object.hasOwn(ALIASES, plain)) return ALIASES[plain]!;
  }
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  throw new RangeError(
    `no action ${shown}; expected an index from 0 to 8 or one of ${TOOL_ACTIONS.join(", ")}`,
  );
}
