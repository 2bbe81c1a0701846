import { UserError } from "../../core/errors.ts";
import type { ProgramRequest } from "../../core/command.ts";
import type { HookEvent } from "./hook_patterns.ts";
import { isRecord } from "../../core/is_record.ts";

/** The tool in whose name a session asks for hooks; there is none of this name. */
export const HOOK_TOOL: string = "hook";

/** A session's wish that the hooks of a call be run: it names the call, never a program. */
export interface HookFields {
  /** Id of the call. */
  readonly call: string;
  /** Name of its tool. */
  readonly tool: string;
  /** Its input, as the session tells it. */
  readonly input: unknown;
  /** How the call ended, for hooks after it. */
  readonly result?: { readonly ok: boolean; readonly text: string };
}

/** What the launcher answers before a call. */
export interface BeforeOutcome {
  /** Why the call is blocked; absent when it is not. */
  readonly block?: string;
}

/** What the launcher answers after a call. */
export interface AfterOutcome {
  /** What the hooks had to say, one text each. */
  readonly notes: readonly string[];
}

/**
 * Reads a session's wish.
 *
 * @throws {UserError} `refused` for anything else.
 */
export function checkHookRequest(
  { command, fields }: ProgramRequest,
): { readonly on: HookEvent; readonly fields: HookFields } {
  const { call, tool, input, result } = isRecord(fields) ? fields : {};
  const named = typeof call === "string" && typeof tool === "string";
  const ended = isRecord(result) && typeof result.ok === "boolean" &&
    typeof result.text === "string";
  if (named && command === "before") return { on: command, fields: { call, tool, input } };
  if (named && ended && command === "after") {
    const { ok, text } = result as { ok: boolean; text: string };
    return { on: command, fields: { call, tool, input, result: { ok, text } } };
  }
  throw new UserError("refused", "not a call for hooks to look at", { rule: "command.fields" });
}
