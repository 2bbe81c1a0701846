import { unmet } from "./_expect.ts";
import { aboutModels, showModel } from "./_models.ts";
import { ollamaChat } from "./_ollama_chat.ts";
import { openaiChat, openaiError } from "./_openai_chat.ts";
import { openaiResponses } from "./_openai_responses.ts";
import { type Asked, type Json, objectOf, type Protocol } from "./_protocol.ts";
import { play } from "./_play.ts";
import { record, type Recording } from "./_record.ts";
import { replyOf } from "./_reply_of.ts";
import type { Ending } from "./_send.ts";
import type { RecordedRequest } from "./recorded_request.ts";
import type { Scenario } from "./scenario.ts";

/** A scripted model behind `fetch`. */
export interface ScriptedServer {
  /** Answers a request. For clients that take a `fetch` of their own, as well. */
  fetch(request: Request): Promise<Response>;
  /** What came, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** What was not as the scenario expects, each once. Empty at the end of a good run. */
  readonly problems: readonly string[];
  /** Whether every turn was played as often as it is to be; `forever` means once at least. */
  readonly done: boolean;
}

/** Options of {@linkcode createScriptedServer}. */
export interface ScriptedServerOptions {
  /** Whose words the calls are in: see `as` of the scenario. Default `ours`. */
  readonly dialect?: string;
  /** Ends the waiting of answers that come late. */
  readonly signal?: AbortSignal;
}

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  "/v1/chat/completions": openaiChat,
  "/v1/responses": openaiResponses,
  "/api/chat": ollamaChat,
};

/**
 * Makes a server that plays a scenario: OpenAI's chat completions, responses and models, and
 * Ollama's own API, streamed and not. It needs no rights; `serveScripted` puts it on loopback.
 *
 * @param scenario what the model says, see `parseScenario`.
 * @example
 * ```ts
 * import { createScriptedServer, parseScenario } from "@dspy/code/testing";
 * import assert from "node:assert/strict";
 *
 * const server = createScriptedServer(await parseScenario({ turns: [{ say: "hello" }] }));
 * const response = await server.fetch(
 *   new Request("http://scripted/api/chat", {
 *     method: "POST",
 *     body: JSON.stringify({ model: "scripted", messages: [], stream: false }),
 *   }),
 * );
 * assert.equal((await response.json()).message.content, "hello");
 * assert.equal(server.done, true);
 * ```
 */
export function createScriptedServer(
  scenario: Scenario,
  { dialect = "ours", signal }: ScriptedServerOptions = {},
): ScriptedServer {
  const born = performance.now();
  const now = (): number => performance.now() - born;
  const requests: Recording[] = [];
  const problems = new Set<string>();
  let turn = 0;
  let played = 0;

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const at = now();
    const bytes = new Uint8Array(await request.arrayBuffer());
    const recording = record(request, pathname, bytes, at);
    requests.push(recording);
    const response = await respond(recording);
    recording.status = response.status;
    return response;
  }

  function respond(recording: Recording): Response | Promise<Response> {
    const { method, path } = recording;
    const body = objectOf(recording.body);
    const protocol = method === "POST" ? PROTOCOLS[path] : undefined;
    const about = aboutModels(method, path, scenario);
    if (about !== undefined) return plain(recording, about);
    if (protocol === undefined && !(method === "POST" && path === "/api/show")) {
      return plain(recording, errorOf(path, 404, `no ${method} ${path} here`), 404);
    }
    const model = String(body.model ?? body.name ?? "");
    if (model !== scenario.model && model !== `${scenario.model}:latest`) {
      problems.add(`a request for the model "${model}", the scenario has "${scenario.model}"`);
      return plain(recording, errorOf(path, 404, `model '${model}' not found`), 404);
    }
    if (!protocol) return plain(recording, showModel(scenario));
    return chat(recording, protocol, body);
  }

  function chat(
    recording: Recording,
    protocol: Protocol,
    body: Json,
  ): Response | Promise<Response> {
    const asked = protocol.read(body);
    const refuse = (status: number, message: string, code?: string): Response =>
      plain(recording, protocol.error(status, message, code), status);
    const unable = missing(asked, scenario);
    if (unable !== undefined) return refuse(400, `${scenario.model} does not support ${unable}`);
    if (protocol !== ollamaChat && asked.tokens > scenario.window) {
      const message = `This model's maximum context length is ${scenario.window} tokens. ` +
        `However, your messages resulted in ${asked.tokens} tokens.`;
      return refuse(400, message, "context_length_exceeded");
    }
    const next = scenario.turns[turn];
    const wrong = next === undefined
      ? [`the scenario has ${scenario.turns.length} turns and all were played`]
      : unmet(next.expect ?? {}, { asked, bytes: recording.bytes }, scenario, dialect);
    if (next === undefined || wrong.length > 0) {
      const message = `scenario, ${next ? `turn ${turn + 1}` : "after the end"}: ${
        wrong.join("; ")
      }`;
      problems.add(message);
      const response = refuse(500, message);
      // Asking again changes nothing; OpenAI's clients heed this.
      response.headers.set("x-should-retry", "false");
      return response;
    }
    recording.turn = turn;
    played++;
    if (next.repeat !== "forever" && played >= (next.repeat ?? 1)) [turn, played] = [turn + 1, 0];
    const reply = replyOf(next, asked, { scenario, dialect, id: String(requests.length) });
    const ended = (how: Ending): void => finish(recording, how);
    return play(next, { protocol, asked, reply, signal, ended });
  }

  function plain(recording: Recording, body: Json, status = 200): Response {
    finish(recording, "sent");
    return Response.json(body, { status });
  }

  function finish(recording: Recording, how: Ending): void {
    recording.endedAt = now();
    recording.end = how;
  }

  return {
    fetch: answer,
    requests,
    get problems() {
      return [...problems];
    },
    get done() {
      const last = scenario.turns[turn];
      return last === undefined || (last.repeat === "forever" && played > 0);
    },
  };
}

/** What a request wants that the model cannot do, in the words of Ollama. */
function missing(asked: Asked, { capabilities }: Scenario): string | undefined {
  if (asked.tools.length > 0 && !capabilities.includes("tools")) return "tools";
  if (asked.think === true && !capabilities.includes("thinking")) return "thinking";
  return undefined;
}

function errorOf(path: string, status: number, message: string): Json {
  return path.startsWith("/api/") ? { error: message } : openaiError(status, message);
}
