import type { Json } from "./_protocol.ts";
import type { Scenario } from "./scenario.ts";

/** The digest that Ollama names a model by. */
const DIGEST = "5c".repeat(32);
const SINCE = "2025-01-01T00:00:00Z";

/**
 * Answers what clients ask beside chatting: which models there are, and what they can do.
 *
 * @returns undefined for a path that is no such question.
 */
export function aboutModels(method: string, path: string, scenario: Scenario): Json | undefined {
  const { model } = scenario;
  const get = method === "GET" || method === "HEAD";
  if (get && path === "/v1/models") return { object: "list", data: [openaiModel(model)] };
  if (get && path === `/v1/models/${encodeURIComponent(model)}`) return openaiModel(model);
  if (get && path === "/api/version") return { version: "0.14.0" };
  if (get && (path === "/api/tags" || path === "/api/ps")) {
    const entry = { name: model, model, modified_at: SINCE, size: 1, digest: DIGEST };
    const running = path === "/api/ps" && { size_vram: 0, context_length: scenario.window };
    return { models: [{ ...entry, details, ...running }] };
  }
  return undefined;
}

/** What `/api/show` tells of a model. */
export function showModel({ window, nominalWindow, capabilities }: Scenario): Json {
  return {
    modelfile: "",
    parameters: `num_ctx                        ${window}`,
    template: "{{ .Prompt }}",
    details,
    model_info: {
      "general.architecture": "scripted",
      "scripted.context_length": nominalWindow ?? window,
    },
    capabilities: ["completion", ...capabilities],
    modified_at: SINCE,
  };
}

const details: Json = {
  parent_model: "",
  format: "gguf",
  family: "scripted",
  families: ["scripted"],
  parameter_size: "1B",
  quantization_level: "Q4_0",
};

function openaiModel(id: string): Json {
  return { id, object: "model", created: 1735689600, owned_by: "scripted" };
}
