import { splitThinking } from "./split_thinking.ts";

/**
 * Separates the thinking of a whole reply from its text, like `splitThinking`.
 *
 * @returns the thinking of all blocks, trimmed; absent when there is none.
 *
 * @example
 * ```ts
 * import { parseThinking } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseThinking("<think>Hm.</think>Yes"), { text: "Yes", thinking: "Hm." });
 * assert.deepEqual(parseThinking("Yes"), { text: "Yes" });
 * ```
 */
export function parseThinking(reply: string): { text: string; thinking?: string } {
  const splitter = splitThinking();
  const [first, last] = [splitter.push(reply), splitter.end()];
  const text = (first.text ?? "") + (last.text ?? "");
  const thinking = ((first.thinking ?? "") + (last.thinking ?? "")).trim();
  return thinking === "" ? { text } : { text, thinking };
}
