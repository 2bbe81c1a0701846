import type { Skill } from "../../core/program/skill.ts";
import { answerSkill, type CitedAnswer, type QuestionInput } from "./_answer_skill.ts";

/**
 * Answers a question about code from passages of it. Citations are checked: what a model was not
 * shown it cannot cite. By rules: the line of each passage that has most of the question's words.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { codeAnswer } from "@dspy/code/skills/search";
 * import assert from "node:assert/strict";
 *
 * const lm = scriptedLM([JSON.stringify({
 *   answer: "Three times.",
 *   citations: ["src/http.ts:7", "src/http.ts:99"],
 * })]);
 * const passages = [{ path: "src/http.ts", start: 7, text: "const TRIES = 3;" }];
 * const input = { question: "How often is a request tried?", passages };
 * const { output } = await codeAnswer.run(input, { lm: () => Promise.resolve(lm) });
 * assert.deepEqual(output.citations, [{ path: "src/http.ts", line: 7, text: "const TRIES = 3;" }]);
 * assert.deepEqual(output.dropped, ["src/http.ts:99"]);
 * ```
 */
export const codeAnswer: Skill<QuestionInput, CitedAnswer> = answerSkill(
  "code_answer",
  "Answer the question from the passages of code alone. Say what the code does, not what it should " +
    "do. Name the functions that matter. Cite the lines that show it. If the passages do not tell, " +
    "say so and cite the nearest line.",
);
