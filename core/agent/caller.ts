import { checkInput } from "../check_input.ts";
import type { Hands } from "../command.ts";
import type { Config } from "../config.ts";
import { describeError, UserError } from "../errors.ts";
import type { Emit, EventData } from "../events.ts";
import { lazy } from "../lazy.ts";
import type { LM } from "../lm/types.ts";
import type { CatalogEntry, Registry } from "../registry.ts";
import type { Decision, Gate } from "../safety/decision.ts";
import type { Preferences } from "../safety/preferences.ts";
import { redactJson, type Redactor } from "../safety/redact.ts";
import type { Store } from "../store/types.ts";
import type { Origin, Tool, ToolContext, ToolResult } from "../tool.ts";
import type { Files } from "../workspace/files.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Learner } from "./learner.ts";
import type { CallResult, ToolCall } from "./mind.ts";
import type { HookRun } from "./hook_run.ts";
import type { ToolHooks } from "./tool_hooks.ts";
import type { ModelSetup } from "./model/ask_model.ts";
import type { ToolSpending } from "./model/tool_model.ts";

// What only goes wrong or asks need not be there before it does.
const loadLine = lazy<typeof import("./command_line.ts")>("./command_line.ts", import.meta.url);
const loadProblem = lazy<typeof import("./_input_problem.ts")>(
  "./_input_problem.ts",
  import.meta.url,
);

const loadNarrowed = lazy<typeof import("./_narrowed_context.ts")>(
  "./_narrowed_context.ts",
  import.meta.url,
);
const loadHooks = lazy<typeof import("./hook_run.ts")>("./hook_run.ts", import.meta.url);

/** A question to the person at the terminal. */
export interface ApprovalQuestion {
  /** Id of the call that waits for the answer. */
  readonly call: string;
  /** Name of its tool. */
  readonly tool: string;
  /** Who asked for the call. */
  readonly origin: Origin;
  /** The exact things that would be allowed: paths, an argv. */
  readonly what: readonly string[];
  /** Why it is asked, in one sentence. */
  readonly reason: string;
  /** What to look at before answering: a diff. */
  readonly preview: string;
}

/** What tools run with. */
export interface CallerSetup {
  /** Of the session, as tools see it. Default: a random one. */
  readonly id?: string;
  /** The folder the tools work in. */
  readonly workspace: Workspace;
  /** The settings they see. */
  readonly config: Config;
  /** The tools that can be called. */
  readonly registry: Registry;
  /** Their one way to files. */
  readonly files: Files;
  /** Where they keep what lasts. */
  readonly store: Store;
  /** Starts their programs. */
  readonly hands: Hands;
  /** Decides on each call. */
  readonly gate: Gate;
  /** What the agent may not write. Default nothing. */
  readonly preferences?: Preferences | undefined;
  /** The model that tools may ask. Default none. */
  readonly model?: Pick<ModelSetup, "open" | "window">;
  /** Asks the person; false refuses. */
  approve(question: ApprovalQuestion): Promise<boolean>;
  /** Look at each call, before and after it. Default none. */
  readonly hooks?: ToolHooks;
  /** Opens what learns which tool works here. Default none: the rules choose. */
  learner?(): Promise<Learner>;
}

/** Runs calls behind the gate. */
export interface Caller {
  /**
   * Looks the tool up, checks its input, asks the gate and, if need be, the person, runs it, and
   * publishes what happened. Never throws.
   *
   * @param query what the user asked for, when the agent chose the call.
   */
  call(call: ToolCall, origin: Origin, signal: AbortSignal, query?: string): Promise<CallResult>;
}

// Most calls ask no model.
const loadModel = lazy<typeof import("./model/tool_model.ts")>(
  "./model/tool_model.ts",
  import.meta.url,
);

