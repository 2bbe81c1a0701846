import { describeError, UserError } from "../../errors.ts";
import type { LM, LMTool, LMUsage } from "../../lm/types.ts";
import type { CatalogEntry } from "../../registry.ts";
import type { AskOptions, AskSetup } from "../ask.ts";
import { redactJson } from "../../safety/redact.ts";
import { openConversation, outputKey } from "../conversation/conversation.ts";
import { resolveConversation } from "../conversation/resolve_conversation.ts";
import { type LoopEnd, runLoop } from "../loop.ts";
import type { CallResult, ToolCall } from "../mind.ts";
import { type Budget, createBudget } from "./budget.ts";
import {
  findTool,
  type InnerTool,
  outputTool,
  todoKey,
  todoText,
  todoTool,
} from "./inner_tools.ts";
import { createModelMind } from "./model_mind.ts";
import { projectInstructions } from "./project_instructions.ts";
import { systemPrompt } from "./prompt.ts";
import { toolSpec } from "./tool_specs.ts";
import { estimateTokens } from "../../lm/estimate_tokens.ts";

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
}

const WINDOW = 32_768;
/** Of the window, for prompt and tools. */
const STATIC_SHARE = 0.25;

/** Answers a request with a model. Throws what the model's first reply throws; see `ask`. */
export async function askModel(
  text: string,
  setup: AskSetup & { readonly model: ModelSetup },
  options: AskOptions,
  results: CallResult[],
  signal: AbortSignal,
): Promise<LoopEnd> {
  const { emit, caller, registry, store, config, model } = setup;
  const lm = await model.open();
  const info = await lm.info?.(signal);
  const native = (info?.can ?? lm.can).tools;
  const window = model.window ?? info?.window ?? WINDOW;
  const own = setup.id ?? "default";
  const conversation = await openConversation(
    store,
    await resolveConversation(store, options.conversation ?? {}, own),
    (body) => redactJson(body, setup.redactor),
  );
  emit("conversation", { id: conversation.info.id, turns: conversation.info.turns });
  const id = () => conversation.info.id;
  const planning = config.approval === "plan";
  const allowed = await allowedTools(setup, text, planning);

  const offered = new Map<string, LMTool>();
  const inner: InnerTool[] = [
    findTool(registry, (tool) => allowed.has(tool), (tool) => offered.set(tool.name, tool)),
    todoTool(store, id, (items) => emit("todo", { items })),
    outputTool(store, id),
  ];
  const instructions = await projectInstructions(
    setup.files,
    window,
    (warning) => emit("notice", { level: "warning", text: warning }),
  );
  const system = systemPrompt({
    folder: setup.workspace.root.split(/[\\/]/).at(-1) || "/",
    facts: await rootFacts(setup),
    planning,
    ...instructions !== "" && { instructions },
  });
  const first = Object.entries(model.toolset).flatMap(([name, fields]) => {
    const entry = registry.find(name);
    return entry && allowed.has(entry.name) ? [toolSpec(entry, fields)] : [];
  });
  for (
    const tool of fitting([...first, ...inner.slice(0, 2).map((tool) => tool.spec)], system, window)
  ) {
    offered.set(tool.name, tool);
  }

  await conversation.append({ kind: "user", text });
  const before = conversation.info.usage;
  const spent = (): LMUsage => difference(conversation.info.usage, before);
  const kept: { any: boolean } = { any: conversation.path.some(isCut) };
  return await runLoop({
    mind: createModelMind({
      lm,
      native,
      window,
      conversation,
      system,
      tools: () => {
        const output = inner[2]!.spec;
        return kept.any ? [...offered.values(), output] : [...offered.values()];
      },
      effectOf: (tool) => registry.find(tool)?.effect,
      keep: async (call, whole) => {
        kept.any = true;
        await store.put(outputKey(id(), call), whole);
      },
      verbatim: async () => {
        const items = await store.get<Parameters<typeof todoText>[0]>(todoKey(id())) ?? [];
        return items.length === 0 ? "" : `Todo list:\n${todoText(items)}`;
      },
      emit,
    }),
    call: async (call, signal) => {
      const own = inner.find(({ spec }) => spec.name === call.tool);
      const result = own === undefined
        ? await caller.call(call, "agent", signal, text)
        : await runInner(own, call, signal);
      results.push(result);
      return result;
    },
    reads: (tool) => (registry.find(tool)?.effect ?? "read") === "read",
    emit,
    signal,
    exceeded: createBudget(model.budget ?? {}, spent),
    ...model.maxSteps !== undefined && { maxSteps: model.maxSteps },
    ...options.inbox && { inbox: options.inbox },
  });

  async function runInner(
    tool: InnerTool,
    call: ToolCall,
    signal: AbortSignal,
  ): Promise<CallResult> {
    const started = performance.now();
    emit("tool.start", { call: call.id, tool: call.tool, input: call.input, origin: "agent" });
    const { ok, text } = await Promise.try(() => {
      if (call.problem !== undefined) throw new UserError("usage", call.problem);
      return tool.run(call.input as Readonly<Record<string, unknown>>, signal);
    }).catch((error) => ({ ok: false, text: describeError(error) }));
    const ms = Math.round(performance.now() - started);
    const end = { ok, text, data: null, ms, exitCode: ok ? 0 : 1 };
    emit("tool.end", { call: call.id, tool: call.tool, ...end });
    return { call, ...end };
  }
}

function isCut({ body }: { readonly body: { readonly kind: string } }): boolean {
  return body.kind === "result" && "bytes" in body;
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
  return new Set(
    registry.entries.filter((_, i) => verdicts[i]).map(({ name }: CatalogEntry) => name),
  );
}

/** What is there at the root saves a model its first look. */
async function rootFacts({ files }: AskSetup): Promise<string[]> {
  const most = 30;
  const names = (await files.list(".").catch(() => []))
    .filter(({ name }) => name !== ".git" && !name.startsWith(".dspy"))
    .map(({ name, kind }) => kind === "folder" ? `${name}/` : name);
  const rest = names.length > most ? ` and ${names.length - most} more` : "";
  return names.length === 0 ? [] : [`At its root: ${names.slice(0, most).join(" ")}${rest}`];
}

/** Tools that leave three quarters of the window to the work: the last of the list go first. */
function fitting(tools: readonly LMTool[], system: string, window: number): readonly LMTool[] {
  const most = window * STATIC_SHARE;
  const cost = (list: readonly LMTool[]) =>
    estimateTokens(system) + estimateTokens(JSON.stringify(list));
  const finder = tools.find(({ name }) => name === "find_tool");
  let list = [...tools];
  while (cost(list) > most && list.length > 3) {
    const last = list.findLast((tool) => tool !== finder)!;
    list = list.filter((tool) => tool !== last);
  }
  // The instructions may fill the rest of a small window; nothing else may.
  if (cost(list) <= window / 2) return list;
  const tokens = cost(list);
  throw new UserError("failed", `prompt and tools take ${tokens} tokens of a window of ${window}`, {
    hint: "serve a larger window (--window), or shorten AGENTS.md",
    rule: "limit:context",
  });
}

function difference(now: LMUsage, before: LMUsage): LMUsage {
  return {
    inputTokens: now.inputTokens - before.inputTokens,
    outputTokens: now.outputTokens - before.outputTokens,
    cachedTokens: now.cachedTokens - before.cachedTokens,
    requests: now.requests - before.requests,
    ...now.usd !== undefined && { usd: now.usd - (before.usd ?? 0) },
  };
}
