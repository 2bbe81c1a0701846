import { lazy } from "../../lazy.ts";
import { metered } from "../../lm/metered.ts";
import type { LM } from "../../lm/types.ts";
import { NO_USAGE } from "../../lm/usage.ts";
import { redactJson } from "../../safety/redact.ts";
import type { AskOptions, AskSetup } from "../ask.ts";
import { openConversation } from "../conversation/conversation.ts";
import { resolveConversation } from "../conversation/resolve_conversation.ts";
import type { LoopEnd } from "../loop.ts";
import type { CallResult } from "../mind.ts";
import { type Budget, createBudget } from "./budget.ts";
import { endWithoutChanges } from "./end_without_changes.ts";
import { findSkills } from "./find_skills.ts";
import { compact } from "./fit_window.ts";
import { todoVerbatim } from "./inner_tools.ts";
import { CUT_OFF } from "./model_mind.ts";
import type { ProseCall } from "./model_mind.ts";
import { foldersTo, readInstructions } from "./project_instructions.ts";
import { systemPrompt } from "./prompt.ts";
import { type ModelRun, runModel } from "./run_model.ts";
import { type Beside, suggestBeside } from "./suggest_beside.ts";
import { takeRequest } from "./take_request.ts";
import { verifyChanges } from "./verify_changes.ts";
import { windowReport } from "./window_report.ts";

/** A model for a session's requests. */
export interface ModelSetup {
  /** Opens it at the first request. */
  open(): Promise<LM>;
  /** Tools offered from the start, each with the fields it is told of. */
  readonly toolset: Readonly<Record<string, readonly string[]>>;
  /** Window to serve, in tokens. Default what the server says, else 32,768. */
  readonly window?: number | undefined;
  /** What a run may take. Default no limit. */
  readonly budget?: Budget;
  /** Turns with calls in a run. Default 100. */
  readonly maxSteps?: number | undefined;
  /** Calls that stand in prose, for models without tool calls. Default none are looked for. */
  callsIn?(text: string): Promise<readonly ProseCall[]>;
}

const WINDOW = 32_768;
const MAX_STEPS = 100;

const loadSchema = lazy<typeof import("./answer_by_schema.ts")>(
  "./answer_by_schema.ts",
  import.meta.url,
);

/** How a model's run ended. */
export interface ModelEnd extends LoopEnd {
  /** Set when the model never replied: the request is still to be answered. */
  readonly silent?: true;
}

/** Answers a request with a model. Throws what is wrong before the first request; see `ask`. */
export async function askModel(
  text: string,
  setup: AskSetup & { readonly model: ModelSetup },
  options: AskOptions,
  results: CallResult[],
  signal: AbortSignal,
): Promise<ModelEnd> {
  const { schema } = options;
  const inForm = schema && (await loadSchema()).answerBySchema(schema);
  const alone = await prepare(text, setup, options, results, signal);
  const { conversation } = alone;
  if (options.act === "compact") return await shorten(alone, text);
  if (options.act === "context") return done(windowReport(alone));
  await takeRequest(text, alone);
  const beside = setup.learner && suggestBeside(text, setup);
  const run = beside === undefined ? alone : watched(alone, beside);
  const end = await verifyChanges(run, options.verify, results, () => runModel(run));
  const last = conversation.path.at(-1)?.body;
  const silent = last?.kind === "user" || (last?.kind === "assistant" && last.cut === CUT_OFF);
  const unanswered = end.stop === "error" && silent && results.length === 0;
  await beside?.end(!unanswered);
  if (unanswered) return { ...end, silent };
  const answer = inForm !== undefined && end.ok ? await inForm(run, end) : end;
  return endWithoutChanges(answer, results, setup);
}

/** The same run, of which the chooser is told. */
function watched(run: ModelRun, { during, took }: Beside): ModelRun {
  const onResult = (result: CallResult) => {
    took(result);
    run.onResult(result);
  };
  return { ...run, during, onResult };
}

