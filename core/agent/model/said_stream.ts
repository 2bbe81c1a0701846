import type { LMDelta } from "../../lm/types.ts";
import type { Redactor, RedactorStream } from "../../safety/redact.ts";
import { sanitizeStream } from "../../safety/sanitize_stream.ts";

/** A reply on its way to whoever reads it as it is written. */
export interface SaidStream {
  /** Takes the next piece. */
  push(delta: LMDelta): void;
  /** Tells what was held back because more could have followed. */
  flush(): void;
}

/**
 * Cleans a reply as it comes: what would act on a terminal is taken out, then secrets, also when they
 * come in pieces. Words are told at once; only what may begin a secret waits for what follows.
 *
 * @param tell gets each piece that is left.
 */
export function saidStream(
  redactor: Pick<Redactor, "stream">,
  tell: (delta: LMDelta) => void,
): SaidStream {
  const thinking = cleaner(redactor);
  const text = cleaner(redactor);
  const think = (piece: string) => piece === "" ? undefined : tell({ thinking: piece });
  const say = (piece: string) => piece === "" ? undefined : tell({ text: piece });
  return {
    push(delta) {
      if (delta.thinking) think(thinking.push(delta.thinking));
      if (!delta.text) return;
      think(thinking.flush());
      say(text.push(delta.text));
    },
    flush() {
      think(thinking.flush());
      say(text.flush());
    },
  };
}

function cleaner(redactor: Pick<Redactor, "stream">): RedactorStream {
  const escapes = sanitizeStream();
  const secrets = redactor.stream({ eager: true });
  return {
    push: (piece) => secrets.push(escapes.push(piece)),
    flush: () => secrets.push(escapes.flush()) + secrets.flush(),
  };
}
