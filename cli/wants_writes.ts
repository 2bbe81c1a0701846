import type { PlainRequest } from "../core/agent/request.ts";
import { lazy } from "../core/lazy.ts";
import type { Registry } from "../core/registry.ts";
import type { Tool } from "../core/tool.ts";
import type { Workspace } from "../core/workspace/workspace.ts";
import { foreignWrites } from "./foreign_writes.ts";
import type { ToSession } from "./protocol.ts";

// A single command is no request.
const loadRequest = lazy<typeof import("../core/agent/request.ts")>(
  "../core/agent/request.ts",
  import.meta.url,
);

/**
 * Whether a wish of the person's needs a session that may write the workspace: a call that names
 * files, or a request for which a tool that writes offers itself. Both sides look for themselves;
 * what is really written, the gate decides later.
 */
export async function wantsWrites(
  registry: Registry,
  message: Extract<ToSession, { type: "call" | "ask" }>,
  workspace: Workspace,
): Promise<boolean> {
  if (message.type === "call") {
    return (await foreignWrites(registry, message, workspace)).length > 0;
  }
  const writing = registry.entries.filter(({ effect }) => effect === "write");
  const tools = await Promise.all(writing.map((entry) => entry.load()));
  const request = (await loadRequest()).parseRequest(message.text);
  return tools.some((tool) => offers(tool, request));
}

/** A tool that fails to say so fails again, and is heard, when the request is answered. */
function offers(tool: Tool, request: PlainRequest): boolean {
  try {
    return tool.propose?.(request, []) !== undefined;
  } catch {
    return false;
  }
}