/** Opens model and conversation, and says who may do what. */
async function prepare(
  text: string,
  setup: AskSetup & { readonly model: ModelSetup },
  options: AskOptions,
  results: CallResult[],
  signal: AbortSignal,
): Promise<ModelRun> {
  const { emit, files, config, model } = setup;
  const { keep } = options.conversation ?? {};
  const store = keep === false ? await setup.unkept() : setup.store;
  const planning = config.approval === "plan";
  const lm = await model.open();
  // What a model looks at first is loaded before it is asked: its first call need not wait.
  const [first = ""] = Object.keys(model.toolset);
  // The server is asked first: while it answers, the rest is done.
  const [info, conversation, allowed, facts, skills] = await Promise.all([
    lm.info?.(signal),
    resolveConversation(store, options.conversation ?? {}, setup.id ?? "default").then((id) =>
      openConversation(store, id, (body) => redactJson(body, setup.redactor))
    ),
    allowedTools(setup, text, planning),
    rootFacts(setup),
    findSkills(files),
    setup.registry.find(first)?.load(),
  ]);
  const window = model.window ?? info?.window ?? WINDOW;
  const { id, turns } = conversation.info;
  emit("conversation", { id, turns, ...keep === false && { kept: keep } });
  const instructions = await readInstructions(
    files,
    foldersTo(setup.workspace.start ?? "."),
    window,
    [],
    (text) => emit("notice", { level: "warning", text }),
  );
  const folder = setup.workspace.root.split(/[\\/]/).at(-1) || "/";
  const meter = { total: NO_USAGE };
  return {
    setup: { ...setup, store },
    lm: metered(meter)(lm),
    meter,
    exceeded: createBudget(model.budget ?? {}, () => meter.total),
    steps: { left: model.maxSteps ?? MAX_STEPS },
    native: (info?.can ?? lm.can).tools,
    window,
    // Names of files and AGENTS.md are text of the repository, and may hold what no model is to see.
    system: setup.redactor.text(
      systemPrompt({ folder, facts, planning, skills, instructions }),
    ),
    instructions,
    conversation,
    allowed,
    toolset: skills.length === 0 ? model.toolset : { ...model.toolset, skill: ["name"] },
    request: text,
    onResult: (result) => void results.push(result),
    signal,
    inbox: options.inbox,
  };
}

/** `/compact`: by hand, whatever the window says. */
async function shorten(run: ModelRun, focus: string): Promise<LoopEnd> {
  const { lm, window, conversation, system, setup: { emit, redactor, store }, signal } = run;
  const verbatim = () => todoVerbatim(store, conversation.info.id);
  const setup = { lm, window, conversation, system, emit, verbatim };
  const freed = await compact(setup, signal, focus === "" ? {} : { focus: redactor.text(focus) });
  return done(freed ? "The conversation was summarized." : "There is too little to summarize.");
}

function done(text: string): LoopEnd {
  return { stop: "done", ok: true, text, next: [] };
}

/** The tools that policy lets a model have; in plan mode only those that read. */
async function allowedTools(
  { registry, gate }: AskSetup,
  query: string,
  planning: boolean,
): Promise<Set<string>> {
  const verdicts = await Promise.all(registry.entries.map(async ({ name, effect }) => {
    if (planning && effect !== "read") return false;
    const decision = await gate.decide({ tool: name, effect, origin: "agent", needs: {}, query });
    return decision.verdict !== "deny" || !decision.rule.startsWith("policy.");
  }));
  return new Set(registry.entries.filter((_, i) => verdicts[i]).map(({ name }) => name));
}

/** Names at the root that are told. */
const MOST_NAMES = 30;

/** What is there at the root saves a model its first look. */
async function rootFacts({ files }: AskSetup): Promise<string[]> {
  const names = (await files.list(".").catch(() => []))
    .filter(({ name }) => name !== ".git" && !name.startsWith(".dspy"))
    .map(({ name, kind }) => kind === "folder" ? `${name}/` : name);
  const more = names.length - MOST_NAMES;
  const rest = more > 0 ? ` and ${more} more` : "";
  return names.length === 0 ? [] : [`At its root: ${names.slice(0, MOST_NAMES).join(" ")}${rest}`];
}
