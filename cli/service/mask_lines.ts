import type { LogMask } from "../../core/logs/mask_log.ts";

/** Lines of a private key at most; what goes on for longer is none. */
const MOST_KEY_LINES = 120;

/** Lines that were masked. */
export interface MaskedLines {
  readonly lines: readonly string[];
  /** They went their way; without this call they come again. */
  done(): void;
}

/**
 * Makes what masks the lines of one source for who is not on this machine, each by itself: as many
 * come out as go in. A private key may lie over many calls.
 */
export function createLineMask(mask: LogMask): (lines: readonly string[]) => MaskedLines {
  /** Lines of a key so far; 0 outside of one. */
  let before = 0;
  return (given) => {
    let inKey = before;
    const lines = given.map((line) => {
      const begins = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(line);
      if (begins) inKey = 1;
      if (inKey === 0) return mask(line);
      const ends = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY/.test(line);
      // Headers, base64, and what a logger puts before each line.
      inKey = ends || inKey > MOST_KEY_LINES ? 0 : inKey + 1;
      return "[redacted]";
    });
    return { lines, done: () => void (before = inKey) };
  };
}
