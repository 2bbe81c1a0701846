import { describeError, UserError } from "../../core/errors.ts";
import { lazy } from "../../core/lazy.ts";
import type { Connection, McpCallOptions } from "./connect_server.ts";
import type { McpTool } from "./mcp_tool.ts";
import type { McpServer } from "./server_config.ts";
import { secretValues } from "../../core/safety/secret_values.ts";
import { readServers, type ServerSources } from "./read_servers.ts";

/** What became of one configured server. */
export interface ServerState {
  readonly server: McpServer;
  /** Its tools; empty when it failed. */
  readonly tools: readonly McpTool[];
  /** Why it cannot be used; undefined when it can. */
  readonly failure?: string;
}

/** The MCP servers of a workspace. They are started at the first use, all at once. */
export interface McpServers {
  /** Each configured server that may be started. Never throws: a server that fails is a state. */
  states(): Promise<readonly ServerState[]>;
  /** The tools of all that answer. */
  tools(): Promise<readonly McpTool[]>;
  /**
   * Calls a tool; the gate has been asked.
   *
   * @returns the result as the server sent it.
   * @throws {UserError} as {@linkcode Connection.call}.
   */
  call(
    tool: McpTool,
    input: Readonly<Record<string, unknown>>,
    options: McpCallOptions,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** What the configuration holds of keys: values of headers, and of variables named like keys. */
  secrets(): Promise<readonly string[]>;
  /** Ends those that were started. */
  close(): Promise<void>;
}

/** What {@linkcode openServers} needs. */
export interface ServersSetup extends ServerSources {
  /** Told what a person should know, one sentence for each server. */
  readonly warn: (line: string) => void;
}

// The SDK takes a tenth of a second to load: only who has servers waits for it.
const loadConnect = lazy<typeof import("./connect_server.ts")>(
  "./connect_server.ts",
  import.meta.url,
);
const loadTool = lazy<typeof import("./mcp_tool.ts")>("./mcp_tool.ts", import.meta.url);

/** Opens the MCP servers of a workspace; nothing is started yet. */
export function openServers(setup: ServersSetup): McpServers {
  const connections = new Map<string, Connection>();
  let opened: Promise<readonly ServerState[]> | undefined;
  let closing = false;
  const states = () => opened ??= open();
  return {
    states,
    tools: async () => (await states()).flatMap(({ tools }) => tools),
    secrets: async () => (await states()).flatMap(({ server }) => secretsOf(server)),
    async call({ server, own }, input, options) {
      const connection = connections.get(server);
      if (connection !== undefined) return await connection.call(own, input, options);
      throw new UserError("failed", `the MCP server ${server} has ended`, {
        hint: "it is started again with the next session",
      });
    },
    async close() {
      closing = true;
      await opened;
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };

  async function open(): Promise<readonly ServerState[]> {
    const { servers, problems } = await readServers(setup);
    for (const problem of problems) setup.warn(problem);
    if (servers.length === 0) return [];
    const connected = await Promise.all(servers.map(async (server) => ({
      server,
      ...await loadConnect().then(({ connectServer }) => connectServer(server, setup)).then(
        (connection) => ({ connection }),
        (error) => ({ failure: describeError(error) }),
      ),
    })));
    const taken = new Set<string>();
    const states: ServerState[] = [];
    // In the order of the files, so that who comes first keeps a name is no matter of luck.
    for (const { server, ...rest } of connected) {
      if ("connection" in rest) states.push(await take(server, rest.connection, taken));
      else {
        setup.warn(`MCP server ${server.name} is not used: ${rest.failure}`);
        states.push({ server, tools: [], failure: rest.failure });
      }
    }
    return states;
  }

  async function take(
    server: McpServer,
    connection: Connection,
    taken: Set<string>,
  ): Promise<ServerState> {
    const { mcpTool } = await loadTool();
    const left = [...connection.problems];
    const tools: McpTool[] = [];
    for (const listed of connection.tools) {
      const tool = await mcpTool(listed, server).catch(() => undefined);
      if (tool === undefined) {
        left.push(`${listed.name}: its schema cannot be read`);
        continue;
      }
      const key = tool.name.replaceAll("-", "_");
      if (taken.has(key)) left.push(`${tool.name}: there is one of this name`);
      else tools.push(tool);
      taken.add(key);
    }
    if (left.length > 0) {
      const more = left.length > 3 ? ` and ${left.length - 3} more` : "";
      setup.warn(`MCP server ${server.name}: left out: ${left.slice(0, 3).join("; ")}${more}`);
    }
    connections.set(server.name, connection);
    connection.ended.then((words) => {
      connections.delete(server.name);
      if (closing) return;
      const last = words.split("\n").at(-1)!;
      setup.warn(`MCP server ${server.name} has ended${last === "" ? "" : `: ${last}`}`);
      return connection.close();
    });
    return { server, tools };
  }
}

/** Of `Bearer x` the `x` counts by itself too. */
function secretsOf(server: McpServer): string[] {
  if ("command" in server) return secretValues(server.env);
  return Object.values(server.headers).flatMap((value) => [value, value.split(" ").at(-1)!])
    .filter((value) => value.length >= 8);
}
