// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
// @ts-types="@modelcontextprotocol/sdk/server/webStandardStreamableHttp"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { z } from "zod";

/** A server over streamable HTTP on loopback, written with the SDK. */
export interface TestHttpServer extends AsyncDisposable {
  readonly url: string;
  /** `authorization` of each request. */
  readonly keys: (string | null)[];
  /** `mcp-protocol-version` of each request. */
  readonly versions: (string | null)[];
  /** Methods of the requests. */
  readonly methods: string[];
}

/** Starts it; `answer` may stand in for the SDK. */
export function testHttpServer(
  answer?: (request: Request) => Response | undefined,
): TestHttpServer {
  const keys: (string | null)[] = [];
  const versions: (string | null)[] = [];
  const methods: string[] = [];
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      keys.push(request.headers.get("authorization"));
      versions.push(request.headers.get("mcp-protocol-version"));
      methods.push(request.method);
      const other = answer?.(request);
      if (other !== undefined) return other;
      const id = request.headers.get("mcp-session-id") ?? "";
      const known = sessions.get(id);
      if (known !== undefined) return await known.handleRequest(request);
      const transport = new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: () => crypto.randomUUID(),
        onsessioninitialized: (id: string) => void sessions.set(id, transport),
      });
      const mcp = new McpServer({ name: "far", version: "1" });
      mcp.registerTool(
        "add",
        { description: "Adds two numbers", inputSchema: { a: z.number(), b: z.number() } },
        ({ a, b }: { a: number; b: number }) => ({
          content: [{ type: "text" as const, text: String(a + b) }],
        }),
      );
      await mcp.connect(transport);
      return await transport.handleRequest(request);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    keys,
    versions,
    methods,
    async [Symbol.asyncDispose]() {
      for (const transport of sessions.values()) await transport.close();
      await server.shutdown();
    },
  };
}
