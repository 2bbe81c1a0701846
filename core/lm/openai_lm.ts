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
 * `npm:openai`, which is loaded at the first one. What a server refuses to understand (schemas, counts in streams, names
 * of parameters) is left out from then on.
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
        body: JSON.stringify({ ...body, ...streams && { stream: true } }),
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
    tools: true,
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
          by = { ...by, ...next.change };
          if (next.keep) forAll = { ...forAll, ...next.change };
          else forSchema = true;
        }
      }
    },
    info: async (signal) => {
      if (info !== undefined) return { ...info, can: can() };
      const window = await exchange(signal, async (fetch) => {
        const response = await fetch(`${url.href}/models`, { headers: headersOf() });
        const { data } = await response.json() as { data?: unknown };
        return listedWindow(model, data);
      }).catch((error: LMError) => {
        // Servers without a list of models are common.
        if (error.lmKind === "refused" && (error.status === 404 || error.status === 405)) return;
        throw error;
      });
      info = { can: can(), ...window !== undefined && { window } };
      return info;
    },
  };
}
