import { abortedError, throwIfAborted } from "./_aborted.ts";
import { wrapLM } from "./_wrap_lm.ts";
import { after } from "../after.ts";
import { UserError } from "../errors.ts";
import { LMError } from "./lm_error.ts";
import type { LM, LMWrapper } from "./types.ts";

/** Timers take no more. */
const LONGEST = 2 ** 31 - 1;

/**
 * Limits how long a model may be silent. A request that asks for pieces (`onDelta`) fails when none
 * comes for so long, be it the first or a later one; any other request fails when the whole reply is
 * not there by then, and `info` likewise. A slow local model is best asked for pieces.
 *
 * Put it before `retry` in `compose`, so that it holds for each attempt.
 *
 * @param ms milliseconds. Default 30,000; `Infinity` is no limit.
 * @throws {UserError} `usage` when `ms` is not above 0.
 */
export function timeout(ms = 30_000): LMWrapper {
  if (!(ms > 0)) {
    throw new UserError("usage", `a timeout of ${ms} ms`, { hint: "give a number above 0" });
  }
  return (lm: LM): LM => ({
    ...wrapLM(lm, (request) =>
      limited(ms, lm, request.signal, (signal, alive) => {
        const { onDelta } = request;
        if (onDelta === undefined) return lm.call({ ...request, signal });
        return lm.call({
          ...request,
          signal,
          onDelta: (delta) => {
            if (signal.aborted) return;
            alive();
            onDelta(delta);
          },
        });
      })),
    get can() {
      return lm.can;
    },
    ...lm.info && {
      info: (outer?: AbortSignal) => limited(ms, lm, outer, (signal) => lm.info!(signal)),
    },
  });
}

/** Runs something until it ends, the outer signal fires, or it has not been `alive` for so long. */
function limited<T>(
  ms: number,
  lm: LM,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal, alive: () => void) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    throwIfAborted(outer);
    const controller = new AbortController();
    const end = (error: LMError) => {
      reject(error);
      controller.abort(error);
    };
    const onAbort = () => end(abortedError(outer));
    outer?.addEventListener("abort", onAbort);
    let heard = performance.now();
    let stop = () => {};
    // The timer is not set anew for each piece: when it fires, it looks how long it still has.
    const watch = (left: number) => {
      stop = after(left, () => {
        const rest = heard + ms - performance.now();
        if (rest > 0) return watch(rest);
        end(
          new LMError("timeout", `${lm.id} was silent for ${Math.round(ms)} ms`, {
            hint: "raise the timeout, or ask for less",
          }),
        );
      });
    };
    if (ms <= LONGEST) watch(ms);
    run(controller.signal, () => heard = performance.now()).then(resolve, reject).finally(() => {
      stop();
      outer?.removeEventListener("abort", onAbort);
    });
  });
}
