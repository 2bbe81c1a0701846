import { throwIfAborted } from "./_aborted.ts";
import { baseUrl } from "./_base_url.ts";
import { openExchange } from "./_exchange.ts";
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

/** No limit of the SDK's own: `timeout` is ours. */
const NO_TIMEOUT = 2 ** 31 - 1;

/**
 * A model behind OpenAI's chat protocol, which most servers speak, by the SDK `npm:openai`; it is
 * loaded at the first request. What a server refuses to understand (schemas, counts in streams, names
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

  /** One request by a client of its own, so that what goes wrong is known to be of this one. */
  const exchange = async <T>(
    signal: AbortSignal | undefined,
    run: (client: InstanceType<typeof import("openai").OpenAI>) => Promise<T>,
  ): Promise<T> => {
    throwIfAborted(signal);
    const { OpenAI } = await import("openai");
    const { fetch, errorOf } = openExchange(server, { signal });
    try {
      const client = new OpenAI({
        apiKey: apiKey || "none",
        adminAPIKey: null,
        organization: null,
        project: null,
        baseURL: url.href,
        fetch,
        maxRetries: 0,
        timeout: NO_TIMEOUT,
        logLevel: "off",
        defaultHeaders: { ...apiKey ? {} : { authorization: null }, ...headers },
      });
      return await run(client);
    } catch (error) {
      throw errorOf(error);
    }
  };

  const send = (request: LMRequest, by: Dialect): Promise<LMResponse> =>
    exchange(request.signal, async (client) => {
      const body = openaiBody(model, request, { ...params, ...request.params }, by);
      const reply = collectOpenaiReply(request, server);
      // The SDK's types know one server; what others take and give is checked by hand.
      const answer = await client.post<unknown>("/chat/completions", {
        body,
        stream: request.onDelta !== undefined,
      });
      if (request.onDelta) {
        for await (const part of answer as AsyncIterable<WireReply>) reply.add(part);
      } else reply.add(answer as WireReply);
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
      const window = await exchange(signal, async (client) => {
        const { data } = await client.get<unknown>("/models") as { data?: unknown };
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
