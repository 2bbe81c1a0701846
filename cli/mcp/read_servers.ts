import { describeError } from "../../core/errors.ts";
import { isTrusted, readTrust, trustDigest } from "../../core/safety/trust.ts";
import { type McpServer, parseServers, type ServerConfig } from "./server_config.ts";
import { SERVERS_FILE, workspaceServers } from "./workspace_servers.ts";

/** What {@linkcode readServers} looks at. */
export interface ServerSources {
  /** Real path of the workspace. */
  readonly root: string;
  /** The workspace's folder of ours: trust lies there. */
  readonly stateDir: string;
  /** `mcp` of the user's own file; undefined when it has none. */
  readonly user: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The MCP servers that may be started: the user's own, and those of the workspace once the user
 * trusts their very text. Where both have a name, the user's counts.
 */
export async function readServers(
  { root, stateDir, user, env }: ServerSources,
): Promise<ServerConfig> {
  const variables = { ...env, WORKSPACE: root };
  const own = user === undefined
    ? { servers: [], problems: [] }
    : parseServers(user, { from: "user", path: "your config.yaml", variables });
  const problems = [...own.problems];
  const servers: McpServer[] = [...own.servers];
  try {
    const theirs = await workspaceServers(root);
    if (theirs === undefined) return { servers, problems };
    const digest = await trustDigest(theirs.trustText);
    if (!await isTrusted(stateDir, root, digest, "mcp")) {
      const before = await readTrust(stateDir, root, "mcp");
      const state = before === undefined
        ? "names MCP servers"
        : "or what it runs has changed since you trusted it";
      problems.push(
        `${SERVERS_FILE} ${state}; they are not started until you trust this text: ` +
          "dspy-code permissions trust",
      );
      return { servers, problems };
    }
    problems.push(...theirs.problems);
    for (const server of theirs.servers) {
      const taken = own.servers.some(({ name }) => name === server.name);
      if (!taken) servers.push(server);
      else problems.push(`${SERVERS_FILE}: you have an MCP server ${server.name} of your own`);
    }
  } catch (error) {
    problems.push(`${SERVERS_FILE}: ${describeError(error)}`);
  }
  return { servers, problems };
}
