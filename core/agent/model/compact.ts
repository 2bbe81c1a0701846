import { estimateTokens } from "../../lm/estimate_tokens.ts";
import type { LM, LMMessage, LMUsage } from "../../lm/types.ts";
import { NO_USAGE } from "../../lm/usage.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Entry } from "../conversation/entry.ts";
import { planOf } from "./plan_of.ts";
import { noteText, sinceCompaction } from "./wire_messages.ts";

/** What {@linkcode compact} works with. */
export interface CompactOptions {
  readonly conversation: Conversation;
  /** Writes the summary. */
  readonly lm: LM;
  /** The window that is served, in tokens. */
  readonly window: number;
  /** Copied word for word behind the summary: plan, todo list. */
  readonly verbatim?: string;
  /** What the summary is to look after, in the person's words. */
  readonly focus?: string;
  readonly signal: AbortSignal;
}

/** Newest results that keep their text: tokens, and share of the window. */
const KEPT_RESULTS = { most: 40_000, share: 0.3 };
/** Newest entries that are not summarized. */
const KEPT_ENTRIES = { most: 20_000, share: 0.3 };
/** What must be freed for it to be worth it, as a share of the window. */
const WORTH = 0.1;

/** Tokens that stay free for the reply. */
export function reserveOf(window: number): number {
  return Math.min(16_384, Math.floor(window * 0.15));
}

/** Tokens of messages, by estimate. */
export function tokensOf(messages: readonly LMMessage[]): number {
  return messages.reduce((sum, message) => {
    const calls = message.role === "assistant" ? message.toolCalls ?? [] : [];
    const inCalls = calls.reduce((n, call) => n + estimateTokens(call.name + call.arguments), 0);
    return sum + estimateTokens(message.content) + inCalls + 4;
  }, 0);
}

/**
 * Leaves the text of older results out, when that frees a tenth of the window.
 *
 * @returns whether it did.
 */
export async function prune(conversation: Conversation, window: number): Promise<boolean> {
  const { entries } = sinceCompaction(conversation.path);
  const keep = Math.min(KEPT_RESULTS.most, window * KEPT_RESULTS.share);
  const marked = entries.findLast(({ body }) => body.kind === "pruned")?.body;
  const done = marked?.kind === "pruned" ? entries.findIndex(({ id }) => id === marked.before) : 0;
  let kept = 0;
  let freed = 0;
  let before: string | undefined;
  for (let i = entries.length - 1; i >= Math.max(0, done); i--) {
    const { id, body } = entries[i]!;
    if (body.kind !== "result") continue;
    const tokens = estimateTokens(body.text);
    if (before === undefined && kept + tokens <= keep) kept += tokens;
    else {
      before ??= entries[i + 1]?.id ?? id;
      freed += tokens;
    }
  }
  if (before === undefined || freed < window * WORTH) return false;
  await conversation.append({ kind: "pruned", before });
  return true;
}

const ASK =
  `Summarize this work for yourself: you go on from the summary alone. Sections, each a few
lines: Goal; Instructions (what the person insists on); Decisions and discoveries; Done; Files (read,
changed); Next. Names, paths and error texts word for word. No other text.`;

/**
 * Puts a summary in the place of all but the newest entries. Cuts before a message of the person or
 * of the model, so never between a call and its result. The entries stay in the store: a fork from
 * before still has them. When the model cannot, a list of what was called stands in.
 *
 * @returns whether a tenth of the window came free, and what it took.
 */
