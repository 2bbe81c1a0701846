/**
 * What can be told of a task and a file from their words and names alone; the tool `plan` makes steps
 * from it, with what it finds in the repository. Two skills do it with a model, and by rules without
 * one: `fileLocator` and `taskPlan`.
 *
 * @example
 * ```ts
 * import { classifyTask, fileRole, taskTerms } from "@dspy/code/skills/plan";
 * import assert from "node:assert/strict";
 *
 * const task = "rename `readAll` to readLines in core/store";
 * assert.equal(classifyTask(task), "refactor");
 * assert.ok(taskTerms(task).some(({ text }) => text === "readAll"));
 * assert.equal(fileRole("core/store/read_test.ts"), "test");
 * ```
 *
 * @module
 */
export { classifyTask, type TaskKind } from "./classify_task.ts";
export { type FileHit, fileLocator, type LocatedFiles, type LocateInput } from "./file_locator.ts";
export { type FileRole, fileRole } from "./file_role.ts";
export { type TaskPlan, taskPlan, type TaskPlanInput, type TaskStep } from "./task_plan.ts";
export { taskTerms, type Term } from "./task_terms.ts";
