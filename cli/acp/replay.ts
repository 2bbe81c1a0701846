import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { Entry } from "../../core/agent/conversation/entry.ts";
import type { Registry } from "../../core/registry.ts";
import { clean, fenced } from "./_text.ts";
import { callFacts } from "./tool_call.ts";

/** Where {@linkcode replay} happens. */
export interface ReplayPlace {
  readonly registry: Registry;
  /** Real path of the workspace. */
  readonly root: string;
}

/** A kept conversation as an editor shows it: nothing is run again. */
export function replay(entries: readonly Entry[], place: ReplayPlace): SessionUpdate[] {
  // Models may use the id of a call again: what counts is the newest call before a result.
  const ids = new Map<string, string>();
  return entries.flatMap(({ id, body }): SessionUpdate[] => {
    switch (body.kind) {
      case "user":
        return [said("user_message_chunk", body.text, id)];
      case "assistant": {
        const calls = (body.calls ?? []).map((call): SessionUpdate => {
          ids.set(call.id, `${id}:${call.id}`);
          const input = inputOf(call.arguments);
          return {
            sessionUpdate: "tool_call",
            toolCallId: `${id}:${call.id}`,
            name: call.name,
            ...callFacts(call.name, input, place),
            status: "pending",
            rawInput: input,
          };
        });
        const thinking = body.thinking ?? "";
        return [
          ...thinking === "" ? [] : [said("agent_thought_chunk", thinking, id)],
          ...body.text === "" ? [] : [said("agent_message_chunk", body.text, id)],
          ...calls,
        ];
      }
      case "result": {
        const toolCallId = ids.get(body.call);
        if (toolCallId === undefined) return [];
        const content = body.text === "" ? [] : [fenced(clean(body.text))];
        const status = body.ok ? "completed" : "failed";
        return [{ sessionUpdate: "tool_call_update", toolCallId, status, content }];
      }
      default:
        return [];
    }
  });
}

function said(
  sessionUpdate: "user_message_chunk" | "agent_message_chunk" | "agent_thought_chunk",
  text: string,
  messageId: string,
): SessionUpdate {
  return { sessionUpdate, content: { type: "text", text: clean(text) }, messageId };
}

function inputOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
