import { isBoundedRegex } from "./is_bounded_regex.ts";

const FLAGS = /^(?:\(\?[ims]+\))*/;

/**
 * Compiles a pattern for lines of code; what is no regular expression is looked for as it stands.
 *
 * @returns undefined for an expression that could run away: the file is content of the repository.
 */
export function codePattern(pattern: string): RegExp | undefined {
  const flags = FLAGS.exec(pattern)![0];
  const source = pattern.slice(flags.length);
  try {
    const regex = new RegExp(source, [...new Set(flags.match(/[ims]/g))].join(""));
    return isBoundedRegex(source) ? regex : undefined;
  } catch {
    return new RegExp(RegExp.escape(pattern));
  }
}
