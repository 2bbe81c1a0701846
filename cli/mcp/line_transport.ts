import type { Transport } from "@modelcontextprotocol/sdk/shared/transport";
// @ts-types="@modelcontextprotocol/sdk/types"
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { readLines } from "../protocol.ts";

/** Longest line that is accepted, in characters. */
export const MAX_MCP_LINE = 8 * 1024 * 1024;

/** Lines that are no messages before the peer counts as broken: some print a banner first. */
const MAX_GARBAGE = 100;

/** A pair of streams to speak MCP over. */
export interface LineStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Called once when nothing more can be said or heard, with why if it is an error. */
  ended?(error: Error | undefined): void;
}

/**
 * MCP over lines of JSON, as the stdio transport has it, with a cap on what one line may be: a peer
 * that sends a longer one, or nothing but garbage, is cut off.
 */
export function createLineTransport(streams: LineStreams): Transport {
  const writer = streams.writable.getWriter();
  const encoder = new TextEncoder();
  let closed = false;
  let garbage = 0;

  const transport: Transport = {
    start() {
      read().then(() => end(undefined), end);
      return Promise.resolve();
    },
    async send(message) {
      if (closed) throw new Error("the connection is closed");
      await writer.write(encoder.encode(`${JSON.stringify(message)}\n`));
    },
    close() {
      end(undefined);
      return Promise.resolve();
    },
  };
  return transport;

  async function read(): Promise<void> {
    for await (const line of readLines(streams.readable, MAX_MCP_LINE)) {
      if (closed) return;
      const message = parse(line);
      if (message !== undefined) transport.onmessage?.(message);
      else if (line.trim() !== "" && ++garbage > MAX_GARBAGE) {
        throw new Error("it does not speak MCP: lines that are no messages");
      }
    }
  }

  function end(error: Error | undefined): void {
    if (closed) return;
    closed = true;
    writer.close().catch(() => {});
    streams.ended?.(error);
    transport.onclose?.();
  }
}

function parse(line: string): JSONRPCMessage | undefined {
  try {
    return JSONRPCMessageSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
