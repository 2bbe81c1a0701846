import type { LMResponse } from "../lm/types.ts";

/** A reply with a text, and what matters to a test besides. */
export function reply(text: string, more: Partial<LMResponse> = {}): LMResponse {
  const usage = { inputTokens: 10, outputTokens: 5, cachedTokens: 0, requests: 1 };
  return { text, finish: "stop", usage, cached: false, ...more };
}

/** What a call throws. */
export async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
