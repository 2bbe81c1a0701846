import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill } from "../../core/program/skill.ts";
import { fitList, fitText } from "../_fit_text.ts";
import { companionTests, indexCompanions, isRunnableTest } from "../plan/companion_tests.ts";

/** Input of {@linkcode testPlanner}. */
export interface TestPlanInput {
  /** Files that changed, relative to the root. */
  readonly changed: readonly string[];
  /** All files of the workspace, among them the tests. */
  readonly paths: readonly string[];
  /** The change as a diff. Default unknown. */
  readonly diff?: string;
}

/** What {@linkcode testPlanner} gives: input for `run_tests`. */
export interface TestPlan {
  /** Test files to run; all of them exist. Empty: all tests. */
  readonly paths: readonly string[];
  /** Only tests whose name contains this. */
  readonly filter?: string;
  /** Why these, in one sentence. */
  readonly why: string;
}

/**
 * Chooses the tests to run after a change. By rules: the changed tests, and those that by their
 * names belong to the changed files.
 *
 * @example
 * ```ts
 * import { testPlanner } from "@dspy/code/skills/checks";
 * import assert from "node:assert/strict";
 *
 * const paths = ["src/parse.ts", "src/parse_test.ts", "src/print.ts", "src/print_test.ts"];
 * const { output } = await testPlanner.run({ changed: ["src/parse.ts"], paths });
 * assert.deepEqual(output.paths, ["src/parse_test.ts"]);
 * ```
 */
export const testPlanner: Skill<TestPlanInput, TestPlan> = defineSkill({
  name: "test_planner",
  signature: sig(
    {
      changed: z.string().describe("the change: a diff, or paths of changed files"),
      tests: z.string().describe("test files there are, one per line"),
      problem: z.string().optional().describe("what was wrong with the last answer"),
    },
    {
      paths: z.array(z.string()).describe("test files to run, copied; empty for all of them"),
      filter: z.string().describe("part of the name of the tests to run; empty for all"),
      why: z.string().describe("why these, in one sentence"),
    },
    "Choose the fewest test files that would fail if the change were wrong. When the change may " +
      "break code all over, leave `paths` empty.",
  ),
  maxTokens: 500,
  give: ({ changed, paths, diff }: TestPlanInput, room) => ({
    changed: fitText(diff ?? changed.join("\n"), Math.floor(room / 2)),
    tests: fitList(nearestFirst(changed, paths), Math.floor(room / 2)).join("\n"),
  }),
  async accept(told, { paths }, ctx): Promise<TestPlan> {
    const known = new Set(paths.filter(isRunnableTest));
    const named = told.paths.map((path) => path.trim().replace(/^\.\//, ""));
    const kept = [...new Set(named.filter((path) => known.has(path)))];
    if (named.length > 0 && kept.length === 0) {
      throw new UserError("failed", `it named tests that are not here: ${named.join(", ")}`);
    }
    const filter = told.filter.trim();
    // A filter that no file has would run nothing, and nothing that fails looks like success.
    const texts = await Promise.all(
      filter === "" ? [] : kept.map((path) => ctx.files?.readText(path).catch(() => "")),
    );
    const applies = !filter.startsWith("-") && texts.some((text) => text?.includes(filter));
    return { paths: kept, ...applies && { filter }, why: told.why.trim() };
  },
  local({ changed, paths }) {
    const index = indexCompanions(paths);
    const tests = changed.flatMap((path) =>
      isRunnableTest(path) ? [path] : companionTests(path, index).filter(isRunnableTest)
    );
    const why = tests.length > 0
      ? "They belong to the changed files by their names."
      : "No test belongs to the changed files by its name.";
    return { paths: [...new Set(tests)], why };
  },
});

/** Tests of the same folder or name come first: they are shown where not all fit. */
function nearestFirst(changed: readonly string[], paths: readonly string[]): string[] {
  const index = indexCompanions(paths);
  const companions = new Set(changed.flatMap((path) => companionTests(path, index)));
  const folders = changed.map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  const rank = (path: string) =>
    companions.has(path) ? 0 : folders.some((folder) => path.startsWith(folder)) ? 1 : 2;
  return paths.filter(isRunnableTest).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
