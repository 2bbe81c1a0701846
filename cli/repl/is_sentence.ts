/** A word as sentences have them, with what may stand behind one. */
const ORDINARY = /^\p{L}[\p{L}\p{M}'\u2019-]*[.,;:!?]*$/u;

/** What no sentence has: a flag, a quote around words, what only a shell understands. */
const COMMANDISH = /^["'`-]|["'`]$|^[|;&<>]+$/;

/**
 * Whether a line that does not parse as a command is a request in plain language rather than a slip:
 * it has at least two ordinary words, and no flag, quoted text or operator.
 *
 * @param line as it was typed.
 *
 * @example
 * ```ts ignore
 * isSentence("undo my last edit please"); // true
 * isSentence("grep"); // false: a verb that lacks its words
 * isSentence("grep needle --colour"); // false: a flag
 * ```
 */
export function isSentence(line: string): boolean {
  const words = line.trim().split(/\s+/);
  return !words.some((word) => COMMANDISH.test(word)) &&
    words.filter((word) => ORDINARY.test(word)).length >= 2;
}
