import type { McpServer } from "@agentclientprotocol/sdk";
import type { Place } from "../shell.ts";

/**
 * A workspace with the MCP servers that an editor brings along: they count as the person's own, and
 * their tools are asked for like any others. Where the person's own file has the name, the file's
 * server counts.
 *
 * @param warn told what is left out. The values of our environment are filled into settings that
 * hold `${NAME}`; where an editor took its servers from a repository, that would give keys away.
 */
export function withEditorServers(
  place: Place,
  servers: readonly McpServer[],
  warn: (line: string) => void,
): Place {
  const brought: Record<string, unknown> = {};
  for (const server of servers) {
    const name = server.name.replace(/[^\w.-]+/g, "-").slice(0, 40);
    const setting = settingOf(server);
    if (!JSON.stringify(setting).includes("${")) brought[name] = setting;
    else warn(`the editor's MCP server ${JSON.stringify(name)} is left out: it holds \${...}`);
  }
  if (Object.keys(brought).length === 0) return place;
  const own = place.mcp?.user;
  const isMap = typeof own === "object" && own !== null && !Array.isArray(own);
  return { ...place, mcp: { user: { ...brought, ...isMap && own } } };
}

/** As it would stand in the person's configuration. */
function settingOf(server: McpServer): Record<string, unknown> {
  if ("type" in server) {
    const { type, url, headers } = server;
    return { type, url, headers: mapOf(headers) };
  }
  return { command: [server.command, ...server.args], env: mapOf(server.env) };
}

function mapOf(list: readonly { name: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}
