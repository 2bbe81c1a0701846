import type { LMMessage, LMWrapper } from "./types.ts";
import { wrapLM } from "./_wrap_lm.ts";

/**
 * Takes secrets out of all that a model is told.
 *
 * @param redactor of `@dspy/code/core/safety`, or anything that changes a text.
 *
 * @example
 * ```ts
 * import { redacted, scriptedLM } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const echo = scriptedLM(({ messages }) => messages[0]!.content);
 * const lm = redacted({ text: (text) => text.replaceAll("hunter2", "[redacted]") })(echo);
 * const { text } = await lm.call({ messages: [{ role: "user", content: "it is hunter2" }] });
 * assert.equal(text, "it is [redacted]");
 * ```
 */
export function redacted(redactor: { text(text: string): string }): LMWrapper {
  const clean = (message: LMMessage): LMMessage => ({
    ...message,
    content: redactor.text(message.content),
  });
  return (lm) =>
    wrapLM(lm, (request) => lm.call({ ...request, messages: request.messages.map(clean) }));
}
