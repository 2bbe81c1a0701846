import { orAborted, throwIfAborted } from "./_aborted.ts";
import { baseUrl } from "./_base_url.ts";
import { estimateInput } from "./_estimate_usage.ts";
import { openExchange } from "./_exchange.ts";
import { ollamaBody } from "./_ollama_body.ts";
import { type OllamaModel, ollamaModel, servedWindow, UNKNOWN_MODEL } from "./_ollama_model.ts";
import { collectOllamaReply, doesNotFit } from "./_ollama_reply.ts";
import type { OllamaReply, OllamaShow } from "./_ollama_wire.ts";
import type { Server } from "./_server.ts";
import type { LMError } from "./lm_error.ts";
import type { LM, LMParams } from "./types.ts";

/** Options of {@linkcode ollamaLM}. */
export interface OllamaLMOptions {
  /** As `ollama list` shows it. */
  readonly model: string;
  /** The server. Default `http://127.0.0.1:11434`; never read from the environment. */
  readonly host?: string;
  /** Sent with each request; no message shows their values. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where requests say nothing themselves. */
  readonly params?: LMParams;
}

/**
 * An estimate that is over by this factor is not wrong by so much. Older servers drop whole messages
 * then, and their counts do not show it.
 */
const SURELY = 2;

type Client = InstanceType<typeof import("ollama/browser").Ollama>;

/**
 * A model on an Ollama server, by its own protocol and the SDK `npm:ollama`; it is loaded at the first
 * request. The server is asked once what the model can do. The window is always sent: `params.numCtx`,
 * else that of the Modelfile, else 4,096, and a prompt that the server has cut to it is an error of
 * kind `context`, not a bad answer. `think` is only sent to models that can.
 *
 * A reply need not follow the schema that was sent: some versions ignore it.
 *
 * @throws {UserError} `usage` when the host is no address.
 *
 * @example
 * ```ts
 * import { ollamaLM } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const lm = ollamaLM({ model: "qwen3:1.7b", params: { think: false, numCtx: 8192 } });
 * assert.equal(lm.id, "ollama/qwen3:1.7b");
 * ```
 */
export function ollamaLM(options: OllamaLMOptions): LM {
  const { model, host = "http://127.0.0.1:11434", headers = {}, params } = options;
  const url = baseUrl(host, "Ollama host");
  const server: Server = {
    name: "ollama",
    origin: url.origin,
    secrets: Object.values(headers),
    unreachable: "start it with: ollama serve",
    unknownModel: `fetch it with: ollama pull ${model}`,
  };
  let known: OllamaModel | undefined;
  let asking: Promise<OllamaModel> | undefined;

  const exchange = async <T>(
    signal: AbortSignal | undefined,
    jsonLines: boolean,
    run: (client: Client) => Promise<T>,
  ): Promise<T> => {
    throwIfAborted(signal);
    const { Ollama } = await import("ollama/browser");
    const { fetch, errorOf } = openExchange(server, { signal, jsonLines });
    try {
      return await run(new Ollama({ host: url.href, fetch, headers: { ...headers } }));
    } catch (error) {
      throw errorOf(error);
    }
  };

  /** Asked once for all who wait: nobody's signal ends it for the others. */
  const show = (): Promise<OllamaModel> =>
    asking ??= exchange(undefined, false, async (client) => {
      known = ollamaModel(await client.show({ model }) as unknown as OllamaShow);
      return known;
    }).catch((error: LMError) => {
      // What only stands in for Ollama may not know this question; an unknown model it does.
      if (error.lmKind !== "refused" || /model/i.test(error.message)) throw error;
      return known = UNKNOWN_MODEL;
    }).finally(() => asking = undefined);

  const modelFor = (signal: AbortSignal | undefined): OllamaModel | Promise<OllamaModel> =>
    known ?? orAborted(show(), signal);

  return {
    id: `ollama/${model}`,
    get can() {
      return (known ?? UNKNOWN_MODEL).can;
    },
    ...params && { params },
    call: async (request) => {
      throwIfAborted(request.signal);
      const served = await modelFor(request.signal);
      const all = { ...params, ...request.params };
      const numCtx = servedWindow(served, all.numCtx);
      if (estimateInput(request) > SURELY * numCtx) throw doesNotFit(numCtx);
      const body = ollamaBody(model, request, all, served, numCtx);
      const streams = request.onDelta !== undefined;
      return await exchange(request.signal, streams, async (client) => {
        const reply = collectOllamaReply(request, server, numCtx);
        // The SDK's types tell streams by a literal, and leave out what older servers do.
        const answer = await client.chat(body as never) as unknown;
        if (streams) {
          for await (const part of answer as AsyncIterable<OllamaReply>) reply.add(part);
        } else reply.add(answer as OllamaReply);
        return reply.finish();
      });
    },
    info: async (signal) => {
      throwIfAborted(signal);
      const served = await modelFor(signal);
      return { can: served.can, window: servedWindow(served, params?.numCtx) };
    },
  };
}
