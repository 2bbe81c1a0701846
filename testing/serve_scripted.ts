import { parseScenario } from "./parse_scenario.ts";
import type { RecordedRequest } from "./recorded_request.ts";
import { createScriptedServer, type ScriptedServerOptions } from "./scripted_server.ts";

/** Options of {@linkcode serveScripted}. */
export interface ServeScriptedOptions extends Omit<ScriptedServerOptions, "signal"> {
  /** Port on 127.0.0.1. Default a free one. */
  readonly port?: number;
}

/** A scripted model on loopback. */
export interface ServedScenario extends AsyncDisposable {
  /** Base URL for OpenAI's clients: `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  /** Host for Ollama's clients: `http://127.0.0.1:PORT`. */
  readonly host: string;
  /** What came, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** What was not as the scenario expects. */
  readonly problems: readonly string[];
  /** Whether every turn was played. */
  readonly done: boolean;
  /** Ends the server and what it is still sending. */
  stop(): Promise<void>;
}

/**
 * Serves a scenario on 127.0.0.1, for whatever program is to be tested against it.
 *
 * @param source a scenario, the text of a scenario file, or what `readScenario` gave.
 * @throws {UserError} `usage` when it is no scenario.
 * @example
 * ```ts
 * import { serveScripted } from "@dspy/code/testing";
 * import assert from "node:assert/strict";
 *
 * await using model = await serveScripted({ turns: [{ expect: "ping", say: "pong" }] });
 * const response = await fetch(`${model.url}/chat/completions`, {
 *   method: "POST",
 *   body: JSON.stringify({ model: "scripted", messages: [{ role: "user", content: "ping" }] }),
 * });
 * assert.equal((await response.json()).choices[0].message.content, "pong");
 * assert.deepEqual(model.problems, []);
 * ```
 */
export async function serveScripted(
  source: unknown,
  { port = 0, ...options }: ServeScriptedOptions = {},
): Promise<ServedScenario> {
  const ending = new AbortController();
  const { signal } = ending;
  const scripted = createScriptedServer(await parseScenario(source), { ...options, signal });
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    signal,
    onListen: () => {},
    onError: () => new Response(null, { status: 500 }),
  }, (request) => scripted.fetch(request));
  const host = `http://127.0.0.1:${server.addr.port}`;
  const stop = async (): Promise<void> => {
    ending.abort();
    await server.finished;
  };
  return {
    url: `${host}/v1`,
    host,
    requests: scripted.requests,
    get problems() {
      return scripted.problems;
    },
    get done() {
      return scripted.done;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
