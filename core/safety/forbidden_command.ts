import { nameOf } from "../workspace/path_parts.ts";
import type { Preferences } from "./preferences.ts";

/**
 * The rule of the preferences that forbids a command. A rule's words must stand in the command in
 * their order, anywhere, with nothing but options and their values between them; the case makes no
 * difference. A last word that ends in a sign, as `if=`, stands for all that begin so. A word with
 * blanks, as `sh -c` takes, is looked into.
 *
 * @param argv program and arguments.
 */
export function forbiddenCommand(
  argv: readonly string[],
  { forbidden_commands: rules }: Pick<Preferences, "forbidden_commands">,
): string | undefined {
  const lines = [argv, ...argv.filter((word) => /\s/.test(word)).map(wordsOf)]
    .map((line) => line.map((word) => word.toLowerCase()));
  return rules.find((rule) => {
    const words = wordsOf(rule.toLowerCase());
    return words.length > 0 && lines.some((line) => holds(line, words));
  });
}

function holds(line: readonly string[], words: readonly string[]): boolean {
  return line.some((_, start) => fitsAt(line, start, words));
}

function fitsAt(line: readonly string[], start: number, words: readonly string[]): boolean {
  let at = start;
  for (const [i, word] of words.entries()) {
    while (i > 0 && at < line.length && !fits(line[at]!, word, i, words) && isOption(line, at)) {
      at++;
    }
    if (at >= line.length || !fits(line[at]!, word, i, words)) return false;
    at++;
  }
  return true;
}

function fits(given: string, word: string, i: number, words: readonly string[]): boolean {
  if (given === word || (i === 0 && nameOf(given) === word)) return true;
  return i === words.length - 1 && /[^\p{L}\p{N}]$/u.test(word) && given.startsWith(word);
}

/** An option, a setting, or the value right behind an option. */
function isOption(line: readonly string[], at: number): boolean {
  return /^-|=/.test(line[at]!) || (at > 0 && line[at - 1]!.startsWith("-"));
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
