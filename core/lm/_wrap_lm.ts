import type { LM } from "./types.ts";

/** A model like another one that answers by `call`. What the inner one learns shows through. */
export function wrapLM(lm: LM, call: LM["call"]): LM {
  return {
    id: lm.id,
    get can() {
      return lm.can;
    },
    ...lm.params && { params: lm.params },
    ...lm.info && { info: (signal?: AbortSignal) => lm.info!(signal) },
    call,
  };
}
