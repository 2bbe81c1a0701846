import { lazy } from "../../lazy.ts";
import type { UsageMeter } from "../../lm/metered.ts";
import type { LM } from "../../lm/types.ts";
import { addUsage } from "../../lm/usage.ts";
import { redactJson } from "../../safety/redact.ts";
import type { AskOptions, AskSetup } from "../ask.ts";
import { type Conversation, openConversation, outputKey } from "../conversation/conversation.ts";
import { type Exceeded, type LoopEnd, runLoop } from "../loop.ts";
import type { CallResult } from "../mind.ts";
import { HELPER, helperAgent, type HelperTask } from "./helper_agent.ts";
import { type InnerTool, outputTool, todoTool, todoVerbatim } from "./inner_tools.ts";
import { createModelMind } from "./model_mind.ts";
import type { ModelSetup } from "./ask_model.ts";
import { folderNotes } from "./folder_notes.ts";
import type { ProjectInstructions } from "./project_instructions.ts";
import { createToolbox } from "./toolbox.ts";

// Most requests need no helper.
const loadMemory = lazy<typeof import("../../store/memory.ts")>(
  "../../store/memory.ts",
  import.meta.url,
);

/** A model that is ready, and what it works with. */
export interface ModelRun {
  readonly setup: AskSetup & { readonly model: ModelSetup };
  readonly lm: LM;
  /** Whether it calls tools natively. */
  readonly native: boolean;
  /** In tokens. */
  readonly window: number;
  readonly system: string;
  /** The project's own, that are in the system prompt. */
  readonly instructions: readonly ProjectInstructions[];
  readonly conversation: Conversation;
  /** Names of the tools that may be called. */
  readonly allowed: ReadonlySet<string>;
  /** Tools offered from the start, each with the fields it is told of. */
  readonly toolset: Readonly<Record<string, readonly string[]>>;
  /** What the person asked for, which policy rules may depend on. */
  readonly request: string;
  /** Told each result. */
  readonly onResult: (result: CallResult) => void;
  /** Told that a reply is awaited. Default: nobody is. */
  readonly during?: (<T>(reply: Promise<T>) => Promise<T>) | undefined;
  readonly signal: AbortSignal;
  readonly inbox?: AskOptions["inbox"] | undefined;
  /** What the run took so far, in all its rounds: the model writes into it. */
  readonly meter: UsageMeter;
  /** Asked before each request. */
  readonly exceeded: () => Exceeded | undefined;
  /** Turns with calls that are left, in all rounds. */
  readonly steps: { left: number };
  /** Set for a helper: it has no helpers, and may call nothing but what is allowed. */
  readonly helping?: true;
}

/** Turns with calls of a helper. */
const HELPER_STEPS = 30;

/** Runs the loop with a model for a mind, until it answers or a limit is met. */
export async function runModel(run: ModelRun): Promise<LoopEnd> {
  const { setup, lm, native, window, system, conversation, allowed, signal, inbox } = run;
  const { emit, caller, registry, store, model } = setup;
  const { meter, exceeded, steps, helping = false } = run;
  const id = () => conversation.info.id;

  const output = outputTool(store, id);
  const inner: InnerTool[] = [
    todoTool(store, id, setup.redactor.text, (items) => emit("todo", { items })),
    output,
    // A helper has no helpers.
    ...helping ? [] : [gated(helperAgent(help), setup, run.request)],
  ];
  const toolbox = createToolbox({
    registry,
    allowed,
    confined: helping,
    toolset: run.toolset,
    inner,
    system,
    window,
    emit,
    call: async (call, signal) => {
      const result = await caller.call(call, "agent", signal, run.request);
      // A tool that asks a model itself spends from the same budget.
      if (result.usage) meter.total = addUsage(meter.total, result.usage);
      return result;
    },
  });
  const wasCut = ({ body }: { body: object }) => "bytes" in body;
  if (conversation.path.some(wasCut)) toolbox.offer(output.spec);

  const mind = createModelMind({
    lm,
    native: native && lm.can.tools,
    window,
    conversation,
    system,
    tools: toolbox.specs,
    effectOf: (tool) => registry.find(tool)?.effect,
    keep: async (call, whole) => {
      toolbox.offer(output.spec);
      await store.put(outputKey(id(), call), whole);
    },
    ...model.callsIn && { callsIn: model.callsIn },
    verbatim: () => todoVerbatim(store, id()),
    redactor: setup.redactor,
    planning: setup.config.approval === "plan",
    emit,
  });
  const notes = folderNotes(run);
  return await runLoop({
    mind: {
      ...mind,
      next: (...turn) => {
        steps.left--;
        const reply = mind.next(...turn);
        return run.during?.(reply) ?? reply;
      },
      async took(results) {
        await mind.took?.(results);
        await notes.took(results);
      },
    },
    call: async (call, signal) => {
      const result = await toolbox.call(call, signal);
      run.onResult(result);
      return result;
    },
    reads: ({ tool, input }) =>
      tool === HELPER ? !writes(input) : (registry.find(tool)?.effect ?? "read") === "read",
    emit,
    signal,
    exceeded,
    maxSteps: Math.max(0, steps.left),
    ...inbox && { inbox },
  });

  async function help({ task, reading, signal }: HelperTask) {
    const less = [...allowed].filter((name) => registry.find(name)?.effect === "read");
    // Its own store: nothing of it lasts, and two at a time do not meet.
    const store = (await loadMemory()).openMemoryStore();
    const own = await openConversation(
      store,
      crypto.randomUUID(),
      (body) => redactJson(body, setup.redactor),
    );
    await own.append({ kind: "user", text: task });
    const end = await runModel({
      ...run,
      conversation: own,
      allowed: reading ? new Set(less) : allowed,
      steps: { left: Math.min(HELPER_STEPS, steps.left) },
      signal,
      inbox: undefined,
      helping: true,
      // What a helper says and thinks is not the answer.
      setup: { ...setup, store, emit: quiet(emit) },
    });
    return { end, usage: own.info.usage };
  }
}

/**
 * A tool of the mind that spends money is decided like any other: as one that reads, since each call
 * that it leads to is decided on its own.
 */
function gated(tool: InnerTool, { gate, approve }: AskSetup, query: string): InnerTool {
  const { name } = tool.spec;
  return {
    spec: tool.spec,
    async run(input, signal) {
      const { verdict, rule, reason, scope } = await gate.decide({
        tool: name,
        effect: "read",
        origin: "agent",
        needs: {},
        query,
      });
      const question = {
        call: "",
        tool: name,
        origin: "agent",
        what: [scope],
        reason,
        preview: "",
      };
      const asked = verdict === "ask" && rule === "approval.manual";
      const no = verdict === "deny"
        ? reason
        : asked && !await approve({ ...question, origin: "agent" })
        ? "not approved"
        : undefined;
      if (no !== undefined) return { ok: false, text: `${name} refused: ${no} [${rule}]` };
      return await tool.run(input, signal);
    },
  };
}

function writes(input: unknown): boolean {
  return (input as { writes?: unknown } | null)?.writes === true;
}

function quiet(emit: AskSetup["emit"]): AskSetup["emit"] {
  return (type, data) => {
    if (!["message", "message.delta", "turn.start", "turn.end", "todo"].includes(type)) {
      emit(type, data);
    }
  };
}
