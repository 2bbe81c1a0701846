import { LMError } from "./lm_error.ts";

/** The error of a signal that has fired: its reason when that is one of ours, so a timeout stays one. */
export function abortedError(signal: AbortSignal | undefined): LMError {
  const reason: unknown = signal?.reason;
  return reason instanceof LMError ? reason : new LMError("aborted", "the request was ended");
}

/** Throws when a signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

/** What a promise gives, or the signal's error as soon as it fires. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortedError(signal));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
