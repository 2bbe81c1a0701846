import { UserError } from "../../core/errors.ts";
import { lazy } from "../../core/lazy.ts";
import type { SkillResult } from "../../core/program/skill.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import { whoAnswered } from "../_who_answered.ts";
import { fileRole } from "../plan/file_role.ts";
import type { Citation, CitedAnswer, Passage } from "./_answer_skill.ts";
import { bestLines } from "./_best_lines.ts";
import { type ChunkPlace, openCodeIndex, refreshIndex } from "./_code_index.ts";
import { contentWords } from "./_content_words.ts";
import { definedPassages } from "./_defined_passages.ts";
import { definitionBoost } from "./_definition_boost.ts";

const input = (z: Zod) =>
  z.object({
    question: z.array(z.string()).default([]).describe("the question in plain words"),
    code: z.boolean().default(false).describe("look into code only"),
    data: z.boolean().default(false).describe("look into documents, logs and tables only"),
    k: z.int().min(1).max(20).default(6).describe("passages to look at"),
    useLm: z.boolean().optional()
      .describe("let the model answer; by default it does when one is configured")
      .meta({ model: "hidden" }),
  });

/** Input of the tool `answer`. */
export type AnswerInput = SchemaOutput<typeof input>;

/** Result of the tool `answer`. */
export interface AnswerData {
  /** What the model says; empty when the places are the answer. */
  readonly answer: string;
  /** Places it rests on. */
  readonly citations: readonly Citation[];
  /** Who answered. */
  readonly by: "model" | "rules";
}

const loadSkills = {
  code: lazy<typeof import("./code_answer.ts")>("./code_answer.ts", import.meta.url),
  data: lazy<typeof import("./data_answer.ts")>("./data_answer.ts", import.meta.url),
};

/** The tool `answer`. */
const answer: Tool<AnswerInput, AnswerData> = defineTool({
  name: "answer",
  aliases: ["qa"],
  summary: "Answers a question from the workspace's code and texts, with the places it rests on",
  input,
  positional: ["question"],
  examples: [
    { line: 'answer "how often is a failed upload tried again?"', says: "code and documents" },
    { line: 'answer --data "which city has most people?"', says: "documents, logs, tables" },
  ],
  effect: "read",
  parses: true,
  asksModel: true,
  needs: () => ({ read: ["."] }),
  cooldown: 3,
  async run({ question: words, code, data, k, useLm }, ctx) {
    const question = words.join(" ").trim();
    if (question === "") {
      throw new UserError("usage", "answer needs a question", {
        hint: 'answer "how is a password checked?"',
      });
    }
    const isData = ({ path }: { path: string }) => ["docs", "other"].includes(fileRole(path));
    const defined = data && !code ? [] : await definedPassages(question, ctx);
    const passages = [
      ...defined,
      ...await findPassages(
        question,
        k,
        ctx,
        (place) => code === data || isData(place) === data,
      ),
    ];
    const ofData = data && !code || passages.length > 0 && passages.every(isData);
    const asks = useLm ?? ctx.origin === "user";
    const at = asks && passages.length > 0 ? ctx : { ...ctx, lm: undefined };
    const result = ofData
      ? await (await loadSkills.data()).dataAnswer.run({ question, passages }, at)
      : await (await loadSkills.code()).codeAnswer.run({ question, passages }, at);
    const { output: { answer, citations }, by } = result;
    const none = useLm && ctx.lm === undefined ? ["(no model is configured)"] : [];
    return {
      ok: citations.length > 0,
      data: { answer, citations, by },
      text: [...lines(result), ...none].join("\n"),
    };
  },
});

export default answer;

function lines(result: SkillResult<CitedAnswer>): string[] {
  const { answer, citations } = result.output;
  if (citations.length === 0) return ["no matches"];
  return [
    ...answer === "" ? [] : [answer, ""],
    ...citations.map(({ path, line, text }) => `${path}:${line}: ${text}`),
    ...whoAnswered(result),
  ];
}

/** Lines above and below the best one of a chunk. */
const CONTEXT = 12;

/** What the index has for a question, as parts of files. */
async function findPassages(
  question: string,
  k: number,
  ctx: ToolContext,
  wanted: (place: ChunkPlace) => boolean,
): Promise<Passage[]> {
  await refreshIndex(ctx);
  const index = await openCodeIndex(ctx);
  const words = contentWords(question);
  const found = await index.search(words, {
    limit: Math.max(100, 10 * k),
    weights: { path: 2, symbols: 4, text: 1 },
  });
  const best = found[0]?.score ?? 0;
  const ranked = found
    .map(({ data, score }) => ({
      data,
      score: definitionBoost(words, score, data.symbols, best) *
        (fileRole(data.path) === "test" ? 0.7 : 1),
    }))
    .filter(({ data }) => wanted(data))
    .sort((a, b) => b.score - a.score || (a.data.path < b.data.path ? -1 : 1));
  const parts = await Promise.all(
    ranked.slice(0, k).map(({ data }) => partsOf(data, words, ctx)),
  );
  return parts.flat();
}

/** The lines around the best one; of a table its head as well. */
async function partsOf(
  { path, start, end }: ChunkPlace,
  words: string,
  { files }: ToolContext,
): Promise<Passage[]> {
  const text = await files.readText(path).catch(() => undefined);
  if (text === undefined) return [];
  const isTable = /\.[ct]sv$/i.test(path);
  // The names of columns are words of many questions, and the answer to none.
  const from = isTable ? Math.max(2, start) : start;
  const { lines } = bestLines(text, { start: from, end }, words, CONTEXT);
  const [first] = lines;
  if (first === undefined) return [];
  const part = { path, start: first.line, text: lines.map(({ text }) => text).join("\n") };
  return isTable && first.line > 1
    ? [part, { path, start: 1, text: text.split("\n", 1)[0]! }]
    : [part];
}
