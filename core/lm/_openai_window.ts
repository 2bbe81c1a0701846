import type { WireModel } from "./_openai_wire.ts";

/** Under which names servers report the window that they serve. */
const NAMES: readonly string[] = [
  "max_model_len", // vLLM
  "context_length", // OpenRouter, Together
  "context_window", // Groq
  "max_context_length", // Mistral
];

/**
 * The window of a model in a server's list of models.
 *
 * llama.cpp lists its one model by the name of its file and answers to any; `meta.n_ctx` there is what
 * it serves, `n_ctx_train` is not.
 */
export function listedWindow(model: string, list: unknown): number | undefined {
  if (!Array.isArray(list)) return undefined;
  const models = (list as (WireModel | null)[]).filter((one) => one !== null);
  const only = models.length === 1 && models[0]!.owned_by === "llamacpp" ? models[0] : undefined;
  const found = models.find(({ id }) => id === model) ?? only;
  if (found === undefined) return undefined;
  const meta = found.meta as { n_ctx?: unknown } | null | undefined;
  const windows = [...NAMES.map((name) => found[name]), meta?.n_ctx];
  return windows.find((value): value is number => Number.isSafeInteger(value) && Number(value) > 0);
}
