import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { fail } from "../_fail.ts";

/** How much a request may bring along, and how long that may take. */
export interface BodyLimits {
  /** Bytes of a body. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Milliseconds until all of it must have come. Default 10,000. */
  readonly maxMs?: number;
}

/** Makes what bounds the body of a request in size and time, and then has it answered. */
export function limits(
  { maxBytes = 1 << 20, maxMs = 10_000 }: BodyLimits = {},
): (c: Context, answer: () => Promise<Response>) => Promise<Response> {
  const inSize = bodyLimit({
    maxSize: maxBytes,
    onError: (c) => fail(c, 413, `the body is larger than ${maxBytes} bytes`),
  });
  return async (c, answer) => {
    const { raw } = c.req;
    if (raw.body !== null) {
      const { url, method, headers } = raw;
      // Not a copy of the request: that would take along a signal that Deno warns about.
      const init = { method, headers, body: inTime(raw.body, maxMs), duplex: "half" };
      c.req.raw = new Request(url, init);
    }
    let response: Response | undefined;
    const tooLarge = await inSize(c, async () => {
      response = await answer();
    });
    return tooLarge ?? response!;
  };
}

/** The same body; reading it fails when time is up. */
function inTime(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxMs: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let timer: ReturnType<typeof setTimeout>;
  return new ReadableStream({
    start(controller) {
      timer = setTimeout(() => {
        const late = new HTTPException(408, { message: "the body took too long" });
        controller.error(late);
        reader.cancel(late).catch(() => {});
      }, maxMs);
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        clearTimeout(timer);
        controller.close();
      } catch (error) {
        clearTimeout(timer);
        controller.error(error);
      }
    },
    cancel(reason) {
      clearTimeout(timer);
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
