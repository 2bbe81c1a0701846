import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill, type SkillContext } from "../../core/program/skill.ts";
import { findDanger } from "../../core/safety/danger.ts";
import { fitList } from "../_fit_text.ts";
import { missingFiles, namedPaths } from "../_named_paths.ts";

/** Input of {@linkcode taskPlan}. */
export interface TaskPlanInput {
  /** In plain words. */
  readonly task: string;
  /** What is known of the repository, a fact per entry: `src/a.ts:12: export function load()`. */
  readonly facts: readonly string[];
  /** Files that the plan may speak of. Default none but what the workspace has. */
  readonly files?: readonly string[];
  /** Commands that check the project: `test`, `lint src`. Default none. */
  readonly commands?: readonly string[];
  /** The plan by rules, which stands when no model makes a better one. */
  readonly draft?: Partial<Pick<TaskPlan, "steps" | "risks">>;
}

/** One step of a {@linkcode TaskPlan}. */
export interface TaskStep {
  /** What to do. */
  readonly text: string;
  /** Files it is about; all of them exist. */
  readonly files: readonly string[];
  /** Command that does it. */
  readonly command?: string;
}

/** What {@linkcode taskPlan} gives. */
export interface TaskPlan {
  /** In order. */
  readonly steps: readonly TaskStep[];
  /** What may go wrong, one sentence each. */
  readonly risks: readonly string[];
  /** Steps that a model wrote and that were left out: why, then the step. */
  readonly dropped: readonly string[];
}

/**
 * Writes the steps of a task. A model's steps are checked: those about files that are not there, and
 * those with a dangerous command, are dropped. By rules: the draft, or a step per file and command.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { taskPlan } from "@dspy/code/skills/plan";
 * import assert from "node:assert/strict";
 *
 * const lm = scriptedLM([JSON.stringify({
 *   reasoning: "The limit stands in one place.",
 *   steps: ["Raise LIMIT in src/upload.ts", "Delete src/old.ts", "Run `test src`"],
 *   risks: ["Proxies may have a limit of their own"],
 * })]);
 * const input = {
 *   task: "allow uploads of 50 MB",
 *   facts: ["src/upload.ts:3: const LIMIT = 10;"],
 *   files: ["src/upload.ts"],
 *   commands: ["test src"],
 * };
 * const { output, by } = await taskPlan.run(input, { lm: () => Promise.resolve(lm) });
 * assert.deepEqual([by, output.steps.map(({ files, command }) => files[0] ?? command)], [
 *   "model",
 *   ["src/upload.ts", "test src"],
 * ]);
 * assert.deepEqual(output.dropped, ["no such file src/old.ts: Delete src/old.ts"]);
 * ```
 */
export const taskPlan: Skill<TaskPlanInput, TaskPlan> = defineSkill({
  name: "task_plan",
  signature: sig(
    {
      task: z.string().describe("what is to be done"),
      facts: z.string().describe("what was found in the repository, with places as path:line"),
      commands: z.string().describe("commands that check this project, one per line"),
      problem: z.string().optional().describe("what was wrong with the last answer"),
    },
    {
      steps: z.array(z.string())
        .describe("3 to 8 steps in order, a sentence each, with the path of the file it is about"),
      risks: z.array(z.string()).describe("what may break, a sentence each; empty when nothing"),
    },
    "Write a plan for the task. Each step says what to change in which file and why. Use only " +
      "files from the facts; a step that makes a new file says `create`. The last step runs one " +
      "of the commands, in backticks. Add nothing that the task does not ask for.",
  ),
  reasons: true,
  give: ({ task, facts, commands = [] }: TaskPlanInput, room) => ({
    task: task.slice(0, Math.floor(room / 4)),
    facts: fitList(facts, Math.floor(room * 0.6)).join("\n") || "nothing was found",
    commands: fitList(commands, Math.floor(room * 0.1)).join("\n") || "none",
  }),
  async accept(told, input, ctx): Promise<TaskPlan> {
    const dropped: string[] = [];
    const steps: TaskStep[] = [];
    const texts = told.steps.map((text) => text.trim().replace(/^(?:\d+[.)]|[-*])\s+/, ""));
    for (const text of texts.filter((text) => text !== "")) {
      const step = await checkStep(text, steps, input, ctx);
      if (typeof step === "string") dropped.push(`${step}: ${text}`);
      else steps.push(step);
    }
    if (steps.length > 0 && steps.length >= dropped.length) {
      const risks = told.risks.map((risk) => risk.trim()).filter((risk) => risk !== "");
      return { steps: steps.slice(0, MOST_STEPS), risks: risks.slice(0, MOST_STEPS), dropped };
    }
    throw new UserError("failed", dropped[0] ?? "it has no steps");
  },
  local({ files = [], commands = [], draft }) {
    const steps = draft?.steps ?? [
      ...files.map((path) => ({ text: `Read ${path}`, files: [path] })),
      ...commands.map((command) => ({ text: `Run \`${command}\``, files: [], command })),
    ];
    return { steps, risks: draft?.risks ?? [], dropped: [] };
  },
});

const MOST_STEPS = 12;

/** What makes a file that is not there yet. */
const MAKES = /\b(?:create|add|write|new|rename|move|extract|split|generate|introduce)\b/i;

/** The step with what it names, or what is wrong with it. */
async function checkStep(
  text: string,
  before: readonly TaskStep[],
  { files = [], facts, commands = [] }: TaskPlanInput,
  ctx: SkillContext,
): Promise<TaskStep | string> {
  const [danger] = findDanger(text);
  if (danger !== undefined) return `it has \`${danger.name}\``;
  const places = facts.flatMap((fact) => namedPaths(fact.split(":", 1)[0]!));
  const known = new Set([...files, ...places]);
  // What an earlier step makes, a later one may speak of.
  const made = new Set(
    before.filter((step) => MAKES.test(step.text)).flatMap((step) => namedPaths(step.text)),
  );
  const named = namedPaths(text);
  const missing = await missingFiles(named, known, ctx);
  if (missing.some((path) => !made.has(path)) && !MAKES.test(text)) {
    return `no such file ${missing.join(", ")}`;
  }
  const quoted = [...text.matchAll(/`([^`]+)`/g)].map(([, words]) => words!.trim());
  const command = commands.find((command) => quoted.includes(command));
  return {
    text,
    files: named.filter((path) => !missing.includes(path)),
    ...command !== undefined && { command },
  };
}
