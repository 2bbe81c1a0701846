import { abortedError, throwIfAborted } from "./_aborted.ts";
import { wrapLM } from "./_wrap_lm.ts";
import { LMError, type LMErrorKind } from "./lm_error.ts";
import type { LMRequest, LMResponse, LMWrapper } from "./types.ts";

/** Options of {@linkcode retry}. */
export interface RetryOptions {
  /** How often a request is sent at most, the first time included. Default 3. */
  readonly tries?: number;
  /** Upper limit of the first wait in milliseconds; it doubles with each. Default 500. */
  readonly baseMs?: number;
  /**
   * Longest wait in milliseconds. A server that asks for a longer one is taken at its word: the error
   * is thrown at once. Default 30,000.
   */
  readonly capMs?: number;
  /** Waits; ends early when the signal fires. Default a timer. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to less than 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** What may pass by itself. */
const PASSING: ReadonlySet<LMErrorKind> = new Set(["rate", "server", "network", "timeout"]);

/**
 * Sends a request again when it failed for a reason that may pass: `rate`, `server`, `network` or
 * `timeout`. The wait is random between nothing and a limit that doubles (full jitter), or what the
 * server asks for. Not sent again: what the caller ended, and what has already shown text by
 * `onDelta`. Failed attempts count in `usage.requests`.
 */
export function retry(options: RetryOptions = {}): LMWrapper {
  const { tries = 3, baseMs = 500, capMs = 30_000, sleep = wait, random = Math.random } = options;
  return (lm) =>
    wrapLM(lm, async (request) => {
      for (let failed = 0;; failed++) {
        const attempt = watchDeltas(request);
        try {
          return withRequests(await lm.call(attempt.request), failed);
        } catch (error) {
          if (!(error instanceof LMError) || !PASSING.has(error.lmKind)) throw error;
          const ms = error.retryAfterMs ?? random() * Math.min(capMs, baseMs * 2 ** failed);
          if (failed + 1 >= tries || attempt.hasShown() || ms > capMs) throw error;
          throwIfAborted(request.signal);
          await sleep(ms, request.signal);
          throwIfAborted(request.signal);
        }
      }
    });
}

function watchDeltas(request: LMRequest): { request: LMRequest; hasShown: () => boolean } {
  const { onDelta } = request;
  if (onDelta === undefined) return { request, hasShown: () => false };
  let shown = false;
  return {
    hasShown: () => shown,
    request: {
      ...request,
      onDelta: (delta) => {
        shown ||= Boolean(delta.text || delta.thinking);
        onDelta(delta);
      },
    },
  };
}

function withRequests(response: LMResponse, more: number): LMResponse {
  if (more === 0) return response;
  const usage = { ...response.usage, requests: response.usage.requests + more };
  return { ...response, usage };
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(abortedError(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
