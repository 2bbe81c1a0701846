import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill } from "../../core/program/skill.ts";
import { fitText } from "../_fit_text.ts";
import { ungrounded } from "../_grounded.ts";

/** Input of {@linkcode codeContext}. */
export interface CodeContextInput {
  /** The file or folder, relative to the root. */
  readonly path: string;
  /** What was counted and found, a fact per entry: `languages  TypeScript 12`. */
  readonly facts: readonly string[];
  /** Outlines and texts of its files. */
  readonly code: string;
}

/** What {@linkcode codeContext} gives. */
export interface CodeSummary {
  /** What it is for, in two or three sentences; by rules, the facts. */
  readonly summary: string;
  /** What to know of its parts, a sentence each. */
  readonly points: readonly string[];
  /** Points that a model made of things that are not there. */
  readonly dropped: readonly string[];
}

/**
 * Says what a file or folder is for. What a model says of files and names that are not there is left
 * out. By rules: the facts as they are.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { codeContext } from "@dspy/code/skills/code";
 * import assert from "node:assert/strict";
 *
 * const lm = scriptedLM([JSON.stringify({
 *   summary: "Keeps values for a while.",
 *   points: ["`Cache.get` gives what is not too old", "`Redis` is the back end"],
 * })]);
 * const code = "class Cache { get(key) { return this.fresh(key); } }";
 * const input = { path: "cache.js", facts: ["file  cache.js, 1 line"], code };
 * const { output } = await codeContext.run(input, { lm: () => Promise.resolve(lm) });
 * assert.deepEqual(output.points, ["`Cache.get` gives what is not too old"]);
 * ```
 */
export const codeContext: Skill<CodeContextInput, CodeSummary> = defineSkill({
  name: "code_context",
  signature: sig(
    {
      path: z.string().describe("the file or folder"),
      facts: z.string().describe("what was counted and found in it"),
      code: z.string().describe("outlines and texts of its files"),
      problem: z.string().optional().describe("what was wrong with the last answer"),
    },
    {
      summary: z.string().describe("what it is for, in two or three sentences"),
      points: z.array(z.string())
        .describe("up to six: its main parts and how they work together, a sentence each"),
    },
    "Explain the code to someone who is new to it. Say only what stands in the facts and the code. " +
      "Put names of functions and classes into backticks and give paths as they are.",
  ),
  maxTokens: 900,
  give: ({ path, facts, code }: CodeContextInput, room) => ({
    path,
    facts: fitText(facts.join("\n"), Math.floor(room / 4)),
    code: fitText(code, Math.floor(room * 3 / 4)),
  }),
  async accept(told, { path, facts, code }, ctx): Promise<CodeSummary> {
    const shown = [path, ...facts, code].join("\n");
    const known = new Set([path]);
    const summary = told.summary.trim();
    if (summary === "") throw new UserError("failed", "its summary is empty");
    const missing = await ungrounded(summary, shown, known, ctx);
    if (missing.length > 0) {
      throw new UserError("failed", `its summary speaks of what is not there: ${missing}`);
    }
    const points: string[] = [];
    const dropped: string[] = [];
    for (const point of told.points.map((point) => point.trim()).filter(Boolean)) {
      const sound = (await ungrounded(point, shown, known, ctx)).length === 0;
      (sound ? points : dropped).push(point);
    }
    return { summary, points: points.slice(0, MOST_POINTS), dropped };
  },
  local: ({ facts }) => ({ summary: facts.join("\n"), points: [], dropped: [] }),
});

const MOST_POINTS = 8;
