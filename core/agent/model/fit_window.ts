import { UserError } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import { estimateTokens } from "../../lm/estimate_tokens.ts";
import type { LM, LMRequest, LMUsage } from "../../lm/types.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { prune, reserveOf, summarize, tokensOf } from "./compact.ts";
import { wireMessages } from "./wire_messages.ts";

/** What fitting needs of a mind's setup. */
export interface WindowSetup {
  readonly lm: LM;
  readonly window: number;
  readonly conversation: Conversation;
  readonly system: string;
  verbatim?(): Promise<string>;
  readonly emit: Emit;
}

/** Keeps a conversation within its window. */
export interface Window {
  /**
   * Makes room when a request would not fit.
   *
   * @throws {UserError} `failed` when no room can be made: the conversation can still be resumed.
   */
  fit(request: LMRequest, signal: AbortSignal): Promise<void>;
  /** Tokens the conversation takes, from what the server counted; remembered to scale estimates. */
  used(usage: LMUsage): number;
}

/** Watches how full a window is; estimates are scaled by what the server counted last. */
export function createWindow(setup: WindowSetup): Window {
  const { window, conversation } = setup;
  const limit = window - reserveOf(window);
  let scale = 1;
  let estimate = 0;
  let turns = 0;
  let compactedAt = -1;

  return {
    async fit(request, signal) {
      const tools = estimateTokens(JSON.stringify(request.tools ?? []));
      const system = tokensOf(request.messages.slice(0, 1));
      estimate = tools + tokensOf(request.messages);
      if (estimate * scale <= limit) return;
      if (compactedAt === turns) throw full(window);
      compactedAt = turns;
      await compact(setup, signal, { fits });
      if (!fits()) throw full(window);

      /** With the messages as they are now, and what else the request had in its place. */
      function fits(): boolean {
        estimate = tools + system + tokensOf(wireMessages("", conversation.path).slice(1));
        return estimate * scale <= limit;
      }
    },
    used({ inputTokens, outputTokens, estimated }) {
      turns++;
      if (inputTokens > 0 && estimate > 0 && estimated !== true) {
        scale = Math.min(3, Math.max(0.5, inputTokens / estimate));
      }
      return inputTokens + outputTokens;
    },
  };
}

/** Options of {@linkcode compact}. */
export interface FitOptions {
  /** Whether leaving out old results was enough. Default: never, a summary is wanted. */
  fits?(): boolean;
  /** What the summary is to look after. */
  readonly focus?: string;
}

/**
 * Makes a conversation shorter: first the text of old results goes, then a summary stands for all
 * but the newest.
 *
 * @returns whether a tenth of the window came free.
 */
export async function compact(
  { lm, window, conversation, system, verbatim, emit }: WindowSetup,
  signal: AbortSignal,
  { fits, focus }: FitOptions = {},
): Promise<boolean> {
  const size = () => tokensOf(wireMessages(system, conversation.path));
  const before = size();
  if (await prune(conversation, window)) {
    emit("compaction", { kind: "pruned", before, after: size() });
    if (fits?.()) return true;
  }
  const copied = await verbatim?.();
  const { freed, usage } = await summarize({
    conversation,
    lm,
    window,
    ...copied !== undefined && { verbatim: copied },
    ...focus !== undefined && { focus },
    signal,
  });
  emit("compaction", { kind: "summarized", before, after: size() });
  if (usage.requests > 0) {
    emit("usage", { model: lm.id, usage, total: conversation.info.usage, used: size(), window });
  }
  return freed;
}

function full(window: number): UserError {
  return new UserError("failed", `the window of ${window} tokens is full, no room can be made`, {
    hint: "start a new session, ask for less at once, or serve a larger window (--window)",
    rule: "limit:context",
  });
}
