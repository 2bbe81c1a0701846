import type { ModelSetup } from "../core/agent/model/ask_model.ts";
import type { Config } from "../core/config.ts";
import { lazy } from "../core/lazy.ts";
import type { LM } from "../core/lm/types.ts";
import { CODING_TOOLS } from "./coding_tools.ts";

const loadBlocks = lazy<typeof import("./edit/parse_search_replace.ts")>(
  "./edit/parse_search_replace.ts",
  import.meta.url,
);

/** A model with the tools for coding, within the limits of the settings. */
export function modelSetup(open: () => Promise<LM>, config: Config): ModelSetup {
  const { window, maxSteps, maxTokens: tokens, maxCost: usd, maxTime: seconds } = config;
  return {
    open,
    toolset: CODING_TOOLS,
    window,
    maxSteps,
    budget: { tokens, usd, seconds },
    callsIn: async (text) => {
      const { parseSearchReplace } = await loadBlocks();
      try {
        return parseSearchReplace(text).map(({ path, edits, content }) =>
          content === undefined
            ? { tool: "edit", input: { path, edits } }
            : { tool: "write", input: { path, content } }
        );
      } catch {
        // Half a block is no call: the model is asked again.
        return [];
      }
    },
  };
}
