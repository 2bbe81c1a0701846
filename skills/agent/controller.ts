import { z } from "zod";
import { rulesChooser } from "../../core/agent/rules_chooser.ts";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill } from "../../core/program/skill.ts";
import type { JsonSchema } from "../../core/registry.ts";
import { fitList } from "../_fit_text.ts";

/** A tool that can be called. */
export interface ControllerTool {
  /** What it is called by. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** JSON Schema of its arguments: a catalog entry has one. Default any arguments. */
  readonly schema?: JsonSchema;
}

/** A call that was made, and what came of it. */
export interface ControllerStep {
  /** Name of the tool. */
  readonly tool: string;
  /** Its arguments. */
  readonly args: Readonly<Record<string, unknown>>;
  /** What it said. */
  readonly result: string;
}

/** What a tool's own rules would do for the request. */
export interface ControllerProposal {
  /** Name of the tool. */
  readonly tool: string;
  /** Its arguments. */
  readonly args: Readonly<Record<string, unknown>>;
  /** How well it fits, from 0 to 1. */
  readonly weight: number;
  /** Why it fits, in one sentence. */
  readonly reason: string;
}

/** Input of {@linkcode controller}. */
export interface ControllerInput {
  /** What was asked for. */
  readonly request: string;
  /** What can be called. */
  readonly tools: readonly ControllerTool[];
  /** What was done so far, oldest first. Default nothing. */
  readonly done?: readonly ControllerStep[];
  /** What the tools propose: what the rules choose from. Default nothing. */
  readonly proposals?: readonly ControllerProposal[];
}

/** What {@linkcode controller} gives. */
export interface NextAction {
  /** Name of a tool that there is, or `finish`. */
  readonly tool: string;
  /** Its arguments; they fit its schema. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Why, in one sentence. */
  readonly thought: string;
  /** What to tell the person, with `finish`. */
  readonly answer: string;
}

const FINISH = "finish";

/**
 * Chooses the next tool for a request, or to finish. A model's choice must be a tool that there is,
 * with arguments that fit, and not the call that was just made. By rules: the proposal with the
 * highest weight that was not done yet.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { controller } from "@dspy/code/skills/agent";
 * import { catalog } from "@dspy/code/skills";
 * import assert from "node:assert/strict";
 *
 * const reply = { thought: "Look it up.", tool: "grep", args: { pattern: "TODO" }, answer: "" };
 * const lm = scriptedLM([JSON.stringify(reply)]);
 * const input = { request: "find what is left to do", tools: catalog };
 * const { output } = await controller.run(input, { lm: () => Promise.resolve(lm) });
 * assert.deepEqual([output.tool, output.args], ["grep", { pattern: "TODO" }]);
 * ```
 */
export const controller: Skill<ControllerInput, NextAction> = defineSkill({
  name: "controller",
  signature: sig(
    {
      request: z.string().describe("what was asked for"),
      tools: z.string().describe("a tool per line: name, what it does, its arguments"),
      done: z.string().describe("what was called so far, and what it said"),
      problem: z.string().optional().describe("what was wrong with the last answer"),
    },
    {
      thought: z.string().describe("one sentence: what is still needed"),
      tool: z.string().describe("name of the tool to call next, or finish"),
      args: z.record(z.string(), z.unknown()).describe("arguments of the tool; empty for finish"),
      answer: z.string().describe("the answer for the person, with finish; else empty"),
    },
    "Choose the next tool for the request. Use only tools from the list, with their arguments. Do " +
      "not make a call again that was done. When the results answer the request, choose `finish` " +
      "and answer from them.",
  ),
  maxTokens: 700,
  give: ({ request, tools, done = [] }: ControllerInput, room) => ({
    request: request.slice(0, Math.floor(room / 4)),
    tools: fitList(tools.map(toolLine), Math.floor(room * 0.4)).join("\n"),
    // The newest say most of what is still needed.
    done: fitList(done.map(stepText).toReversed(), Math.floor(room * 0.35)).reverse().join("\n") ||
      "nothing",
  }),
  accept({ thought, tool: named, args, answer }, { tools, done = [] }): NextAction {
    const bare = named.trim().replace(/\(\)$/, "").replaceAll("-", "_");
    if (bare === FINISH) {
      const said = answer.trim() || thought.trim();
      if (said === "") throw new UserError("failed", "it finishes without an answer");
      return { tool: FINISH, args: {}, thought, answer: said };
    }
    const tool = tools.find(({ name }) => name === bare);
    if (tool === undefined) {
      throw new UserError("failed", `there is no tool ${JSON.stringify(named)}`);
    }
    const problem = argsProblem(tool, args);
    if (problem !== undefined) throw new UserError("failed", `${tool.name}: ${problem}`);
    if (isDone(tool.name, args, done)) {
      throw new UserError("failed", `${tool.name} was called like that already`);
    }
    return { tool: tool.name, args, thought, answer: "" };
  },
  local({ request, done = [], proposals = [] }): NextAction {
    const open = proposals.filter(({ tool, args }) => !isDone(tool, args, done));
    const history = done.map(({ tool }) => ({ tool, score: 0 }));
    const context = { request, step: done.length + 1, history, features: {} };
    const choice = rulesChooser().choose(context, open);
    const chosen = open.find(({ tool }) => tool === choice?.tool);
    if (chosen === undefined) {
      const answer = done.at(-1)?.result ?? "No tool fits the request.";
      return { tool: FINISH, args: {}, thought: "Nothing else fits.", answer };
    }
    return { tool: chosen.tool, args: chosen.args, thought: chosen.reason, answer: "" };
  },
});

const MAX_RESULT = 2_000;

function toolLine({ name, summary, schema }: ControllerTool): string {
  const fields = Object.entries(schema?.properties ?? {})
    .filter(([, field]) => (field as { model?: string }).model !== "hidden")
    .map(([key]) => key);
  return `${name}: ${summary}. args: ${fields.join(", ") || "none"}`;
}

function stepText({ tool, args, result }: ControllerStep): string {
  return `${tool} ${JSON.stringify(args)}\n${result.slice(0, MAX_RESULT)}`;
}

function isDone(tool: string, args: unknown, done: readonly ControllerStep[]): boolean {
  const same = JSON.stringify(args);
  return done.some((step) => step.tool === tool && JSON.stringify(step.args) === same);
}

function argsProblem(
  { schema }: ControllerTool,
  args: Readonly<Record<string, unknown>>,
): string | undefined {
  if (schema === undefined) return undefined;
  const known = Object.keys(schema.properties ?? {});
  const extra = Object.keys(args).find((key) => !known.includes(key));
  if (extra !== undefined) {
    return `no argument ${JSON.stringify(extra)}; it has ${known.join(", ")}`;
  }
  const type = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  const { success, error } = type.safeParse(args);
  const issue = error?.issues[0];
  return success ? undefined : `${issue?.path.join(".")}: ${issue?.message}`;
}
