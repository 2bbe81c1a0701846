import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { Event, EventData } from "../../core/events.ts";
import type { Registry } from "../../core/registry.ts";
import { clean, fenced } from "./_text.ts";
import { diffContent } from "./diff_content.ts";
import { callFacts } from "./tool_call.ts";

/** What {@linkcode createUpdates} needs. */
export interface UpdatesSetup {
  readonly registry: Registry;
  /** Real path of the workspace. */
  readonly root: string;
  /** Whether the editor has a place for notices; else warnings are part of the answer. */
  readonly notices: boolean;
}

/** Turns the events of one session into what its editor shows. */
export interface Updates {
  /** What an event is to the editor: nothing, for most. */
  of(event: Event): SessionUpdate[];
  /** Id under which the editor knows the newest call of a tool that runs. */
  callOf(tool: string): string | undefined;
  /** Ends for the editor the calls that will never end by themselves. */
  abandon(): SessionUpdate[];
}

interface OpenCall {
  /** The session's own id; models may use one again in a later turn. */
  readonly call: string;
  readonly id: string;
  readonly tool: string;
  /** What it has answered so far. */
  text: string;
}

/** Starts with a session that the editor has seen nothing of. */
export function createUpdates({ registry, root, notices }: UpdatesSetup): Updates {
  const seen = new Set<string>();
  let open: OpenCall[] = [];
  let message = crypto.randomUUID();
  let streamed = false;
  let said = "";

  return {
    callOf: (tool) => open.findLast((call) => nameOf(call.tool) === nameOf(tool))?.id,
    abandon() {
      const lost = open;
      open = [];
      return lost.map(({ id }) => ({
        sessionUpdate: "tool_call_update",
        toolCallId: id,
        status: "failed",
      }));
    },
    of({ type, data }) {
      switch (type) {
        case "agent.start":
          said = "";
          streamed = false;
          return [];
        case "message.delta":
          return delta(data);
        case "message":
          return data.role === "assistant" ? whole(clean(data.text)) : [];
        case "choice":
          return [thought(`${clean(data.tool)}: ${clean(data.reason)}\n`)];
        case "agent.end":
          return last(data);
        case "tool.start":
          return [started(data)];
        case "tool.update":
          return updated(data);
        case "tool.end":
          return ended(data);
        case "todo":
          return [planOf(data)];
        case "usage":
          return usageOf(data);
        case "notice":
          return noticeOf(data);
        default:
          return [];
      }
    },
  };

  /** A tool's own name, whichever of its names was used. */
  function nameOf(tool: string): string {
    return registry.find(tool)?.name ?? tool;
  }

  function delta({ text, thinking }: EventData["message.delta"]): SessionUpdate[] {
    streamed ||= clean(text) !== "";
    return [
      ...clean(thinking) === "" ? [] : [thought(clean(thinking))],
      ...clean(text) === "" ? [] : [chunk(clean(text))],
    ];
  }

  /** The pieces were shown already, where the model streams. */
  function whole(text: string): SessionUpdate[] {
    const shown = streamed || text === "" ? [] : [chunk(text)];
    said = text;
    streamed = false;
    message = crypto.randomUUID();
    return shown;
  }

  function last({ stop, summary, next }: EventData["agent.end"]): SessionUpdate[] {
    const text = clean(summary);
    // That it was stopped, or failed, the answer to the prompt tells.
    const told = text === "" || text === said || stop === "aborted" || stop === "error";
    const steps = Array.isArray(next) ? next.map((step) => `- ${clean(step)}`) : [];
    return [
      ...told ? [] : whole(text),
      ...steps.length === 0 ? [] : whole(["Next:", ...steps].join("\n")),
    ];
  }

  function chunk(text: string): SessionUpdate {
    const content = { type: "text", text } as const;
    return { sessionUpdate: "agent_message_chunk", content, messageId: message };
  }

  function started({ call, tool, input }: EventData["tool.start"]): SessionUpdate {
    const id = seen.has(call) ? `${call}:${crypto.randomUUID().slice(0, 8)}` : call;
    seen.add(call);
    open.push({ call, id, tool, text: "" });
    const facts = callFacts(tool, input, { registry, root });
    return {
      sessionUpdate: "tool_call",
      toolCallId: id,
      name: tool,
      ...facts,
      status: "in_progress",
      rawInput: input,
    };
  }

  function updated({ call, text, lasting }: EventData["tool.update"]): SessionUpdate[] {
    const running = open.find((other) => other.call === call);
    if (running === undefined || lasting !== true) return [];
    running.text += `${clean(text)}\n`;
    const content = [fenced(running.text)];
    return [{ sessionUpdate: "tool_call_update", toolCallId: running.id, content }];
  }

  function ended(end: EventData["tool.end"]): SessionUpdate[] {
    const { call, tool, ok, text, exitCode, ms, rule } = end;
    const running = open.find((other) => other.call === call);
    // What was refused before it began is shown all the same.
    const begun = running === undefined
      ? [started({ call, tool, input: undefined, origin: "agent" })]
      : [];
    const { id, text: before } = running ?? open.at(-1)!;
    open = open.filter((other) => other.id !== id);
    const answer = before + clean(text);
    const content = changesOf(end) ?? (answer === "" ? [] : [fenced(answer)]);
    return [...begun, {
      sessionUpdate: "tool_call_update",
      toolCallId: id,
      status: ok === true ? "completed" : "failed",
      content,
      rawOutput: { exitCode, ms, ...rule !== undefined && { rule } },
    }];
  }

  /** What a call wrote, as it stands in its data; undefined when it wrote nothing. */
  function changesOf({ tool, ok, data }: EventData["tool.end"]) {
    if (ok !== true || registry.find(tool)?.effect !== "write") return undefined;
    const { diff } = (data ?? {}) as { diff?: unknown };
    return typeof diff === "string" ? diffContent(diff, root) : undefined;
  }

  function noticeOf({ level, text }: EventData["notice"]): SessionUpdate[] {
    const title = clean(text);
    const severity = level === "warning" ? "warning" : "info";
    if (notices) return [{ sessionUpdate: "notice", severity, title }];
    return level === "warning" ? [chunk(`*${title}*\n\n`)] : [];
  }
}

function thought(text: string): SessionUpdate {
  return { sessionUpdate: "agent_thought_chunk", content: { type: "text", text } };
}

function planOf({ items }: EventData["todo"]): SessionUpdate {
  const entries = items.map(({ text, done }) => ({
    content: clean(text),
    priority: "medium" as const,
    status: done === true ? "completed" as const : "pending" as const,
  }));
  return { sessionUpdate: "plan", entries };
}

function usageOf({ used, window, total }: EventData["usage"]): SessionUpdate[] {
  if (window === undefined) return [];
  const cost = total.usd === undefined ? undefined : { amount: total.usd, currency: "USD" };
  return [{ sessionUpdate: "usage_update", used, size: window, ...cost && { cost } }];
}
