import type { RecordedRequest } from "./recorded_request.ts";

/** A record while its answer is still being given. */
export type Recording = { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] };

const KEYS = /^(authorization|proxy-authorization|cookie|api-key|x-api-key|x-goog-api-key)$/;

/** Writes down what came. */
export function record(
  request: Request,
  path: string,
  bytes: Uint8Array,
  at: number,
): Recording {
  const text = new TextDecoder().decode(bytes);
  const headers = [...request.headers];
  return {
    at,
    method: request.method,
    path,
    headers: Object.fromEntries(headers.filter(([name]) => !KEYS.test(name))),
    keySent: headers.some(([name]) => KEYS.test(name) && name !== "cookie"),
    bytes: bytes.length,
    body: parsed(text),
    turn: undefined,
    status: 0,
    endedAt: undefined,
    end: undefined,
  };
}

/** JSON, or the text itself when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
