import { lazy } from "../lazy.ts";
import { compose } from "./compose.ts";
import { type LMPrice, metered } from "./metered.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";
import type { LM, LMParams } from "./types.ts";
import { NO_USAGE } from "./usage.ts";

/** Which model, and where. */
export interface ModelAddress {
  /** Whose protocol is spoken. */
  readonly provider: "ollama" | "openai";
  /** As the server calls it. */
  readonly model: string;
  /** Default the provider's own. */
  readonly baseUrl?: string | undefined;
  /** Sent to that address and nowhere else. Default none. */
  readonly key?: string | undefined;
  /** For what a run costs. Default unknown. */
  readonly price?: LMPrice | undefined;
  /** Milliseconds that the model may be silent. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Where requests say nothing themselves. */
  readonly params?: LMParams;
}

// Of the two, one is used.
const HERE = import.meta.url;
const loadOllama = lazy<typeof import("./ollama_lm.ts")>("./ollama_lm.ts", HERE);
const loadOpenai = lazy<typeof import("./openai_lm.ts")>("./openai_lm.ts", HERE);
const loadOllamaSdk = lazy<typeof import("./preload_ollama.ts")>("./preload_ollama.ts", HERE);
const loadOpenaiSdk = lazy<typeof import("./preload_openai.ts")>("./preload_openai.ts", HERE);

/**
 * Opens a model with what every use of one wants: a limit on silence, three tries, the price.
 *
 * @throws {UserError} `usage` when the address is none.
 */
export async function openModel(address: ModelAddress): Promise<LM> {
  const { price, timeoutMs } = address;
  const lm = await client(address);
  const prices = price === undefined ? {} : { prices: { [lm.id]: price } };
  return compose(lm, timeout(timeoutMs), retry(), metered({ total: NO_USAGE }, prices));
}

/** Starts to load a provider's client and SDK, so that they are there when the first request is. */
export async function preloadModel(provider: ModelAddress["provider"]): Promise<void> {
  // The runtime loads its own part of fetch with the first request that is made, sent or not.
  new Request("http://127.0.0.1/");
  if (provider === "ollama") {
    await Promise.all([
      loadOllama(),
      loadOllamaSdk().then((sdk) => sdk.preloadOllama()),
    ]);
  } else {
    await Promise.all([
      loadOpenai(),
      loadOpenaiSdk().then((sdk) => sdk.preloadOpenai()),
    ]);
  }
}

async function client({ provider, model, baseUrl, key, params }: ModelAddress): Promise<LM> {
  const more = params === undefined ? {} : { params };
  if (provider === "ollama") {
    const { ollamaLM } = await loadOllama();
    return ollamaLM({
      model,
      ...baseUrl !== undefined && { host: baseUrl },
      ...key !== undefined && { headers: { authorization: `Bearer ${key}` } },
      ...more,
    });
  }
  const { openaiLM } = await loadOpenai();
  return openaiLM({
    model,
    ...baseUrl !== undefined && { baseUrl },
    ...key !== undefined && { apiKey: key },
    ...more,
  });
}
