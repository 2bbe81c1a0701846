import { UserError } from "../../core/errors.ts";
import { isBoundedRegex } from "../../core/safety/is_bounded_regex.ts";

/** Longest expression, in characters. */
const MAX_LENGTH = 256;

/** Open repetitions at most: each makes the worst case longer by a factor of the text's length. */
const MAX_REPETITIONS = 4;

/** Characters that are searched at once by an expression with more than one open repetition. */
const FIRST = 64;

/** The same with one. */
const FIRST_SIMPLE = 8192;

/** Stands for the rest of a text. */
const NO_END = "\u0001\u0001";

/** Milliseconds that a part of a text may take; the next one is twice as long. */
const MAX_MS = 5;

/**
 * Makes a search that cannot hang: expressions that run away are refused, and one that turns out to
 * be slow on a text is given up.
 *
 * @param source the expression without its slashes.
 * @param name of the parameter, for errors.
 * @throws {UserError} `usage` for an invalid or a dangerous one.
 */
export function searcher(source: string, name: string): (text: string) => boolean {
  const regex = compile(source, name);
  const repetitions = source.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
  if (repetitions > MAX_REPETITIONS || !isBoundedRegex(source)) {
    throw bad(name, source, "takes too long on some texts", "write it without nested repetitions");
  }
  return (text) => {
    // A match may end anywhere, so that a longer part finds what a shorter one did. The end of a
    // part is none of the text: what begins the next keeps `$` from matching there.
    for (let end = repetitions > 1 ? FIRST : FIRST_SIMPLE; end < text.length; end *= 2) {
      const started = performance.now();
      regex.test(text.slice(0, end) + NO_END);
      if (performance.now() - started > MAX_MS) {
        throw bad(name, source, "takes too long on these records", "write it more exactly");
      }
    }
    return regex.test(text);
  };
}

function compile(source: string, name: string): RegExp {
  if (source.length > MAX_LENGTH) {
    const hint = `${MAX_LENGTH} characters at most`;
    throw bad(name, source, `has ${source.length} characters`, hint);
  }
  try {
    return new RegExp(source, "u");
  } catch {
    try {
      return new RegExp(source); // as `\-` and other escapes that "u" refuses
    } catch {
      throw bad(name, source, "is no regular expression", "escape what is meant as it stands");
    }
  }
}

function bad(name: string, source: string, what: string, hint: string): UserError {
  const shown = source.length > 80 ? `${source.slice(0, 80)}…` : source;
  return new UserError("usage", `${name} "${shown}" ${what}`, { hint });
}
