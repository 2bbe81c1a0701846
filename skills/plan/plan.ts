import type { CallResult } from "../../core/agent/mind.ts";
import type { CheckReport } from "../../core/check_report.ts";
import { lazy } from "../../core/lazy.ts";
import type { SkillResult } from "../../core/program/skill.ts";
import { defineTool, type ToolContext } from "../../core/tool.ts";
import { LOCAL_CONTAINER, rememberLast } from "../logs/remember_last.ts";
import type { LocatedTrace } from "../../core/logs/locate_traces.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { whoAnswered } from "../_who_answered.ts";
import { assessRisks, type Risk } from "./assess_risks.ts";
import type { TaskKind } from "./classify_task.ts";
import type { FileEvidence } from "./find_evidence.ts";
import { gatherFacts, type PlanFacts } from "./gather_facts.ts";
import type { ProjectCommand } from "./project_commands.ts";
import type { TaskPlan, TaskPlanInput } from "./task_plan.ts";
import { type PlanStep, writeSteps } from "./write_steps.ts";

/** A plan with all it was drawn from. */
export interface Plan {
  readonly task: string;
  readonly kind: TaskKind;
  readonly steps: readonly PlanStep[];
  readonly risks: readonly Risk[];
  /** Files the task speaks of, nearest first. */
  readonly evidence: readonly FileEvidence[];
  readonly tests: readonly string[];
  /** Errors of the logs that belong to it. */
  readonly traces: readonly LocatedTrace[];
  readonly commands: readonly ProjectCommand[];
  /** What was not looked at, or not found. */
  readonly unknown: readonly string[];
  /** Who wrote the steps. */
  readonly by: "model" | "rules";
}

const loadSkill = lazy<typeof import("./task_plan.ts")>("./task_plan.ts", import.meta.url);

export default defineTool({
  name: "plan",
  summary: "Steps for a task, with files, commands and risks found in the repository",
  input: (z) =>
    z.object({
      task: z.array(z.string().min(1)).min(1).describe("the task in plain words"),
      useLm: z.boolean().optional()
        .describe("let the model write the steps; by default it does when one is configured")
        .meta({ model: "hidden" }),
    }),
  positional: ["task"],
  effect: "read",
  parses: true,
  asksModel: true,
  examples: [
    {
      line: 'plan "fix the failing test in tests/test_parser.py"',
      says: "where to look, how to see it",
    },
    {
      line: 'plan "rename parseArgs to readArgs"',
      says: "the definition, its uses, who imports it",
    },
  ],
  needs: () => ({ read: ["."] }),
  propose: (request, results) => {
    const planned = results.some(({ call }) => call.tool === "plan");
    if (planned) return undefined;
    const input = { task: [request.text, ...failures(results)] };
    if (!request.wantsChange) return quietOffer(input);
    return {
      input,
      weight: 0.8,
      reason: "the request asks for a change, and a plan shows what it touches",
      completes: true,
    };
  },
  score: ({ text }) =>
    text.split("\n").filter((line) => /^[-123]/.test(line)).length >= 2 ? 1 : 0.2,
  async run({ task: words, useLm }, ctx) {
    const task = words.join(" ").trim();
    const facts = await gatherFacts(task, ctx);
    const known = assessRisks(facts);
    const draft = writeSteps(facts, known);
    const written = useLm ?? ctx.origin === "user"
      ? await askModel(facts, draft, known, ctx)
      : undefined;
    const byModel = written?.by === "model" ? written.output : undefined;
    const steps = byModel?.steps.map((step, i): PlanStep => ({ n: i + 1, ...step })) ?? draft;
    const risks = [...known, ...byModel?.risks.map((text): Risk => ({ text })) ?? []];
    const plan: Plan = {
      task,
      kind: facts.kind,
      steps,
      risks,
      evidence: facts.targets,
      tests: facts.tests,
      traces: facts.traces,
      commands: facts.commands,
      unknown: unknowns(facts),
      by: written?.by ?? "rules",
    };
    // The plan is the answer; that it outlasts the session is an extra.
    await rememberLast(ctx.store, LOCAL_CONTAINER, { plan: steps.map(({ text }) => text) })
      .catch(() => {});
    const who = written !== undefined
      ? whoAnswered(written)
      : useLm
      ? ["(no model is configured: these are the steps by rules)"]
      : [];
    return { ok: true, data: plan, text: [render(plan, facts), ...who].join("\n") };
  },
});

