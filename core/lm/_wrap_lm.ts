import type { LM } from "./types.ts";

/**
 * A model like another one that answers by `call`. What the inner one learns shows through.
 *
 * @param around what is done when it is asked about itself. Default nothing.
 */
export function wrapLM(
  lm: LM,
  call: LM["call"],
  around: <T>(ask: () => Promise<T>) => Promise<T> = (ask) => ask(),
): LM {
  return {
    id: lm.id,
    get can() {
      return lm.can;
    },
    ...lm.params && { params: lm.params },
    ...lm.info && { info: (signal?: AbortSignal) => around(() => lm.info!(signal)) },
    call,
  };
}
