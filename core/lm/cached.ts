import { orAborted, throwIfAborted } from "./_aborted.ts";
import { wrapLM } from "./_wrap_lm.ts";
import { requestKey } from "./request_key.ts";
import type { LM, LMRequest, LMResponse, LMWrapper } from "./types.ts";
import { NO_USAGE } from "./usage.ts";

/** Where {@linkcode cached} keeps replies: a `Map` of strings will do. */
export interface LMCache {
  /** What is kept under a key; undefined when nothing is. */
  get(key: string): string | undefined | Promise<string | undefined>;
  /** Keeps something; what it returns is awaited if it is a promise. */
  set(key: string, value: string): unknown;
}

/** Options of {@linkcode cached}. */
export interface CachedOptions {
  /** How long a reply counts, in milliseconds. Default for ever. */
  readonly ttlMs?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** One request under way, and how many wait for it. */
interface Flight {
  readonly reply: Promise<LMResponse>;
  readonly controller: AbortController;
  waiting: number;
  settled: boolean;
}

/**
 * Answers a request that was answered before from a cache: see {@linkcode requestKey} for what makes
 * two requests the same. Such a reply is `cached` and used nothing. Equal requests under way at the
 * same time share one; it ends early only when all who wait have given up. A reply from the cache,
 * or from a shared request, comes as one piece.
 *
 * Errors and replies cut at the limit of tokens are not kept. A cache that fails or holds nonsense is
 * as an empty one.
 */
export function cached(cache: LMCache, options: CachedOptions = {}): LMWrapper {
  const { ttlMs = Infinity, now = Date.now } = options;
  return (lm) => {
    const flights = new Map<string, Flight>();
    return wrapLM(lm, async (request) => {
      throwIfAborted(request.signal);
      const key = await requestKey(lm, request);
      const kept = await read(cache, key, now() - ttlMs);
      if (kept !== undefined) return replay(kept, request);

      const shared = flights.get(key);
      if (shared && !shared.controller.signal.aborted) {
        return replay(await join(shared, request.signal), request);
      }
      const flight = start(lm, request);
      flights.set(key, flight);
      keep(flight, cache, key, now).finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
      return await join(flight, request.signal);
    });
  };
}

function start(lm: LM, request: LMRequest): Flight {
  const controller = new AbortController();
  const { onDelta } = request;
  const reply = lm.call({
    ...request,
    signal: controller.signal,
    ...onDelta && {
      onDelta: (delta) => {
        if (!request.signal?.aborted) onDelta(delta);
      },
    },
  });
  return { reply, controller, waiting: 0, settled: false };
}

async function keep(flight: Flight, cache: LMCache, key: string, now: () => number): Promise<void> {
  try {
    const response = await flight.reply;
    flight.settled = true;
    if (response.finish === "length") return;
    await cache.set(key, JSON.stringify({ at: now(), response }));
  } catch {
    // Who waits hears of a failed reply; a failed cache costs the next request only.
    flight.settled = true;
  }
}

async function join(flight: Flight, signal: AbortSignal | undefined): Promise<LMResponse> {
  flight.waiting++;
  try {
    return await orAborted(flight.reply, signal);
  } finally {
    if (--flight.waiting === 0 && !flight.settled) flight.controller.abort();
  }
}

function replay(response: LMResponse, { onDelta }: LMRequest): LMResponse {
  const { text, thinking } = response;
  if (onDelta && (text || thinking)) {
    onDelta({ ...thinking && { thinking }, ...text && { text } });
  }
  return { ...response, usage: NO_USAGE, cached: true };
}

async function read(cache: LMCache, key: string, oldest: number): Promise<LMResponse | undefined> {
  try {
    const found = await cache.get(key);
    if (found === undefined || found === null) return undefined;
    const { at, response } = JSON.parse(found) as { at: number; response: LMResponse };
    return at > oldest && typeof response.text === "string" ? response : undefined;
  } catch {
    return undefined;
  }
}