async function askModel(
  facts: PlanFacts,
  steps: readonly PlanStep[],
  risks: readonly Risk[],
  ctx: ToolContext,
): Promise<SkillResult<TaskPlan> | undefined> {
  if (ctx.lm === undefined) return undefined;
  const draft = { steps, risks: risks.map(({ text }) => text) };
  const input: TaskPlanInput = {
    task: facts.task,
    facts: factLines(facts, risks),
    files: facts.repository.paths,
    commands: [facts.testThese, ...facts.commands].flatMap((found) => found?.verb ?? []),
    draft,
  };
  return await (await loadSkill()).taskPlan.run(input, ctx);
}

/** What was found, nearest first: a model sees as many lines as fit. */
function factLines(
  { targets, about, tests, importers, traces }: PlanFacts,
  risks: readonly Risk[],
): string[] {
  const places = about === undefined
    ? []
    : "package" in about
    ? [...about.package.declared, ...about.package.imports]
    : Object.values(about.places.uses).flat();
  return [
    ...traces.map(({ path, line, error }) => `${path}:${line}: the logs say: ${error}`),
    ...targets.flatMap(({ path, lines }) =>
      lines.length === 0 ? [path] : lines.map(({ line, text }) => `${path}:${line}: ${text}`)
    ),
    ...places.slice(0, MOST_PLACES).map(({ path, line, text }) => `${path}:${line}: ${text}`),
    ...tests.map((path) => `${path}: tests it`),
    ...[...importers].flatMap(([path, users]) =>
      users.slice(0, MOST_USERS).map((user) => `${user}: imports ${path}`)
    ),
    ...risks.map(({ text }) => `risk: ${text}`),
  ];
}

const MOST_USERS = 10;
const MOST_PLACES = 60;

function unknowns(
  { terms, evidence, repository, otherTraces, commands }: PlanFacts,
): string[] {
  const missing = terms
    .filter(({ text, kind }) =>
      evidence.spread.get(text) === 0 && !(kind === "word" && / /.test(text))
    )
    .map(({ text }) => `"${text}"`);
  const none = ["test", "lint", "build"].filter((kind) => !commands.some((c) => c.kind === kind));
  return [
    ...missing.length > 0 ? [`no file has ${missing.join(", ")}`] : [],
    ...none.length > 0 ? [`no command found to ${none.join(", ")}`] : [],
    ...otherTraces.slice(0, 3).map(({ path, line, error }) =>
      `the logs also have, at ${path}:${line}: ${error}`
    ),
    ...repository.git ? ["whether the work tree is clean: git_status tells"] : [],
    ...evidence.partial || repository.partial
      ? ["the rest of the repository: it is too large to be read as a whole"]
      : [],
  ];
}

function render(plan: Plan, { repository }: PlanFacts): string {
  const { readme } = repository;
  const otherRisks = plan.risks.filter(({ text }) => !plan.steps.some(({ risk }) => risk === text));
  return [
    `Plan (${plan.kind}): ${plan.task}`,
    ...readme ? [`Repository: ${readme.title} (${readme.path}:${readme.line})`] : [],
    ...section("Found", plan.evidence.flatMap(evidenceLines)),
    ...section("Tests", plan.tests.map((path) => `  ${path}`)),
    ...section("Steps", plan.steps.flatMap(stepLines), ""),
    ...section("Risks", otherRisks.map(({ text }) => `- ${text}`)),
    ...section("Not known", plan.unknown.map((text) => `- ${text}`)),
  ].join("\n");
}

function section(title: string, lines: readonly string[], before = ""): string[] {
  return lines.length === 0 ? [] : [before, `${title}:`, ...lines];
}

function evidenceLines({ path, lines, terms }: FileEvidence): string[] {
  if (lines.length === 0) return [`  ${path}${terms.length > 0 ? " (by its name)" : ""}`];
  return lines.slice(0, 3).map(({ line, text }) => `  ${path}:${line}: ${text}`);
}

function stepLines({ n, text, places = [], command, runs, risk }: PlanStep): string[] {
  return [
    `${n}. ${text}`,
    ...places.map((place) => `   ${place}`),
    ...command ? [`   ${command}${runs ? `  (${runs})` : ""}`] : [],
    ...risk ? [`   risk: ${risk}`] : [],
  ];
}

/** Where the tests of an earlier step failed: the plan is about these places. */
function failures(results: readonly CallResult[]): string[] {
  return results.flatMap(({ data }) => {
    const tests = (data as Partial<CheckReport> | null)?.tests ?? [];
    return tests.filter(({ status }) => status === "fail").slice(0, 3)
      .map(({ name, file, line }) =>
        [name, file && `${file}:${line ?? 1}`].filter(Boolean).join(" ")
      );
  });
}
