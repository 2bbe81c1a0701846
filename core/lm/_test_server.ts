// A server on loopback that speaks what a test tells it to, and remembers what it was asked.

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- JSON of whatever form the test looks for
  readonly body: any;
}

type Answer = Response | Promise<Response>;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly Seen[];
}

/** Serves; `call` counts from 0. */
export function testServer(answer: (seen: Seen, call: number) => Answer): TestServer {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const text = await request.text();
    const one = {
      method: request.method,
      path: new URL(request.url).pathname,
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    seen.push(one);
    return await answer(one, seen.length - 1);
  });
  const { port } = server.addr;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Server-sent events of a chat completion; a number waits so many ms, an error cuts the stream. */
export function sse(...parts: readonly unknown[]): Response {
  const lines = parts.map((part) =>
    typeof part === "object" && !(part instanceof Error)
      ? `data: ${JSON.stringify(part)}\n\n`
      : part
  );
  return streamed(lines, "text/event-stream");
}

/** A chunk of a chat completion. */
export function chunk(delta: unknown, finish: string | null = null): unknown {
  return {
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

export const DONE = "data: [DONE]\n\n";

/** JSON lines; a number waits so many ms, an error cuts the stream. */
export function jsonLines(...parts: readonly unknown[]): Response {
  const lines = parts.map((part) =>
    typeof part === "object" && !(part instanceof Error) ? `${JSON.stringify(part)}\n` : part
  );
  return streamed(lines, "application/x-ndjson");
}

function streamed(parts: readonly unknown[], type: string): Response {
  const left = [...parts];
  const encoder = new TextEncoder();
  let gone = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const part = left.shift();
        if (gone) return;
        if (part === undefined) return controller.close();
        if (part instanceof Error) return controller.error(part);
        if (typeof part === "string") return controller.enqueue(encoder.encode(part));
        await new Promise((resolve) => setTimeout(resolve, part as number));
      }
    },
    cancel() {
      gone = true;
    },
  });
  return new Response(body, { headers: { "content-type": type } });
}
