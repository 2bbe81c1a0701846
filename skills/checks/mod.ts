/**
 * The checks a project has of its own: where its parts are, and the one form in which tests, lints
 * and builds of every toolchain are reported. The tools `run_tests`, `lint` and `build` run them; the skill
 * `testPlanner` chooses which tests.
 *
 * @example The parts of a mixed repository
 * ```ts
 * import { findProjects } from "@dspy/code/skills/checks";
 * import { openFiles } from "@dspy/code/core/workspace";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/tool`);
 * await Deno.writeTextFile(`${folder}/package.json`, "{}");
 * await Deno.writeTextFile(`${folder}/tool/Cargo.toml`, "");
 * const projects = await findProjects(openFiles(folder));
 * assert.deepEqual(projects.map(({ dir, marker }) => [dir, marker]), [
 *   [".", "package.json"],
 *   ["tool", "Cargo.toml"],
 * ]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export type {
  CheckKind,
  CheckReport,
  Problem,
  Suppression,
  TestOutcome,
  TestStatus,
} from "../../core/check_report.ts";
export { findProjects, type FindProjectsOptions, type Project } from "./find_projects.ts";
export { type TestPlan, type TestPlanInput, testPlanner } from "./test_planner.ts";
