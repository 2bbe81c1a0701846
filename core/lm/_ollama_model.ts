import type { OllamaShow } from "./_ollama_wire.ts";
import type { LMCapabilities } from "./types.ts";

/** What Ollama serves when neither the Modelfile nor the request says how much. */
const DEFAULT_NUM_CTX = 4096;

/** What is known of a model on an Ollama server. */
export interface OllamaModel {
  /** What it can do. */
  readonly can: LMCapabilities;
  /** The Modelfile's `num_ctx`. */
  readonly numCtx?: number;
  /** The longest window that the model was made for. */
  readonly longest?: number;
}

/** What is assumed of a model that the server has not been asked about. */
export const UNKNOWN_MODEL: OllamaModel = {
  can: { schema: true, tools: false, stream: true, think: false },
};

/** What an answer of `/api/show` says about a model. */
export function ollamaModel(show: OllamaShow): OllamaModel {
  const { parameters = "", template = "", model_info } = show;
  // Servers from before capabilities: tools are where the template has a place for them.
  const can = show.capabilities ?? (template.includes(".Tools") ? ["tools"] : []);
  const numCtx = Number(/^\s*num_ctx\s+(\d+)\s*$/m.exec(parameters)?.[1]);
  const longest = Object.entries(model_info ?? {})
    .find(([key]) => key.endsWith(".context_length"))?.[1];
  return {
    can: {
      schema: true,
      tools: can.includes("tools"),
      stream: true,
      think: can.includes("thinking"),
    },
    ...numCtx > 0 && { numCtx },
    ...typeof longest === "number" && longest > 0 && { longest },
  };
}

/**
 * The window to ask for: the wanted one, else the Modelfile's, else Ollama's default; never longer than
 * the model was made for.
 */
export function servedWindow(model: OllamaModel, wanted: number | undefined): number {
  const numCtx = wanted ?? model.numCtx ?? DEFAULT_NUM_CTX;
  return Math.min(numCtx, model.longest ?? numCtx);
}
