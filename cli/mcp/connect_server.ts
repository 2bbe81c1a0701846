import { Client } from "@modelcontextprotocol/sdk/client";
import { z } from "zod";
import { describeError, UserError } from "../../core/errors.ts";
import { VERSION } from "../../core/version.ts";
import type { McpServer } from "./server_config.ts";
import { type ServerSite, startServer } from "./start_server.ts";

/** A tool as a server lists it; nothing in it is checked but what stands here. */
export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** Options of {@linkcode Connection.call}. */
export interface McpCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Limit in milliseconds. */
  readonly timeoutMs: number;
  /** Told each sign of life. */
  readonly onProgress?: (text: string) => void;
}

/** A server that answers. */
export interface Connection {
  readonly tools: readonly ListedTool[];
  /** One sentence for each tool that was left out. */
  readonly problems: readonly string[];
  /** Resolves once the server is gone, with its last words; also after `close`. */
  readonly ended: Promise<string>;
  /**
   * Calls a tool.
   *
   * @returns the result as the server sent it.
   * @throws {UserError} `failed` for errors, a timeout and a server that is gone; `aborted`.
   */
  call(
    tool: string,
    input: Readonly<Record<string, unknown>>,
    options: McpCallOptions,
  ): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** Limit for start, handshake and list together, in milliseconds. */
const CONNECT_MS = 10_000;

/** Tools of one server. */
const MAX_TOOLS = 128;

/** Characters of one tool's schema, and of its description. */
const MAX_SCHEMA = 64 * 1024;

// Only what is used is checked: one tool that the protocol does not know costs no other.
const list = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });
const listed = z.looseObject({
  name: z.string().min(1).max(200),
  description: z.string().default(""),
  inputSchema: z.record(z.string(), z.unknown()),
});
const result = z.looseObject({});

/**
 * Starts a server, shakes hands and learns its tools.
 *
 * @throws {UserError} `failed`, with the server's last words, when that takes too long or it is none.
 */
export async function connectServer(server: McpServer, site: ServerSite): Promise<Connection> {
  const { transport, lastWords, close } = await startServer(server, site);
  const client = new Client({ name: "dspy-code", version: VERSION }, { capabilities: {} });
  const gone = Promise.withResolvers<string>();
  client.onclose = () => gone.resolve(lastWords());
  // What matters of an error is told by the call that fails.
  client.onerror = () => {};
  const signal = AbortSignal.timeout(CONNECT_MS);
  try {
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const connected = client.connect(transport, { timeout: CONNECT_MS })
      .then(() => listTools(client, signal));
    const { tools, problems } = await Promise.race([connected, late]);
    return { tools, problems, ended: gone.promise, call, close };
  } catch (error) {
    await close();
    const why = signal.aborted ? `no answer in ${CONNECT_MS / 1000} seconds` : describeError(error);
    const said = lastWords().split("\n").at(-1)!;
    throw new UserError(
      "failed",
      why,
      said === "" ? { cause: error } : { hint: said, cause: error },
    );
  }

  async function call(
    name: string,
    input: Readonly<Record<string, unknown>>,
    { signal, timeoutMs, onProgress }: McpCallOptions,
  ): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await client.request(
        { method: "tools/call", params: { name, arguments: { ...input } } },
        result,
        {
          timeout: timeoutMs,
          ...signal && { signal },
          onprogress: ({ message, progress, total }) =>
            onProgress?.(message ?? (total === undefined ? `${progress}` : `${progress}/${total}`)),
        },
      );
    } catch (error) {
      if (signal?.aborted) throw new UserError("aborted", "stopped");
      throw new UserError("failed", `the MCP server ${server.name}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }
}

async function listTools(
  client: Client,
  signal: AbortSignal,
): Promise<Pick<Connection, "tools" | "problems">> {
  const tools: ListedTool[] = [];
  const problems: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_TOOLS && tools.length < MAX_TOOLS; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const found = await client.request({ method: "tools/list", params }, list, { signal });
    for (const value of found.tools) {
      const tool = listed.safeParse(value);
      if (!tool.success) problems.push(`a tool without name or schema: ${nameOf(value)}`);
      else if (sizeOf(tool.data) > MAX_SCHEMA) {
        problems.push(`${nameOf(value)}: description and schema of more than ${MAX_SCHEMA} bytes`);
      } else if (tools.length < MAX_TOOLS) {
        const { name, description, inputSchema } = tool.data;
        tools.push({ name, description, inputSchema });
      } else return { tools, problems: [...problems, `more than ${MAX_TOOLS} tools`] };
    }
    cursor = found.nextCursor;
    if (cursor === undefined) break;
  }
  if (cursor !== undefined) problems.push(`more than ${MAX_TOOLS} tools or pages of them`);
  return { tools, problems };
}

function sizeOf({ description, inputSchema }: ListedTool): number {
  try {
    return description.length + JSON.stringify(inputSchema).length;
  } catch {
    return Infinity; // nested too deeply to be written
  }
}

function nameOf(value: unknown): string {
  const name = (value as { name?: unknown } | null)?.name;
  return typeof name === "string" ? JSON.stringify(name.slice(0, 60)) : "?";
}

/** Without the number that the SDK puts before it. */
function reasonOf(error: unknown): string {
  return describeError(error).replace(/^McpError: (?:MCP error -?\d+: )*/, "");
}
