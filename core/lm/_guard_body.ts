import { MOST_BYTES, type Server } from "./_server.ts";
import { LMError } from "./lm_error.ts";

/** How a body is watched. */
export interface GuardBodyOptions {
  /** For messages. */
  readonly server: Server;
  /** Whether each line has to be JSON. */
  readonly jsonLines: boolean;
  /** Told of the first failure; gives the error to throw. */
  readonly fail: (error: LMError) => LMError;
  /** Fires when nobody wants the rest: what then breaks off is no failure. */
  readonly ends: AbortSignal;
}

/**
 * Passes a body on: bounded, a broken connection as a `network` error, and, for JSON lines, only whole
 * lines that are JSON. (The Ollama SDK writes lines that are none to the console and goes on.)
 */
export function guardBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { server, jsonLines, fail, ends }: GuardBodyOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let line = "";
  let bytes = 0;
  const checkLines = (text: string, ended: boolean): void => {
    line += text;
    if (!ended && !text.includes("\n")) return;
    const lines = line.split("\n");
    line = ended ? "" : lines.pop()!;
    for (const each of lines) {
      if (each.trim() === "") continue;
      try {
        JSON.parse(each);
      } catch {
        throw ended && each.trimStart().startsWith("{")
          ? cutOff(server)
          : new LMError("server", `${server.name} at ${server.origin} sent broken JSON`);
      }
    }
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          if (jsonLines) checkLines(decoder.decode(), true);
          return controller.close();
        }
        bytes += value.length;
        if (bytes > MOST_BYTES) {
          throw new LMError("server", `the reply of ${server.name} is over ${MOST_BYTES} bytes`);
        }
        if (jsonLines) checkLines(decoder.decode(value, { stream: true }), false);
        controller.enqueue(value);
      } catch (error) {
        reader.cancel().catch(() => {});
        const failure = error instanceof LMError ? error : cutOff(server);
        controller.error(ends.aborted ? failure : fail(failure));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** The error of a reply that ended before it was complete. */
export function cutOff({ name }: Server): LMError {
  return new LMError("network", `the reply of ${name} was cut off`);
}
