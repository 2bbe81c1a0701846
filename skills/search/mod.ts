/**
 * Questions about a workspace: two skills answer from passages with citations that are checked, by a
 * model, or without one by the lines that fit best. The tool `answer` finds the passages.
 *
 * @example
 * ```ts
 * import { codeAnswer } from "@dspy/code/skills/search";
 * import assert from "node:assert/strict";
 *
 * const passages = [{ path: "a.ts", start: 1, text: "// limits\nexport const TRIES = 3;" }];
 * const { output } = await codeAnswer.run({ question: "how many tries?", passages });
 * assert.deepEqual(output.citations.map(({ line }) => line), [2]);
 * ```
 *
 * @module
 */
export type { Citation, CitedAnswer, Passage, QuestionInput } from "./_answer_skill.ts";
export { codeAnswer } from "./code_answer.ts";
export { dataAnswer } from "./data_answer.ts";
