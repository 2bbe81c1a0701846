import { closest } from "../../core/closest.ts";

/** A line whose first word is no command, taken for a slip. */
export interface Slip {
  /** The word. */
  readonly word: string;
  /** Commands with names like it, best first; often none. */
  readonly near: readonly string[];
}

/** Words that begin a request rather than a mistyped command. */
const STARTERS =
  /^(what|where|why|how|who|which|when|is|are|does|do|did|can|show|list|find|explain|describe|tell|give|fix|add|make|create|please|git)$/i;

/**
 * Tells a mistyped command from a request in plain language: one unknown word, a flag behind it, or
 * a word near a command's name with something behind it that no sentence has.
 *
 * @param words of a line whose first word is no command; a word with blanks in it is a sentence.
 * @param names of all commands.
 * @returns undefined for a request.
 */
export function slipOf(words: readonly string[], names: readonly string[]): Slip | undefined {
  const [word = "", ...rest] = words;
  if (/\s/.test(word.trim())) return undefined;
  if (STARTERS.test(word) && rest.length > 0) return undefined;
  const near = closest(word.toLowerCase(), names);
  const sentence = rest.length >= 2 && !rest.some((word) => /[/\\*]/.test(word));
  const slip = rest.length === 0 || rest.some((word) => word.startsWith("-")) ||
    (near.length > 0 && !sentence);
  return slip ? { word, near } : undefined;
}
