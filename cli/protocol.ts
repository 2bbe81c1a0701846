import type { AskOptions } from "../core/agent/ask.ts";
import type { Config } from "../core/config.ts";
import type { ProgramResult } from "../core/command.ts";
import type { Event } from "../core/events.ts";
import type { ModelAddress } from "../core/lm/open_model.ts";
import type { Policy } from "../core/safety/policy.ts";
import type { Origin } from "../core/tool.ts";
import type { Workspace } from "../core/workspace/workspace.ts";
import type { OfferedTool } from "../skills/external/mcp_entry.ts";
import type { HookPatterns } from "../skills/external/hook_patterns.ts";
import { isRecord } from "../core/is_record.ts";

/** The first line a session reads: all it will ever know of its surroundings. */
export interface Init {
  readonly type: "init";
  readonly session: string;
  readonly workspace: Workspace;
  readonly config: Config;
  readonly policy: Policy;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Whether the workspace may be written, or only our own state in it. */
  readonly writes: "state" | "all";
  /** Who answers requests; undefined: the local mind. Its key comes this way and no other. */
  readonly model?: ModelAddress | undefined;
  /** Which calls of the agent have hooks, for which the launcher is asked. Default none. */
  readonly hooks?: HookPatterns | undefined;
  /** Under which journals and undo records are sealed; only for a session that writes. */
  readonly key?: string | undefined;
}

/** What a request may say beside its text. */
export type ModelOptions = Pick<AskOptions, "conversation" | "verify" | "schema" | "act">;

/** An error as it crosses the line. */
export interface WireError {
  readonly kind: "failed" | "refused" | "usage" | "missing" | "aborted";
  readonly message: string;
  readonly hint?: string | undefined;
  readonly rule?: string | undefined;
}

/** What the launcher says to the session. Trusted: no schema is needed on this way. */
export type ToSession =
  | Init
  | {
    readonly type: "call";
    readonly id: string;
    readonly tool: string;
    readonly input: unknown;
    /** Who asks for it. */
    readonly origin: Origin;
  }
  /** Tools of other programs, for the requests that follow. */
  | { readonly type: "tools"; readonly tools: readonly OfferedTool[] }
  | {
    readonly type: "ask";
    readonly id: string;
    readonly text: string;
    /** How a model is to answer it. */
    readonly options?: ModelOptions | undefined;
  }
  /** What the person says while a request is worked on. */
  | { readonly type: "say"; readonly text: string }
  | { readonly type: "cancel" }
  | { readonly type: "approval"; readonly id: string; readonly granted: boolean }
  | {
    readonly type: "output";
    readonly id: string;
    readonly stream: "stdout" | "stderr";
    readonly chunk: string;
  }
  | { readonly type: "program"; readonly id: string; readonly result: ProgramResult }
  | { readonly type: "program"; readonly id: string; readonly error: WireError }
  | { readonly type: "end" };

/** Longest line of a session, in characters: one that sends more is ended. */
export const MAX_LINE = 64 * 1024 * 1024;

/**
 * Splits a byte stream into lines.
 *
 * @param max characters of the longest line that is accepted.
 * @throws {RangeError} when a line is longer.
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  max = MAX_LINE,
): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let parts: string[] = [];
  let held = 0;
  for await (const bytes of stream) {
    let text = decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      parts.push(text.slice(0, end));
      yield parts.join("");
      parts = [];
      held = 0;
      text = text.slice(end + 1);
    }
    held += text.length;
    if (held > max) throw new RangeError(`a line of more than ${max} characters`);
    if (text !== "") parts.push(text);
  }
  parts.push(decoder.decode());
  const rest = parts.join("");
  if (rest !== "") yield rest;
}

/**
 * Reads a line of the session as an event. The session works on text it did not write, so nothing
 * is taken on trust: the envelope is checked here, and each consumer checks the fields it acts on.
 *
 * @returns undefined for anything that is no event.
 */
export function parseEvent(line: string): Event | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.v !== 1 || typeof value.type !== "string") return undefined;
  if (typeof value.seq !== "number" || typeof value.ts !== "number") return undefined;
  if (typeof value.session !== "string" || !isRecord(value.data)) return undefined;
  return value as unknown as Event;
}
