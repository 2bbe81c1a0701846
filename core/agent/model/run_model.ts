import { metered, type UsageMeter } from "../../lm/metered.ts";
import type { LM } from "../../lm/types.ts";
import { addUsage, NO_USAGE } from "../../lm/usage.ts";
import type { AskOptions, AskSetup } from "../ask.ts";
import { type Conversation, outputKey } from "../conversation/conversation.ts";
import { type Exceeded, type LoopEnd, runLoop } from "../loop.ts";
import type { CallResult } from "../mind.ts";
import { createBudget } from "./budget.ts";
import { helperAgent, type HelperRun } from "./helper_agent.ts";
import {
  type InnerTool,
  outputTool,
  type TodoItem,
  todoKey,
  todoText,
  todoTool,
} from "./inner_tools.ts";
import { createModelMind } from "./model_mind.ts";
import type { ModelSetup } from "./ask_model.ts";
import { createToolbox } from "./toolbox.ts";

/** A model that is ready, and what it works with. */
export interface ModelRun {
  readonly setup: AskSetup & { readonly model: ModelSetup };
  readonly lm: LM;
  /** Whether it calls tools natively. */
  readonly native: boolean;
  /** In tokens. */
  readonly window: number;
  readonly system: string;
  readonly conversation: Conversation;
  /** Names of the tools that may be called. */
  readonly allowed: ReadonlySet<string>;
  /** Tools offered from the start, each with the fields it is told of. */
  readonly toolset: Readonly<Record<string, readonly string[]>>;
  /** What the person asked for, which policy rules may depend on. */
  readonly request: string;
  /** Told each result. */
  readonly onResult: (result: CallResult) => void;
  readonly signal: AbortSignal;
  readonly inbox?: AskOptions["inbox"] | undefined;
  readonly maxSteps?: number | undefined;
  /** The parent's, for a helper: what it takes counts there, and there the limits are met. */
  readonly parent?: { readonly meter: UsageMeter; readonly exceeded: () => Exceeded | undefined };
}

/** Runs the loop with a model for a mind, until it answers or a limit is met. */
export async function runModel(run: ModelRun): Promise<LoopEnd> {
  const { setup, native, window, system, conversation, allowed, signal, inbox } = run;
  const { emit, caller, registry, store, model } = setup;
  const id = () => conversation.info.id;
  const helping = run.parent !== undefined;
  const meter: UsageMeter = run.parent?.meter ?? { total: NO_USAGE };
  const lm = helping ? run.lm : metered(meter)(run.lm);
  const exceeded = run.parent?.exceeded ?? createBudget(model.budget ?? {}, () => meter.total);

  const output = outputTool(store, id);
  const inner: InnerTool[] = [
    todoTool(store, id, setup.redactor.text, (items) => emit("todo", { items })),
    output,
    // A helper has no helpers.
    ...helping ? [] : [helperAgent(help)],
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

  return await runLoop({
    mind: createModelMind({
      lm,
      native,
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
      verbatim: async () => {
        const items = await store.get<readonly TodoItem[]>(todoKey(id())) ?? [];
        return items.length === 0 ? "" : `Todo list:\n${todoText(items)}`;
      },
      redactor: setup.redactor,
      emit,
    }),
    call: async (call, signal) => {
      const result = await toolbox.call(call, signal);
      run.onResult(result);
      return result;
    },
    reads: (tool) => (registry.find(tool)?.effect ?? "read") === "read",
    emit,
    signal,
    exceeded,
    ...run.maxSteps !== undefined && { maxSteps: run.maxSteps },
    ...inbox && { inbox },
  });

  async function help(helper: HelperRun): Promise<LoopEnd> {
    const { conversation: own, reading, maxSteps, task, signal } = helper;
    const less = [...allowed].filter((name) => registry.find(name)?.effect === "read");
    await own.append({ kind: "user", text: task });
    return await runModel({
      ...run,
      lm,
      conversation: own,
      allowed: reading ? new Set(less) : allowed,
      maxSteps,
      parent: { meter, exceeded },
      signal,
      inbox: undefined,
      // What a helper says and thinks is not the answer.
      setup: { ...setup, emit: quiet(emit) },
    });
  }
}

function quiet(emit: AskSetup["emit"]): AskSetup["emit"] {
  return (type, data) => {
    if (!["message", "message.delta", "turn.start", "turn.end", "todo"].includes(type)) {
      emit(type, data);
    }
  };
}
