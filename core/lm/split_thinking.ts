import type { LMDelta } from "./types.ts";

/** Takes thinking out of a reply that comes in pieces: see {@linkcode splitThinking}. */
export interface ThinkingSplitter {
  /** Takes the next piece; gives what is certain by now. */
  push(chunk: string): LMDelta;
  /** Ends the reply; gives the rest. */
  end(): LMDelta;
}

const OPEN = "<think>";
const CLOSE = "</think>";

/**
 * Separates `<think>…</think>` at the start of a reply from its text, wherever the pieces are cut.
 * Several such blocks in a row count, and blank space around them is dropped; without an end all is
 * thinking. Marks further inside the text stay, since they may be what it is about.
 *
 * @example
 * ```ts
 * import { splitThinking } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const splitter = splitThinking();
 * assert.deepEqual(splitter.push("<thi"), {});
 * assert.deepEqual(splitter.push("nk>Hm.</think>\n\nYes"), { thinking: "Hm.", text: "Yes" });
 * assert.deepEqual(splitter.end(), {});
 * ```
 */
export function splitThinking(): ThinkingSplitter {
  let place: "start" | "thinking" | "text" = "start";
  let held = "";
  let hadThinking = false;

  const take = (ended: boolean): LMDelta => {
    let thinking = "";
    let text = "";
    for (;;) {
      if (place === "text") {
        text += held;
        held = "";
        break;
      }
      if (place === "start") {
        const rest = held.trimStart();
        if (rest.startsWith(OPEN)) {
          held = rest.slice(OPEN.length);
          place = "thinking";
          continue;
        }
        if (!ended && OPEN.startsWith(rest)) break;
        // Blank space before the text is only dropped after a block of thinking.
        if (hadThinking) held = rest;
        place = "text";
        continue;
      }
      const end = held.indexOf(CLOSE);
      if (end >= 0) {
        thinking += held.slice(0, end);
        held = held.slice(end + CLOSE.length);
        place = "start";
        hadThinking = true;
        continue;
      }
      const keep = ended ? 0 : heldBack(held);
      thinking += held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      break;
    }
    return { ...thinking !== "" && { thinking }, ...text !== "" && { text } };
  };

  return {
    push: (chunk) => {
      held += chunk;
      return take(false);
    },
    end: () => take(true),
  };
}

/** How many characters at the end may be the start of the closing mark. */
function heldBack(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(CLOSE.slice(0, length))) return length;
  }
  return 0;
}