export async function summarize(
  options: CompactOptions,
): Promise<{ readonly freed: boolean; readonly usage: LMUsage }> {
  const { conversation, lm, window, verbatim = "", focus, signal } = options;
  const { summary: earlier, entries } = sinceCompaction(conversation.path);
  const cut = cutPoint(entries, Math.min(KEPT_ENTRIES.most, window * KEPT_ENTRIES.share));
  const old = entries.slice(0, cut);
  if (old.length === 0) return { freed: false, usage: NO_USAGE };
  const told = [earlier ?? "", ...old.map(asText)].filter((line) => line !== "").join("\n\n");
  const room = Math.max(1_000, Math.floor((window - reserveOf(window)) * 3));
  const text = told.length <= room
    ? told
    : `${told.slice(0, room / 4)}\n[…]\n${told.slice(-room * 3 / 4)}`;
  const maxTokens = Math.max(200, Math.min(2_000, Math.floor(window * 0.12)));
  const answer = await lm.call({
    messages: [
      { role: "system", content: focus === undefined ? ASK : `${ASK}\nAbove all: ${focus}` },
      { role: "user", content: text },
    ],
    params: { maxTokens, numCtx: window },
    signal,
    // In pieces: a slow model may take its time as long as it says something.
    ...lm.can.stream && { onDelta: () => {} },
  }).catch(() => undefined);
  signal.throwIfAborted();
  const said = answer?.text.trim() || mechanical(old);
  const kept = entries.slice(cut);
  const request = lastRequest(conversation.path, kept, window);
  const plan = planToCopy(conversation.path, kept, window);
  const notes = conversation.path.flatMap((entry) =>
    entry.body.kind === "note" && !kept.includes(entry) ? [noteText(entry.body)] : []
  );
  const summary = [`Summary of the work so far:\n${said}`, ...notes, plan, request, verbatim]
    .filter((part) => part !== "").join("\n\n");
  const freed = old.reduce((sum, entry) => sum + tokensIn(entry), 0) +
    estimateTokens(earlier ?? "") - estimateTokens(summary);
  const keep = entries[cut]?.id;
  const usage = answer?.usage ?? NO_USAGE;
  await conversation.append({
    kind: "compaction",
    summary,
    ...keep !== undefined && { keep },
    usage,
  });
  return { freed: freed >= window * WORTH, usage };
}

/** What the person asked for last, word for word, unless it stays as it is; a long one by its ends. */
function lastRequest(
  path: readonly Entry[],
  kept: readonly Entry[],
  window: number,
): string {
  if (kept.some(({ body }) => body.kind === "user")) return "";
  const body = path.findLast(({ body }) => body.kind === "user")?.body;
  if (body?.kind !== "user") return "";
  return `The request, word for word:\n${byItsEnds(body.text, window * 0.1 * 3)}`;
}

/** The plan, word for word, unless it stays as it is. */
function planToCopy(path: readonly Entry[], kept: readonly Entry[], window: number): string {
  const plan = planOf(path);
  if (plan === undefined || kept.some(({ body }) => body === plan)) return "";
  return `The plan, word for word:\n${byItsEnds(plan.text, window * 0.25 * 3)}`;
}

function byItsEnds(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most / 2)}\n[…]\n${text.slice(-most / 2)}`;
}

/** Index of the first entry that stays: one where a new message begins. */
function cutPoint(entries: readonly Entry[], keep: number): number {
  let kept = 0;
  let cut = entries.length;
  for (let i = entries.length - 1; i > 0; i--) {
    kept += tokensIn(entries[i]!);
    if (kept > keep) break;
    const { kind } = entries[i]!.body;
    if (kind === "user" || kind === "assistant") cut = i;
  }
  return cut;
}

function tokensIn(entry: Entry): number {
  const { body } = entry;
  return estimateTokens(body.kind === "note" ? noteText(body) : asText(entry));
}

/** For who sums it up; what is copied word for word is not told. */
function asText({ body }: Entry): string {
  switch (body.kind) {
    case "user":
      return `Person: ${body.text}`;
    case "assistant": {
      const calls = body.calls?.map(({ name, arguments: given }) => `calls ${name} ${given}`) ?? [];
      return [`Agent: ${body.text}`, ...calls].join("\n");
    }
    case "result":
      return `Result of ${body.tool}${body.ok ? "" : " (failed)"}: ${body.text}`;
    case "note":
    case "compaction":
    case "pruned":
      return "";
  }
}

/** What can be said without a model: requests, calls and how they ended. */
function mechanical(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ body }) => {
    if (body.kind === "user") return [`Goal: ${body.text.slice(0, 300)}`];
    if (body.kind === "assistant") {
      return (body.calls ?? []).map((call) => `- ${call.name} ${call.arguments.slice(0, 120)}`);
    }
    if (body.kind !== "result") return [];
    return [`  ${body.ok ? "ok" : "failed"}: ${body.text.split("\n")[0]!.slice(0, 120)}`];
  });
  const most = 60;
  return lines.length <= most
    ? lines.join("\n")
    : [...lines.slice(0, most / 3), "…", ...lines.slice(-most * 2 / 3)].join("\n");
}
