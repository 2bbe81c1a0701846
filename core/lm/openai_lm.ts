import { throwIfAborted } from "./_aborted.ts";
import { baseUrl } from "./_base_url.ts";
import { type Exchange, openExchange } from "./_exchange.ts";
import { openaiBody } from "./_openai_body.ts";
import { type Dialect, firstDialect, nextDialect } from "./_openai_dialect.ts";
import { collectOpenaiReply } from "./_openai_reply.ts";
import type { WireReply } from "./_openai_wire.ts";
import { listedWindow } from "./_openai_window.ts";
import type { Server } from "./_server.ts";
import { LMError } from "./lm_error.ts";
import type { LM, LMCapabilities, LMInfo, LMParams, LMRequest, LMResponse } from "./types.ts";

/** Options of {@linkcode openaiLM}. */
export interface OpenaiLMOptions {
  /** As the server calls it. */
  readonly model: string;
  /** Sent as bearer token. Default none, as servers of your own want it. Never read from the environment. */
  readonly apiKey?: string;
  /** Up to and with `/v1`. Default OpenAI's own. */
  readonly baseUrl?: string;
  /** Sent with each request; no message shows their values. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where requests say nothing themselves. */
  readonly params?: LMParams;
  /** First part of the `id`. Default `openai`. */
  readonly provider?: string;
}

/** For the SDK's streams, which otherwise tell the console what they cannot read. */
const SILENT = { logLevel: "off", logger: console } as never;

/**
 * A model behind OpenAI's chat protocol, which most servers speak. Streams are read by the SDK
 * `npm:openai`, which is loaded at the first one. What a server refuses to understand (schemas, counts
 * in streams, names of parameters) is left out from then on. Tools are not: a request that is refused
 * for them fails with `noTools`, and `can.tools` is false afterwards. `info` gives no window where the
 * list of models cannot be had: the model may answer all the same.
 *
 * @throws {UserError} `usage` when the address is none.
 *
 * @example
 * ```ts
 * import { compose, openaiLM, retry, timeout } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const server = openaiLM({ model: "qwen3:1.7b", baseUrl: "http://127.0.0.1:8080/v1" });
 * const lm = compose(server, timeout(), retry());
 * assert.equal(lm.id, "openai/qwen3:1.7b");
 * ```
 */
export function openaiLM(options: OpenaiLMOptions): LM {
  const { model, apiKey, headers = {}, params, provider = "openai" } = options;
  const url = baseUrl(options.baseUrl ?? "https://api.openai.com/v1", "base URL");
  const server: Server = {
    name: provider,
    origin: url.origin,
    secrets: [apiKey ?? "", ...Object.values(headers)],
    unreachable: "look at the address, and whether the server runs",
    unknownModel: `the server has no model ${JSON.stringify(model)}`,
  };
  let dialect = firstDialect(model);
  /** What single schemas need otherwise. */
  const bySchema = new WeakMap<object, Pick<Dialect, "format" | "strict">>();
  let info: LMInfo | undefined;

  /** One request, with whatever goes wrong as an `LMError`. */
  const exchange = async <T>(
    signal: AbortSignal | undefined,
    run: (send: Exchange["fetch"]) => Promise<T>,
  ): Promise<T> => {
    throwIfAborted(signal);
    const { fetch, errorOf } = openExchange(server, { signal });
    try {
      return await run(fetch);
    } catch (error) {
      throw errorOf(error);
    }
  };

  const headersOf = (type?: string): Record<string, string> => ({
    accept: "application/json",
    ...type !== undefined && { "content-type": type },
    ...apiKey && { authorization: `Bearer ${apiKey}` },
    ...headers,
  });

  const send = (request: LMRequest, by: Dialect): Promise<LMResponse> =>
    exchange(request.signal, async (fetch) => {
      const streams = request.onDelta !== undefined;
      const body = openaiBody(model, request, { ...params, ...request.params }, by);
      const reply = collectOpenaiReply(request, server);
      const rest = new AbortController();
      const response = await fetch(`${url.href}/chat/completions`, {
        method: "POST",
        signal: rest.signal,
        headers: headersOf("application/json"),
        body: JSON.stringify(body),
      });
      if (streams) {
        // Alone, without the SDK's client: that loads 110 modules for what is one request here.
        const { Stream } = await import("openai/core/streaming");
        const parts = Stream.fromSSEResponse<WireReply>(response, rest, SILENT);
        for await (const part of parts) reply.add(part);
        throwIfAborted(request.signal);
      } else reply.add(await response.json() as WireReply);
      return reply.finish();
    });

  const can = (): LMCapabilities => ({
    schema: dialect.format === "json_schema",
    tools: dialect.tools,
    stream: true,
    think: false,
  });
  return {
    id: `${provider}/${model}`,
    get can() {
      return can();
    },
    ...params && { params },
    call: async (request) => {
      const { schema } = request;
      const special = schema && dialect.format === "json_schema" && bySchema.get(schema);
      let by: Dialect = { ...dialect, ...special };
      let forAll: Partial<Dialect> = {};
      let forSchema = false;
      for (let refused = 0;; refused++) {
        try {
          const response = await send(request, by);
          if (refused === 0) return response;
          // Only what has helped is remembered.
          dialect = { ...dialect, ...forAll };
          if (forSchema) bySchema.set(schema!, { format: by.format, strict: by.strict });
          const requests = response.usage.requests + refused;
          return { ...response, usage: { ...response.usage, requests } };
        } catch (error) {
          const next = error instanceof LMError ? nextDialect(by, error, request) : undefined;
          if (next === undefined) throw error;
          if (next.change.tools === false) {
            dialect = { ...dialect, tools: false };
            throw withoutTools(error as LMError);
          }
          by = { ...by, ...next.change };
          if (next.keep) forAll = { ...forAll, ...next.change };
          else forSchema = true;
        }
      }
    },
    info: async (signal) => {
      if (info !== undefined) return { ...info, can: can() };
      let passing = false;
      const window = await exchange(signal, async (fetch) => {
        const response = await fetch(`${url.href}/models`, { headers: headersOf() });
        const { data } = await response.json() as { data?: unknown };
        return listedWindow(model, data);
      }).catch((error: LMError) => {
        if (signal?.aborted || isUnreachable(error)) throw error;
        // The list is missing, locked or broken on many servers that answer all the same.
        passing = error.lmKind !== "refused" && error.lmKind !== "auth";
        return undefined;
      });
      const found = { can: can(), ...window !== undefined && { window } };
      if (!passing) info = found;
      return found;
    },
  };
}

/** Whether an error says that no request gets to the server, or that nobody wants its answer. */
function isUnreachable({ lmKind, status }: LMError): boolean {
  return lmKind === "network" || lmKind === "aborted" ||
    // No permission for that host.
    (lmKind === "refused" && status === undefined);
}

/** The refusal of tools, whatever kind the server's status made of it: asked again it stays one. */
function withoutTools(error: LMError): LMError {
  const { message, status } = error;
  return new LMError("refused", message, {
    ...status !== undefined && { status },
    hint: "ask without tools, or switch tool calls on where the model is served",
    noTools: true,
    cause: error,
  });
}
