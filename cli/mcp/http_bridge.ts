/**
 * Speaks MCP in lines on standard input and output, and streamable HTTP with one server. It is the
 * only process that may talk to that host, and it may do nothing else. The first line on standard
 * input is `{url, headers}`; it comes this way because headers hold keys.
 */
// @ts-types="@modelcontextprotocol/sdk/client/streamableHttp"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  type InitializeResult,
  isJSONRPCRequest,
  type JSONRPCMessage,
} from "@modelcontextprotocol/sdk/types.js";
import { readLines } from "../protocol.ts";

/** Longest run of bytes without a line's end that is read from a server. */
const MAX_BYTES = 8 * 1024 * 1024;

interface Start {
  readonly url: string;
  readonly headers: Record<string, string>;
}

async function serve(lines: AsyncGenerator<string>): Promise<void> {
  const first = await lines.next();
  if (first.done) return;
  const { url, headers } = JSON.parse(first.value) as Start;
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    fetch: async (input, init) => capped(await fetch(input, init)),
  });
  let asked: string | number | undefined;
  transport.onmessage = (message) => {
    if ("result" in message && message.id === asked) {
      transport.setProtocolVersion((message.result as InitializeResult).protocolVersion);
    }
    say(message);
  };
  // What fails for a request is said below, as its answer.
  transport.onerror = () => {};
  await transport.start();
  for await (const line of lines) {
    const message = JSON.parse(line) as JSONRPCMessage;
    if (isJSONRPCRequest(message) && message.method === "initialize") asked = message.id;
    // Not awaited: a call's answer may take its time, and its cancellation must get through.
    transport.send(message).catch((error: unknown) => {
      if (!isJSONRPCRequest(message)) return;
      const text = error instanceof Error ? error.message : String(error);
      say({ jsonrpc: "2.0", id: message.id, error: { code: -32000, message: text } });
    });
  }
  await transport.terminateSession().catch(() => {});
  await transport.close();
}

/** An endless answer must not fill the memory: a line of it is ended where the cap is. */
function capped(response: Response): Response {
  if (response.body === null) return response;
  let run = 0;
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const end = chunk.lastIndexOf(10);
        run = end < 0 ? run + chunk.length : chunk.length - 1 - end;
        if (run > MAX_BYTES) {
          throw new Error(`the server sent a line of more than ${MAX_BYTES} bytes`);
        }
        controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

const encoder = new TextEncoder();

function say(message: JSONRPCMessage): void {
  const bytes = encoder.encode(JSON.stringify(message) + "\n");
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

if (import.meta.main) {
  await serve(readLines(Deno.stdin.readable, MAX_BYTES));
  Deno.exit(0);
}
