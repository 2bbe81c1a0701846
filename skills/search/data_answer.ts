import type { Skill } from "../../core/program/skill.ts";
import { answerSkill, type CitedAnswer, type QuestionInput } from "./_answer_skill.ts";

/**
 * Answers a question from texts and data: documents, logs, tables. Citations are checked as
 * {@linkcode codeAnswer} does. By rules: the line of each passage that has most of the question's
 * words.
 *
 * @example
 * ```ts
 * import { dataAnswer } from "@dspy/code/skills/search";
 * import assert from "node:assert/strict";
 *
 * const text = "id,city,people\n1,Paris,2100000\n2,Lyon,520000";
 * const input = { question: "people in Lyon", passages: [{ path: "cities.csv", start: 1, text }] };
 * const { output, by } = await dataAnswer.run(input);
 * assert.deepEqual([by, output.citations[0]?.line], ["rules", 3]);
 * ```
 */
export const dataAnswer: Skill<QuestionInput, CitedAnswer> = answerSkill(
  "data_answer",
  "Answer the question from the passages alone: documents, logs, tables. Copy numbers and names as " +
    "they stand; do not calculate over rows that are not shown. Cite the lines that say it. If the " +
    "passages do not tell, say so and cite the nearest line.",
);
