import type { ToolPin } from "../../core/safety/tool_pins.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import type { ListedTool } from "./connect_server.ts";
import type { OfferedTool } from "../../skills/external/mcp_entry.ts";
import type { McpServer, ServerOrigin } from "./server_config.ts";
import { toldSchema } from "./told_schema.ts";
import { toolName } from "./tool_name.ts";

/** A tool of an MCP server, as the launcher knows it. */
export interface McpTool extends OfferedTool {
  /** What the server calls it. */
  readonly own: string;
  readonly from: ServerOrigin;
  /** All that the server says of it. */
  readonly pin: ToolPin;
}

/** Characters of a description that a model is told. */
const MAX_DESCRIPTION = 2_000;

/** Takes a listed tool over under a name of ours. */
export async function mcpTool(
  { name, description, inputSchema }: ListedTool,
  { name: server, from }: McpServer,
): Promise<McpTool> {
  const said = sanitize(description).trim();
  const told = said.length <= MAX_DESCRIPTION ? said : `${said.slice(0, MAX_DESCRIPTION)}…`;
  const text = JSON.stringify({ server, from, name, description, inputSchema }, inOrder, 1);
  return {
    name: await toolName(server, name),
    server,
    own: name,
    from,
    description: told,
    schema: toldSchema(inputSchema),
    pin: { hash: await sha256(new TextEncoder().encode(text)), text },
  };
}

/** The order of keys says nothing. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
}
