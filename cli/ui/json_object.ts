import type { Event, EventData } from "../../core/events.ts";
import { addUsage, NO_USAGE } from "../../core/lm/usage.ts";
import { jsonLine } from "./json_lines.ts";
import type { Output } from "./output.ts";

/**
 * Makes a consumer of events that prints one object for each request or command, when it has ended:
 * `{ok, stop, answer, usage, session, changes, permissions}`, with `results` of the tools where no
 * model put them into words; for a command `{ok, stop, tool, data}` with its text for an answer.
 */
export function createJsonObject(output: Output): (event: Event) => void {
  let asking = false;
  let usage = NO_USAGE;
  let session: string | undefined;
  let changes = new Set<string>();
  let permissions: unknown[] = [];
  let results: { tool: string; ok: boolean; text: string }[] | undefined;
  return ({ type, data }) => {
    switch (type) {
      case "agent.start":
        results = [];
        return void (asking = true);
      case "conversation":
        results = undefined;
        return void (session = data.kept === false ? undefined : data.id);
      case "usage":
        return void (usage = addUsage(usage, data.usage));
      case "permission": {
        const { tool, what, verdict, rule } = data;
        return void permissions.push({ tool, what, verdict, rule });
      }
      case "tool.end":
        for (const path of changedFiles(data.data)) changes.add(path);
        if (asking) results?.push({ tool: data.tool, ok: data.ok, text: data.text });
        else if (!data.part) print(data.ok, data.ok ? "done" : "error", data.text, data);
        return;
      case "agent.end":
        asking = false;
        return print(data.ok, data.stop, data.summary);
    }
  };

  function print(ok: boolean, stop: string, answer: string, call?: EventData["tool.end"]): void {
    const { usd: cost = null } = usage;
    const done = { ok, stop, answer, usage, cost, session: session ?? null };
    const more = call !== undefined ? { tool: call.tool, data: call.data } : results && { results };
    output.write(`${jsonLine({ ...done, changes: [...changes], permissions, ...more })}\n`);
    usage = NO_USAGE;
    changes = new Set();
    permissions = [];
    results = undefined;
  }
}

/** Every call that changes files names them beside the record that takes it back. */
export function changedFiles(data: unknown): string[] {
  if (typeof data !== "object" || data === null || !("undo" in data)) return [];
  const { path, files } = data as { path?: unknown; files?: unknown };
  const named = Array.isArray(files) ? files : [path];
  return named.map((file) => typeof file === "object" ? (file as { path?: unknown })?.path : file)
    .filter((file) => typeof file === "string");
}
