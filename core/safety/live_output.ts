import type { Redactor } from "./redact.ts";
import { sanitizeStream } from "./sanitize_stream.ts";

/** Output of a running program on its way to a person. */
export interface LiveOutput {
  push(chunk: Uint8Array): void;
  /** Gives out what was held back because more could have followed. */
  flush(): void;
}

/**
 * Cleans one stream of a program as it comes: decoded, then stripped of escapes, then redacted, in
 * this order, since an escape inside a token would hide it.
 */
export function liveOutput(redactor: Redactor, tell: (text: string) => void): LiveOutput {
  const decoder = new TextDecoder();
  const escapes = sanitizeStream();
  const secrets = redactor.stream();
  const say = (text: string) => text === "" ? undefined : tell(text);
  return {
    push: (chunk) => say(secrets.push(escapes.push(decoder.decode(chunk, { stream: true })))),
    flush: () =>
      say(secrets.push(escapes.push(decoder.decode()) + escapes.flush()) + secrets.flush()),
  };
}
