/**
 * What the agent does with itself: the skill `controller` chooses the next tool for a request, by a
 * model, or without one by the weights of what the tools propose.
 *
 * @example
 * ```ts
 * import { controller } from "@dspy/code/skills/agent";
 * import assert from "node:assert/strict";
 *
 * const tools = [{ name: "run_tests", summary: "Runs the tests" }];
 * const proposals = [{ tool: "run_tests", args: {}, weight: 0.9, reason: "it asks for tests" }];
 * const { output } = await controller.run({ request: "run the tests", tools, proposals });
 * assert.deepEqual([output.tool, output.thought], ["run_tests", "it asks for tests"]);
 * ```
 *
 * @module
 */
export {
  controller,
  type ControllerInput,
  type ControllerProposal,
  type ControllerStep,
  type ControllerTool,
  type NextAction,
} from "./controller.ts";
