import { wrapLM } from "./_wrap_lm.ts";
import { LMError, type LMErrorKind } from "./lm_error.ts";
import type { LMWrapper } from "./types.ts";

/** Options of {@linkcode circuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Failures in a row after which nothing is sent for a while. Default 5. */
  readonly failures?: number;
  /** How long that is, in milliseconds. Default 30,000. */
  readonly coolDownMs?: number;
  /** Milliseconds of a clock that only goes forward. Default `performance.now`. */
  readonly now?: () => number;
  /** Told until when by `now` nothing is sent, and undefined once all is as before. */
  readonly onChange?: (openUntil: number | undefined) => void;
}

/** What says that the server itself is not well. */
const UNWELL: ReadonlySet<LMErrorKind> = new Set(["server", "network", "timeout"]);

/**
 * Gives a server that fails time to recover: after some failures in a row (`server`, `network`,
 * `timeout`) requests fail at once, with kind `server` and `retryAfterMs`. After the pause one request
 * is let through: if it succeeds all is as before, if it fails the pause begins anew.
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): LMWrapper {
  const { failures = 5, coolDownMs = 30_000, now = () => performance.now() } = options;
  const { onChange = () => {} } = options;
  return (lm) => {
    let inARow = 0;
    let openUntil = 0;
    let trying = false;
    // What it says of itself is remembered: that it comes is no sign that the server is well again.
    return wrapLM(lm, (request) => guard(() => lm.call(request), true), (ask) => guard(ask, false));

    async function guard<T>(ask: () => Promise<T>, isSign: boolean): Promise<T> {
      const open = inARow >= failures;
      const left = openUntil - now();
      if (open && (left > 0 || trying)) {
        throw new LMError("server", `${lm.id} failed ${inARow} times in a row and is left alone`, {
          retryAfterMs: Math.ceil(Math.max(left, 0)),
          hint: "look at the server, or wait",
        });
      }
      trying = open;
      try {
        const response = await ask();
        if (isSign) recovered(open);
        return response;
      } catch (error) {
        const kind = error instanceof LMError ? error.lmKind : undefined;
        if (kind !== undefined && UNWELL.has(kind)) {
          inARow++;
          openUntil = now() + coolDownMs;
          if (inARow >= failures) onChange(openUntil);
        } else if (kind !== "aborted" && isSign) recovered(open);
        throw error;
      } finally {
        if (open) trying = false;
      }
    }

    function recovered(wasOpen: boolean): void {
      inARow = 0;
      if (wasOpen) onChange(undefined);
    }
  };
}
