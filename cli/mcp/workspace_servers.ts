import { UserError } from "../../core/errors.ts";
import { executableConfig } from "../../core/safety/executable_config.ts";
import { createPathGuard } from "../../core/safety/paths.ts";
import { readGuarded } from "../../core/safety/read_guarded.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import { parseServers, type ServerConfig } from "./server_config.ts";

/** Where a repository names MCP servers. */
export const SERVERS_FILE = ".mcp.json";

/** Largest file of servers, and largest file that one of them runs, in bytes. */
const MAX_FILE = 1024 * 1024;
const MAX_RUN = 16 * 1024 * 1024;

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
  const guard = createPathGuard(root);
  const bytes = readIfThere(root, SERVERS_FILE, MAX_FILE);
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  const config = parseServers(mapIn(text), { from: "workspace", path: SERVERS_FILE });
  const used = new Set<string>();
  for (const server of config.servers) {
    if (!("command" in server)) continue;
    const [program = "", ...words] = server.command;
    used.add(executableConfig(root, program.split("/").at(-1)!));
    for (const word of [program, ...words]) used.add(await fileLine(guard.root, word));
  }
  const parts = [text, ...[...used].filter((part) => part !== "").sort()];
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

/** A word that names a file of the workspace, with that file's hash; the file is what is run. */
async function fileLine(root: string, given: string): Promise<string> {
  const word = given.startsWith("-") ? given.split("=").slice(1).join("=") : given;
  if (word === "") return "";
  try {
    const bytes = readIfThere(root, word, MAX_RUN);
    return bytes === undefined ? "" : `${word}\nsha256 ${await sha256(bytes)}`;
  } catch (error) {
    if (error instanceof UserError) return `${word}\n${error.rule ?? "not readable"}`;
    throw error;
  }
}

/** Undefined for what is not there, or no file. */
function readIfThere(root: string, path: string, maxBytes: number): Uint8Array | undefined {
  try {
    if (!Deno.statSync(path.startsWith("/") ? path : `${root}/${path}`).isFile) return undefined;
  } catch {
    return undefined;
  }
  return readGuarded(createPathGuard(root), path, { maxBytes });
}
