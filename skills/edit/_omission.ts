/** Signs of a comment, a docstring or a bracket that such a line may be wrapped in. */
const WRAPPING =
  /^(?:\/\/+|\/\*+|#+|--+|;+|%+|<!--|\{\/\*|\*+|\(\*|"""|'''|[([{<])+|(?:\*+\/\}?|-->|\*\)|"""|'''|[)\]}>])+$/g;

const DOTS = /^(?:\.{3}|\u2026)/;

const DOTS_FIRST = /^(?:\.{3}|\u2026)\s/;

const LEFT_OUT = new RegExp(
  "\\b(?:rest|remainder|remaining|existing|previous|original|unchanged|same|omitted|" +
    "other|more|snip|truncated|code|implementation|methods?|functions?|content|lines)\\b",
  "i",
);

const PHRASE = new RegExp(
  "^(?:the )?(?:(?:rest|remainder) of (?:the |this |your )?(?:code|file|function|class|method|" +
    "implementation|module|component|content|script)|(?:remaining|existing|previous|original|" +
    "unchanged) (?:code|methods?|functions?|implementation|content|lines|imports)|" +
    "(?:code|implementation|methods?|functions?) (?:omitted|unchanged|remains?|stays?))" +
    "(?: (?:here|unchanged|(?:remains?|stays?|is) (?:the )?(?:same|unchanged)|goes here|omitted|" +
    "as (?:before|is)|below|above|for brevity|follows))*$",
  "i",
);

/**
 * The first line of `fresh` that stands for text left out ("... rest of code ...") and that `old`
 * does not have: written to a file, it would take the place of what it stands for.
 */
export function omissionLine(fresh: string, old: string): string | undefined {
  const known = new Set(old.split("\n").map((line) => line.trim()));
  return fresh.split("\n").map((line) => line.trim())
    .find((line) => !known.has(line) && isOmission(line));
}

function isOmission(line: string): boolean {
  if (line.length > 120 || line === "") return false;
  const body = unwrapped(line);
  const commented = body !== line && !/^[([{"']/.test(line.replace(/^\{\/\*/, "/*"));
  const words = body.replace(/^(?:\.{3,}|\u2026)+|(?:\.{3,}|\u2026)+$/g, "").trim();
  const dotted = words !== body;
  // A bare `...` is Python; a commented one leaves something out.
  if (words === "") return dotted && commented;
  if (PHRASE.test(words.replace(/[.,;:!]+$/, ""))) return commented || dotted;
  if (!LEFT_OUT.test(words) || words.split(/\s+/).length > 8) return false;
  return commented ? DOTS.test(body) : DOTS_FIRST.test(body) && !/[=;({]/.test(words);
}

function unwrapped(line: string): string {
  let body = line;
  for (let before = ""; before !== body;) {
    before = body;
    body = body.replace(WRAPPING, "").trim();
  }
  return body;
}
