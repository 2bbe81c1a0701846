import { UserError } from "../../core/errors.ts";
import { commandSources } from "../../core/safety/command_sources.ts";
import { createPathGuard } from "../../core/safety/paths.ts";
import { readGuarded } from "../../core/safety/read_guarded.ts";
import { parseServers, type ServerConfig } from "./server_config.ts";

/** Where a repository names MCP servers. */
export const SERVERS_FILE = ".mcp.json";

/** Largest file of servers, in bytes. */
const MAX_FILE = 1024 * 1024;

/** The servers that a workspace names, as they stand there. */
export interface WorkspaceServers extends ServerConfig {
  /**
   * All that trust in them is given to: the file, and what their commands run in this workspace. A
   * change in either asks again.
   */
  readonly trustText: string;
}

/**
 * Reads the servers that a workspace names. Nothing is started by that, and nothing may be before
 * the user trusts {@linkcode WorkspaceServers.trustText}.
 *
 * @param root real path of the workspace.
 * @returns undefined when it names none.
 * @throws {UserError} when the file cannot be read.
 */
export async function workspaceServers(root: string): Promise<WorkspaceServers | undefined> {
  const bytes = readIfThere(root);
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  const config = parseServers(mapIn(text), { from: "workspace", path: SERVERS_FILE });
  const used = new Set<string>();
  for (const server of config.servers) {
    if (!("command" in server)) continue;
    for (const part of await commandSources(root, server.command)) used.add(part);
  }
  const parts = [text, ...[...used].sort()];
  return { ...config, trustText: parts.join("\n--\n") };
}

function mapIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return (value as { mcpServers?: unknown } | null)?.mcpServers ?? {};
  } catch (cause) {
    throw new UserError("usage", `${SERVERS_FILE}: not valid JSON`, { cause });
  }
}

/** Undefined for what is not there, or no file. */
function readIfThere(root: string): Uint8Array | undefined {
  try {
    if (!Deno.statSync(`${root}/${SERVERS_FILE}`).isFile) return undefined;
  } catch {
    return undefined;
  }
  return readGuarded(createPathGuard(root), SERVERS_FILE, { maxBytes: MAX_FILE });
}
