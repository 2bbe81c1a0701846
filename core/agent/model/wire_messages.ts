import type { LMMessage } from "../../lm/types.ts";
import type { Entry } from "../conversation/entry.ts";
import type { ProjectInstructions } from "./project_instructions.ts";

/**
 * A conversation as a model gets it. Every call has exactly one result right behind its message,
 * also when the program was killed in between: servers refuse a call without one.
 *
 * @param system the system prompt.
 * @param path from the first entry to the leaf.
 */
export function wireMessages(system: string, path: readonly Entry[]): LMMessage[] {
  const messages: LMMessage[] = [{ role: "system", content: system }];
  const { summary, entries } = sinceCompaction(path);
  if (summary !== undefined) messages.push({ role: "user", content: summary });
  const pruned = prunedBefore(entries);
  const results = new Map<string, string>();
  entries.forEach(({ body }, i) => {
    if (body.kind !== "result" || results.has(body.call)) return;
    results.set(body.call, i < pruned ? leftOut(body.text, body.call) : body.text);
  });
  for (const { body } of entries) {
    if (body.kind === "user") messages.push({ role: "user", content: body.text });
    if (body.kind === "note") messages.push({ role: "user", content: noteText(body) });
    if (body.kind !== "assistant") continue;
    const { text, thinking, calls = [] } = body;
    if (text === "" && calls.length === 0) continue;
    messages.push({
      role: "assistant",
      content: text,
      ...thinking !== undefined && { thinking },
      ...calls.length > 0 && { toolCalls: calls },
    });
    for (const { id, name } of calls) {
      const content = results.get(id) ?? "interrupted: there is no result";
      messages.push({ role: "tool", call: id, name, content });
    }
  }
  return messages;
}

/** The project's instructions for one folder, as they are told on the way. */
export function noteText({ path, text }: ProjectInstructions): string {
  return `The project's own instructions for what lies beside ${path}:\n${text}`;
}

/** What counts since the last summary, and the summary. */
export function sinceCompaction(
  path: readonly Entry[],
): { readonly summary: string | undefined; readonly entries: readonly Entry[] } {
  const at = path.findLastIndex(({ body }) => body.kind === "compaction");
  const body = path[at]?.body;
  if (body?.kind !== "compaction") return { summary: undefined, entries: path };
  const keep = body.keep === undefined ? at : path.findIndex(({ id }) => id === body.keep);
  return { summary: body.summary, entries: path.slice(keep < 0 ? at : keep) };
}

/** Index of the first entry whose results stand as they are. */
function prunedBefore(entries: readonly Entry[]): number {
  const body = entries.findLast(({ body }) => body.kind === "pruned")?.body;
  if (body?.kind !== "pruned") return 0;
  return Math.max(0, entries.findIndex(({ id }) => id === body.before));
}

function leftOut(text: string, call: string): string {
  const lines = text.split("\n").length;
  const line = `[${lines} lines left out to save room; read them with output {"call":"${call}"}]`;
  return line.length < text.length ? line : text;
}
