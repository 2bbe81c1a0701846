import { abortedError } from "./_aborted.ts";
import { errorText, httpError, oneLine, statusError } from "./_http_error.ts";
import { cutOff, guardBody } from "./_guard_body.ts";
import type { Server } from "./_server.ts";
import { VERSION } from "../version.ts";
import { LMError } from "./lm_error.ts";

/** How often a server may send us on to another of its own addresses. */
const MOST_REDIRECTS = 3;

/** Options of {@linkcode openExchange}. */
export interface ExchangeOptions {
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Whether bodies are JSON, one a line: then each line is checked before the SDK sees it. */
  readonly jsonLines?: boolean;
}

/** One request by an SDK, watched: what it fetches, and what its failure means. */
export interface Exchange {
  /** To give to the SDK in place of the global one. */
  readonly fetch: typeof fetch;
  /** The error for whatever came out of the SDK; what went wrong in `fetch` counts before its words. */
  errorOf(thrown: unknown): LMError;
}

/**
 * Stands between an SDK and the network, so that both SDKs behave the same: no redirect to another
 * host (it would get the key and the prompt), every failure a `LMError`, bodies bounded, and nothing
 * told about this machine.
 */
export function openExchange(server: Server, options: ExchangeOptions = {}): Exchange {
  const { signal, jsonLines = false } = options;
  let failure: LMError | undefined;
  const fail = (error: LMError): LMError => failure ??= error;

  const send = async (url: URL, init: RequestInit, redirects: number): Promise<Response> => {
    const response = await fetch(url, init).catch((error) => {
      throw fail(unreachable(error, server));
    });
    const to = response.status >= 300 && response.status < 400 && response.headers.get("location");
    if (!to) return response;
    await response.body?.cancel();
    const next = URL.canParse(to, url) ? new URL(to, url) : undefined;
    const same = next?.origin === url.origin;
    const keepsMethod = init.method === "GET" || response.status === 307 || response.status === 308;
    if (next && same && keepsMethod && redirects < MOST_REDIRECTS) {
      return send(next, init, redirects + 1);
    }
    const where = same || next === undefined ? "in circles or nowhere" : `to ${next.origin}`;
    throw fail(
      new LMError("refused", `${server.name} at ${server.origin} sends us ${where}`, {
        status: response.status,
        hint: "give the address that is meant",
      }),
    );
  };

  return {
    fetch: async (input, init = {}) => {
      const ends = AbortSignal.any(
        [signal, init.signal].filter((one) => one !== undefined && one !== null),
      );
      const response = await send(new URL(input instanceof Request ? input.url : input), {
        ...init,
        method: (init.method ?? "GET").toUpperCase(),
        headers: plainHeaders(init.headers),
        redirect: "manual",
        signal: ends,
      }, 0);
      if (!response.ok) throw fail(await httpError(response, server));
      if (response.body === null) return response;
      const body = guardBody(response.body, { server, jsonLines, fail, ends });
      return new Response(body, response);
    },
    errorOf: (thrown) => {
      if (signal?.aborted) return abortedError(signal);
      if (thrown instanceof LMError) return thrown;
      return failure ?? sdkError(thrown, server);
    },
  };
}

function unreachable(error: unknown, server: Server): LMError {
  if (error instanceof Error && error.name === "NotCapable") {
    return new LMError("refused", `this process may not reach ${server.origin}`, {
      hint: "it was started for other hosts",
    });
  }
  return new LMError("network", `cannot reach ${server.name} at ${server.origin}`, {
    hint: server.unreachable,
  });
}

/** An error that the SDK made up itself: from a reply that it could not read, or an error inside one. */
function sdkError(thrown: unknown, server: Server): LMError {
  const { name, message, error } = thrown instanceof Error
    ? thrown as Error & { error?: unknown }
    : { name: "", message: String(thrown), error: undefined };
  if (thrown instanceof SyntaxError) {
    return new LMError("server", `${server.name} at ${server.origin} sent broken JSON`);
  }
  if (message.startsWith("Did not receive done")) {
    return cutOff(server);
  }
  if (error !== undefined || name === "Error") {
    const { code, status } = (error ?? {}) as { code?: unknown; status?: unknown };
    const number = [code, status].find((one) => typeof one === "number" && one >= 400) as number;
    return statusError(number ?? 0, errorText(error) || message, server);
  }
  return new LMError("server", `${server.name}: ${oneLine(message, server)}`, { cause: thrown });
}

/** Without what the SDKs tell about this machine. */
function plainHeaders(given: HeadersInit | undefined): Headers {
  const headers = new Headers(given);
  for (const name of [...headers.keys()]) {
    if (name.startsWith("x-stainless-")) headers.delete(name);
  }
  headers.set("user-agent", `dspy-code/${VERSION}`);
  return headers;
}
