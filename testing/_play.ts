import { ollamaChat } from "./_ollama_chat.ts";
import type { Asked, Protocol, Reply } from "./_protocol.ts";
import { parsed } from "./_record.ts";
import { type Ending, send } from "./_send.ts";
import type { Turn } from "./scenario.ts";

/** What a turn is played to. */
export interface PlayOptions {
  readonly protocol: Protocol;
  readonly asked: Asked;
  readonly reply: Reply;
  /** Ends waiting. */
  readonly signal: AbortSignal | undefined;
  /** Told once how the answer ended. */
  readonly ended: (how: Ending) => void;
}

/** Answers with a turn, faults included. */
export async function play(turn: Turn, options: PlayOptions): Promise<Response> {
  const { protocol, asked, signal, ended } = options;
  const { fault = {}, packet } = turn;
  const { status = 200, delayMs = 0 } = fault;
  const { chunks, type } = contentOf(turn, options);
  // Without a stream a server says nothing before the whole reply is there.
  const waits = asked.stream && fault.status === undefined;
  if (!waits && delayMs > 0) await sleep(delayMs, signal);
  const stream = send(chunks, { fault: waits ? fault : { ...fault, delayMs: 0 }, packet, ended });
  const headers = new Headers({ "content-type": type ?? protocol.streamType });
  for (const [name, value] of Object.entries(fault.headers ?? {})) headers.set(name, value);
  return new Response(stream, { status: brokenCall(options) ? 500 : status, headers });
}

interface Content {
  readonly chunks: string[];
  /** Content type; undefined for a stream of the protocol. */
  readonly type?: string;
}

function contentOf({ fault = {} }: Turn, options: PlayOptions): Content {
  const { protocol, asked, reply } = options;
  const { status, malformed } = fault;
  if (status !== undefined) {
    const { body = protocol.error(status, `the scenario answers ${status}`) } = fault;
    if (typeof body === "string") return { chunks: [body], type: "text/plain" };
    return { chunks: [JSON.stringify(body)], type: "application/json" };
  }
  if (typeof malformed === "string") return { chunks: [malformed], type: "application/json" };
  const broken = brokenCall(options);
  if (broken !== undefined) {
    const message = `error parsing tool call: raw='${broken}', err=invalid JSON`;
    return { chunks: [JSON.stringify(protocol.error(500, message))], type: "application/json" };
  }
  const chunks = asked.stream
    ? protocol.frames(reply, asked)
    : halves(JSON.stringify(protocol.whole(reply, asked)), fault.cut !== undefined);
  if (malformed === true) {
    const middle = Math.floor((chunks.length - 1) / 2);
    chunks[middle] = breakJson(chunks[middle]!);
  }
  return asked.stream ? { chunks } : { chunks, type: "application/json" };
}

/** Arguments that are no object: Ollama parses them itself and fails. */
function brokenCall({ protocol, reply }: PlayOptions): string | undefined {
  if (protocol !== ollamaChat) return undefined;
  return reply.calls.map(({ args }) => args).find((args) => {
    const value = parsed(args);
    return typeof value !== "object" || value === null || Array.isArray(value);
  });
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** A body in two chunks when it is to be cut, else in one. */
function halves(text: string, cut: boolean): string[] {
  const middle = Math.floor(text.length / 2);
  return cut ? [text.slice(0, middle), text.slice(middle)] : [text];
}

/** Takes the second half out of the JSON of a chunk; the end of the line stays. */
function breakJson(chunk: string): string {
  const end = /\n*$/.exec(chunk)![0];
  return chunk.slice(0, Math.floor((chunk.length - end.length) / 2)) + end;
}
