import { UserError } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import { LMError } from "../../lm/lm_error.ts";
import type {
  LM,
  LMDelta,
  LMMessage,
  LMParams,
  LMRequest,
  LMResponse,
  LMTool,
  LMToolCall,
} from "../../lm/types.ts";
import { estimateTokens } from "../../lm/estimate_tokens.ts";
import { addUsage, NO_USAGE } from "../../lm/usage.ts";
import type { Redactor } from "../../safety/redact.ts";
import { sanitize } from "../../safety/terminal.ts";
import type { Effect } from "../../tool.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { CallResult, Mind, ToolCall, Turn } from "../mind.ts";
import { createChantDetector } from "./chant_detector.ts";
import { compact, createWindow, type Window } from "./fit_window.ts";
import { cutOutput, resultLimits } from "./cut_output.ts";
import { saidStream } from "./said_stream.ts";
import {
  readTextTurn,
  textInstructions,
  textSchema,
  type TextTurn,
  withoutTools,
} from "./text_turn.ts";
import { wireMessages } from "./wire_messages.ts";

/** A call that was found in a model's prose. */
export interface ProseCall {
  /** Name of the tool. */
  readonly tool: string;
  /** Its input, unchecked. */
  readonly input: unknown;
}

/** What {@linkcode createModelMind} works with. */
export interface ModelMindSetup {
  /** Decides. */
  readonly lm: LM;
  /** Whether it calls tools natively; if not, it is asked for a JSON object per step. */
  readonly native: boolean;
  /** Context window that is served, in tokens. */
  readonly window: number;
  /** What was said and done so far; the newest entry is the request. */
  readonly conversation: Conversation;
  /** The system prompt. */
  readonly system: string;
  /** What may be called now: may grow while the run goes on. */
  tools(): readonly LMTool[];
  /** What a tool does at its worst: what programs say is cut from the front, files from the end. */
  effectOf(tool: string): Effect | undefined;
  /** Keeps the whole text of a result that was cut. */
  keep(call: string, text: string): Promise<void>;
  /** Whether the answer is a plan. Default false. */
  readonly planning?: boolean;
  /** What every request is sent with. */
  readonly params?: LMParams;
  /** Copied word for word when the conversation is summarized. Default nothing. */
  verbatim?(): Promise<string>;
  /** Calls that stand in prose, for models without tool calls. Default none. */
  callsIn?(text: string): Promise<readonly ProseCall[]>;
  /** Takes secrets out of a reply that comes in pieces. */
  readonly redactor: Pick<Redactor, "stream">;
  /** Publishes what happens. */
  readonly emit: Emit;
}

/** Characters that make a token. */
const PER_TOKEN = 3.5;
/** Characters of a call's arguments: more is no use, and would fill every later request. */
const MAX_ARGUMENTS = 256 * 1024;
/** Longer names of tools are refused by servers, also when they come back to them. */
const MAX_NAME = 64;

/** Characters that are kept of a reply that did not end. */
const MAX_START = 16 * 1024;

/** Why a reply has no end, when the server or the person broke it off. */
export const CUT_OFF = "the reply was cut off";

const LAST =
  "This is your last turn, no tool can be called: say what was done and what is missing.";
const REPAIR = "That was no JSON object of the form asked for. Answer again with the object alone.";

