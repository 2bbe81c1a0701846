import type { Hands } from "../../core/command.ts";
import { secretValues } from "../../core/safety/secret_values.ts";
import type { OfferedTool } from "../../skills/external/mcp_entry.ts";
import type { Receipts } from "../receipts.ts";
import type { Place } from "../shell.ts";
import { mcpHands, type McpHandsSetup } from "./mcp_hands.ts";
import { openServers } from "./open_servers.ts";

/** The MCP servers of a workspace, as the launcher uses them. */
export interface Mcp {
  /** What a model is offered; starts the servers when first asked. */
  tools(): Promise<readonly OfferedTool[]>;
  /** Hands that also call those tools. */
  hands(own: Hands, decide: McpHandsSetup["decide"]): Hands;
  /** Ends the servers. */
  close(): Promise<void>;
}

/** What {@linkcode openMcp} needs. */
export interface McpSetup {
  readonly place: Place;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly receipts: Receipts;
  /** Told what a person should know, one sentence for each server. */
  readonly warn: (line: string) => void;
}

/** Opens the MCP servers that a workspace and its user configured; nothing is started yet. */
export function openMcp({ place, env, receipts, warn }: McpSetup): Mcp {
  const { workspace: { root }, stateDir, config, mcp } = place;
  const servers = openServers({ root, stateDir, user: mcp?.user, env, warn });
  return {
    tools: async () =>
      (await servers.tools()).map(({ name, server, description, schema }) => ({
        name,
        server,
        description,
        schema,
      })),
    hands: (own, decide) =>
      mcpHands(own, {
        servers,
        stateDir,
        timeoutMs: config.timeoutSec * 1000,
        secrets: async () => [...secretValues(env), ...await servers.secrets()],
        decide,
        finished: receipts.program,
      }),
    close: servers.close,
  };
}