/** Makes the one way by which tools are run. */
export function createCaller(
  setup: CallerSetup,
  emit: Emit,
  redactor: Redactor,
): Caller {
  const session = setup.id ?? crypto.randomUUID();
  let opened: Promise<LM> | undefined;
  return { call };

  async function call(
    call: ToolCall,
    origin: Origin,
    signal: AbortSignal,
    query?: string,
  ): Promise<CallResult> {
    const started = performance.now();
    let spent: ToolSpending | undefined;
    let approved: boolean | undefined;
    const settle = (result: ToolResult, exitCode: number, error?: UserError): CallResult => {
      const ms = Math.round(performance.now() - started);
      const text = redactor.text(result.text);
      const data = redactJson(result.data ?? null, redactor);
      const tool = setup.registry.find(call.tool)?.name ?? call.tool;
      const { rule } = error ?? {};
      const end = { ok: result.ok, text, data, ms, exitCode };
      // A mind tells what its own run took, this with it.
      if (spent !== undefined && origin === "user") emit("usage", usageOf(spent));
      emit("tool.end", { call: call.id, tool, ...end, ...rule !== undefined && { rule } });
      return {
        call,
        ...end,
        ...error && { refused: rule ?? "refused" },
        ...approved !== undefined && { approved },
        ...spent && { usage: spent.usage },
      };
    };
    try {
      if (call.problem !== undefined) throw new UserError("usage", `${call.tool}: ${call.problem}`);
      const entry = find(setup.registry, call.tool);
      const tool = await entry.load();
      const input = await checked(entry, tool, call.input);
      const shown = redactJson(call.input, redactor);
      emit("tool.start", { call: call.id, tool: tool.name, input: shown, origin });
      const wide = toolContext(tool, call, origin, signal, (spending) => spent = spending);
      const isAgents = () => origin === "agent" || spent !== undefined;
      const written = { call: call.id, tool: tool.name, isAgents, emit };
      const context = setup.preferences === undefined ? wide : (await loadNarrowed())
        .narrowedContext(wide, setup.preferences, written);
      const around = { id: call.id, tool, input, context, redactor };
      const hooks = setup.hooks && (await loadHooks()).hookRun(setup.hooks, around);
      const asked = (said: boolean) => void (approved = said);
      await authorize(tool, input, context, call, query, hooks, asked);
      const result = await tool.run(input, context);
      return settle(await hooks?.after(result) ?? result, result.ok ? 0 : 1);
    } catch (error) {
      const known = error instanceof UserError ? error : undefined;
      const refused = known?.kind === "refused" ? known : undefined;
      const line = signal.aborted && !known ? "stopped" : describeError(error);
      const exitCode = signal.aborted ? 130 : known?.exitCode ?? 1;
      const text = withRule(line, refused?.rule);
      return settle({ ok: false, data: null, text }, exitCode, refused);
    }
  }

  function toolContext(
    tool: Tool,
    call: ToolCall,
    origin: Origin,
    signal: AbortSignal,
    told: (spending: ToolSpending) => void,
  ): ToolContext {
    return {
      workspace: setup.workspace,
      config: setup.config,
      files: setup.files,
      store: setup.store,
      signal,
      origin,
      session,
      ...tool.asksModel && setup.model && !setup.config.localMode &&
        { lm: () => openModel(setup.model!, told) },
      ...setup.learner && { learner: () => setup.learner!() },
      progress: (update) =>
        emit("tool.update", { call: call.id, ...update, text: redactor.text(update.text) }),
      async execute(command, fields, { onOutput } = {}) {
        const request = { tool: tool.name, command, fields };
        const options = { signal, origin, ...onOutput && { onOutput } };
        const result = await setup.hands.run(request, options);
        if (tool.commands?.[command]?.effect === "execute") await note(result.argv);
        return result;
      },
    };
  }

  async function openModel(
    { open, window }: Pick<ModelSetup, "open" | "window">,
    told: (spending: ToolSpending) => void,
  ): Promise<LM> {
    const { toolModel } = await loadModel();
    opened ??= open();
    opened.catch(() => opened = undefined);
    return toolModel(await opened, redactor, window, told);
  }

  /** What programs did, `undo` cannot take back: it names those that ran. */
  async function note(argv: readonly string[]): Promise<void> {
    const line = redactor.text(argv.join(" ")).slice(0, 200);
    await setup.store.append("programs", [{ ts: Date.now(), line }]).catch(() => {});
  }

  async function authorize(
    tool: Tool,
    input: unknown,
    context: ToolContext,
    call: ToolCall,
    query: string | undefined,
    hooks: HookRun | undefined,
    asked: (approved: boolean) => void,
  ): Promise<void> {
    const { name } = tool;
    const needs = tool.needs(input, setup.workspace);
    // A reading tool may be told to write its result to a file: that call is a write.
    const effect = tool.effect === "read" && needs.write?.length ? "write" : tool.effect;
    const { origin } = context;
    const decision = await setup.gate.decide({
      tool: name,
      effect,
      origin,
      needs,
      ...query !== undefined && { query },
    });
    const { verdict, rule, scope, reason } = decision;
    emit("permission", {
      call: call.id,
      tool: name,
      kind: "tool",
      what: redactor.text(scope),
      verdict,
      rule,
      reason: redactor.text(reason),
    });
    if (verdict === "deny") throw refusal(name, decision);
    // A person is not asked for what a hook blocks anyway.
    await hooks?.before();
    if (verdict === "allow") return;
    const wanted = [...needs.write ?? [], ...needs.programs ?? [], ...needs.hosts ?? []];
    const granted = await setup.approve({
      call: call.id,
      tool: name,
      origin,
      what: wanted.length > 0 ? wanted : [scope],
      reason,
      preview: redactor.text(
        await tool.preview?.(input, context) ??
          (await loadLine()).commandLine(tool, call.input),
      ),
    });
    asked(granted);
    if (!granted) throw refusal(name, { ...decision, reason: "not approved" });
  }
}

function usageOf({ model, usage }: ToolSpending): EventData["usage"] {
  return { model, usage, total: usage, used: usage.inputTokens + usage.outputTokens };
}

function find(registry: Registry, name: string): CatalogEntry {
  const entry = registry.find(name);
  if (entry !== undefined) return entry;
  const near = registry.suggest(name);
  throw new UserError("usage", `no tool called ${JSON.stringify(name)}`, {
    hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : 'see "help"',
  });
}

async function checked(entry: CatalogEntry, tool: Tool, input: unknown): Promise<unknown> {
  const parsed = await checkInput(entry, tool, input);
  if (parsed.success) {
    const known = Object.keys(entry.schema.properties ?? {});
    const extra = Object.keys(input ?? {}).find((key) => !known.includes(key));
    if (extra === undefined || known.length === 0) return parsed.data;
    // Passed over, what was meant would be, too.
    throw (await loadProblem()).unknownField(tool.name, extra, known);
  }
  const { inputProblem } = await loadProblem();
  throw new UserError("usage", `${tool.name}: ${inputProblem(parsed.error.issues[0], input)}`, {
    hint: `see "help ${tool.name}"`,
  });
}

function refusal(tool: string, { reason, rule }: Decision): UserError {
  return new UserError("refused", `${tool} refused: ${reason} [${rule}]`, { rule });
}

/** Refusals of the gate name their rule already. */
function withRule(text: string, rule: string | undefined): string {
  return rule === undefined || text.includes(`[${rule}]`) ? text : `${text} [${rule}]`;
}