/** The mind that is a model: it keeps the conversation, fits it to the window and reads replies. */
export function createModelMind(setup: ModelMindSetup): Mind {
  const { lm, window, conversation, emit } = setup;
  let { native } = setup;
  const room: Window = createWindow(setup);
  const mostArguments = Math.min(MAX_ARGUMENTS, window * PER_TOKEN);

  return {
    hear: async (text) => void await conversation.append({ kind: "user", text }),
    async took(results) {
      for (const result of results) await record(result);
    },
    async next(_results, _step, last, signal): Promise<Turn> {
      const tools = last ? [] : setup.tools();
      await room.fit(request([], tools), signal);
      const { text, calls } = await answered(tools, last, signal);
      return { text, calls: calls.map((call) => readCall(call, mostArguments)) };
    },
  };

  /** Keeps a result as the model will see it. */
  async function record({ call, ok, text, usage }: CallResult): Promise<void> {
    const cut = cutOutput(text, call.id, {
      ...resultLimits(window),
      keep: setup.effectOf(call.tool) === "execute" ? "tail" : "head",
    });
    if (cut.bytes !== undefined) await setup.keep(call.id, text);
    await conversation.append({
      kind: "result",
      call: call.id,
      tool: keptName(call.tool),
      ok,
      ...cut,
      ...usage && { usage },
    });
  }

  async function answered(tools: readonly LMTool[], last: boolean, signal: AbortSignal) {
    const extra: LMMessage[] = last ? [{ role: "user", content: LAST }] : [];
    const reply = await send(extra, tools, signal).catch(async (error) => {
      // Only now it is known that the server takes no tools.
      if (!native || lm.can.tools || !(error instanceof LMError)) throw error;
      native = false;
      emit("notice", { level: "info", text: `${lm.id} takes no tools; it is asked for objects` });
      return await send(extra, tools, signal);
    });
    if (native) return await keepReply(reply, reply.text, uniqueIds(reply.toolCalls ?? []));
    const read = readTextTurn(reply.text) ?? await inProse(reply.text);
    if (read !== undefined) return await keepReply(reply, read.text, uniqueIds(read.calls));
    if (last || reply.text === "") return await keepReply(reply, reply.text, []);
    // One repair, in the open: then the text is taken for the answer.
    emit("notice", { level: "info", text: "the model's reply was no JSON object; asked again" });
    const repair: LMMessage[] = [
      { role: "assistant", content: reply.text },
      { role: "user", content: REPAIR },
    ];
    const again = await send([...extra, ...repair], tools, signal);
    const mended = readTextTurn(again.text);
    const both = { ...again, usage: addUsage(reply.usage, again.usage) };
    return mended === undefined
      ? await keepReply(both, again.text || reply.text, [])
      : await keepReply(both, mended.text, uniqueIds(mended.calls));
  }

  /** What some models write instead of the object asked for. */
  async function inProse(text: string): Promise<TextTurn | undefined> {
    const found = await setup.callsIn?.(text) ?? [];
    const calls = found.map(({ tool, input }, i) => ({
      id: `prose_${i}`,
      name: tool,
      arguments: JSON.stringify(input),
    }));
    return calls.length === 0 ? undefined : { text, calls };
  }

  async function keepReply(reply: LMResponse, said: string, calls: readonly LMToolCall[]) {
    const { thinking, usage, finish } = reply;
    // Nothing but blanks is no answer; what would act on a terminal is none either.
    const clean = sanitize(said);
    const text = clean.trim() === "" ? "" : clean;
    await conversation.append({
      kind: "assistant",
      text,
      ...thinking !== undefined && { thinking },
      ...calls.length > 0 && { calls: calls.map((call) => keptCall(call, mostArguments)) },
      model: lm.id,
      usage,
      ...setup.planning && calls.length === 0 && text !== "" && { plan: true },
      ...finish === "length" && { cut: "the reply reached its limit of tokens" },
    });
    const total = conversation.info.usage;
    const known = room.used(usage);
    emit("usage", { model: lm.id, usage, total, used: known, window });
    return { text, calls };
  }

  function request(extra: readonly LMMessage[], tools: readonly LMTool[]): LMRequest {
    const params: LMParams = { ...setup.params, numCtx: window };
    if (native) {
      const messages = [...wireMessages(setup.system, conversation.path), ...extra];
      return { messages, params, ...tools.length > 0 && { tools } };
    }
    const system = tools.length === 0
      ? setup.system
      : `${setup.system}\n\n${textInstructions(tools)}`;
    const messages = [...withoutTools(wireMessages(system, conversation.path)), ...extra];
    const schema = lm.can.schema && tools.length > 0 ? { schema: textSchema(tools) } : {};
    return { messages, params, ...schema };
  }

  /** Sends, with the pieces as events; a reply that goes round in circles is ended. */
  async function send(
    extra: readonly LMMessage[],
    tools: readonly LMTool[],
    signal: AbortSignal,
    compacted = false,
  ): Promise<LMResponse> {
    const stuck = new AbortController();
    const chants = createChantDetector();
    let heard = "";
    const said = saidStream(setup.redactor, (delta) => native && emit("message.delta", delta));
    const onDelta = (delta: LMDelta) => {
      said.push(delta);
      heard += delta.text ?? "";
      if (delta.text !== undefined && chants(delta.text)) stuck.abort();
    };
    try {
      return await lm.call({
        ...request(extra, tools),
        signal: AbortSignal.any([signal, stuck.signal]),
        ...lm.can.stream && { onDelta },
      }).finally(said.flush);
    } catch (error) {
      const chanted = stuck.signal.aborted && !signal.aborted;
      if (native) await keepStart(heard, chanted ? "it repeated itself" : CUT_OFF);
      if (chanted) {
        throw new UserError("failed", `${lm.id} repeated itself without end and was stopped`, {
          hint: "ask again in other words, or take another model",
        });
      }
      if (!(error instanceof LMError) || error.lmKind !== "context" || signal.aborted) throw error;
      // The server counts otherwise than we do: make room once, whatever the estimate says.
      if (compacted || !await compact(setup, signal)) throw error;
      return await send(extra, tools, signal, true);
    }
  }

  /** What was shown of a reply that did not end stays in the conversation. */
  async function keepStart(heard: string, cut: string): Promise<void> {
    if (heard.trim() === "") return;
    const outputTokens = estimateTokens(heard);
    const usage = { ...NO_USAGE, outputTokens, requests: 1, estimated: true } as const;
    const text = sanitize(heard).slice(0, MAX_START);
    await conversation.append({ kind: "assistant", text, model: lm.id, usage, cut });
  }

  /** Servers give the same id again in later replies; a conversation cannot. */
  function uniqueIds(calls: readonly LMToolCall[]): LMToolCall[] {
    const taken = new Set(
      conversation.path.flatMap(({ body }) =>
        body.kind === "assistant" ? (body.calls ?? []).map(({ id }) => id) : []
      ),
    );
    return calls.map((call) => {
      const given = call.id.slice(0, MAX_NAME - 8) || "call";
      let id = given;
      for (let n = 2; taken.has(id); n++) id = `${given}_${n}`;
      taken.add(id);
      return { ...call, id };
    });
  }
}

/** Arguments are text from a model: whatever cannot be read becomes a result that says so. */
function readCall({ id, name, arguments: given }: LMToolCall, most: number): ToolCall {
  if (given.length > most) {
    const problem = `the arguments have ${given.length} characters, ${
      Math.floor(most)
    } is the most`;
    return { id, tool: name, input: null, problem };
  }
  if (given.trim() === "") return { id, tool: name, input: {} };
  try {
    const input: unknown = JSON.parse(given);
    if (typeof input === "object" && input !== null && !Array.isArray(input)) {
      return { id, tool: name, input };
    }
    return { id, tool: name, input: null, problem: "the arguments are no JSON object" };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { id, tool: name, input: null, problem: `the arguments are no JSON: ${why}` };
  }
}

/** A call as it goes back to the server with every later request: none that the server would refuse. */
function keptCall({ id, name, arguments: given }: LMToolCall, most: number): LMToolCall {
  return { id, name: keptName(name), arguments: given.length > most ? "{}" : given };
}

function keptName(name: string): string {
  return name.replace(/[^\w-]/g, "_").slice(0, MAX_NAME) || "unnamed";
}
