import { UserError } from "../../core/errors.ts";

/** A pattern as expressions for whole texts in which no match can leave its line. */
export interface GrepPattern {
  /** Source for ASCII texts whose only line ends are `\n`. */
  readonly source: string;
  /** The same for all texts: words are Unicode's, and only `\n` ends a line. Slower. */
  readonly strict: string;
  readonly flags: string;
  /** Whether it takes linear time whatever the text, so that it may run where it cannot be stopped. */
  readonly linear: boolean;
}

/** Options of {@linkcode compilePattern}. */
export interface PatternOptions {
  /** Take the pattern for plain text. */
  readonly fixed?: boolean;
  readonly ignoreCase?: boolean;
}

/** How the two sources say the same. */
interface Dialect {
  /** Members of the classes `\w`, `\d`, and `\s` without `\n`. */
  readonly word: string;
  readonly digit: string;
  readonly space: string;
  readonly start: string;
  readonly end: string;
  readonly boundary: string;
  readonly noBoundary: string;
}

const ASCII: Dialect = {
  word: "\\w",
  digit: "\\d",
  space: "\\t\\v\\f\\r ",
  start: "^",
  end: "$",
  boundary: "\\b",
  noBoundary: "\\B",
};

const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}";

const STRICT: Dialect = {
  word: WORD,
  digit: "\\p{Nd}",
  space: "\\t\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000",
  start: "^(?<![\\r\\u2028\\u2029])",
  end: "$(?![\\r\\u2028\\u2029])",
  boundary: `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  noBoundary: `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
};

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: "\\t ",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\t\\v\\f\\r ",
  upper: "A-Z",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};

/** More choices than this, and even an expression without repetition may take too long. */
const MAX_CHOICES = 12;

/** A repetition that may happen more often counts as an open one. */
const MAX_REPEATS = 64;

const NO_NEWLINE = "a match stays within one line, so \\n never matches";

/**
 * Turns a pattern into a regular expression with the meaning it has in ripgrep: matches stay within
 * one line, `^` and `$` are ends of lines, `(?i)` in front ignores case, `(?P<n>…)`, `[[:alpha:]]`,
 * `\<`, `\A` and `\z` work, needless escapes and lone braces are taken literally. Other than there,
 * back-references and look-around work.
 *
 * @throws {UserError} `usage` naming the pattern when it is invalid.
 */
export function compilePattern(
  pattern: string,
  { fixed = false, ignoreCase = false }: PatternOptions = {},
): GrepPattern {
  if (pattern.includes("\n")) throw invalid(pattern, NO_NEWLINE);
  const prefix = fixed ? null : /^\(\?([imsu]+)\)/.exec(pattern);
  const body = pattern.slice(prefix?.[0].length ?? 0);
  const ignored = ignoreCase || prefix?.[1]?.includes("i") === true;
  const flags = `gmu${ignored ? "i" : ""}`;
  const parts = fixed ? [RegExp.escape(pattern)] : translate(body, pattern, ASCII);
  const source = parts.join("");
  const strict = fixed ? source : translate(body, pattern, STRICT).join("");
  try {
    new RegExp(source, flags);
    new RegExp(strict, flags);
  } catch (error) {
    throw invalid(pattern, reason(error));
  }
  return { source, strict, flags, linear: fixed || isLinear(parts, body) };
}

const TOKEN =
  /\\[pP](?:\{[^}]*\}|[^])|\\x\{[0-9a-fA-F]+\}|\\u(?:\{[0-9a-fA-F]+\}|[0-9a-fA-F]{4})|\\x[0-9a-fA-F]{2}|\\k<\w+>|\\[^]|\(\?P?<(?![=!])|\{\d+(?:,\d*)?\}|[^]/uy;

function translate(body: string, pattern: string, dialect: Dialect): string[] {
  const parts: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(body); match !== null; match = TOKEN.exec(body)) {
    const token = match[0];
    if (token === "[") {
      const { source, next } = translateClass(body, match.index, pattern, dialect);
      parts.push(source);
      TOKEN.lastIndex = next;
    } else parts.push(outside(token, pattern, dialect));
  }
  return parts;
}

/** A token that is not in a class. */
function outside(token: string, pattern: string, dialect: Dialect): string {
  const { word, start, end, boundary, noBoundary } = dialect;
  if (token === ".") return "[^\\n]";
  if (token === "^" || token === "\\A") return start;
  if (token === "$" || token === "\\z" || token === "\\Z") return end;
  if (token === "\\b") return boundary;
  if (token === "\\B") return noBoundary;
  if (token === "\\<") return `(?<![${word}])(?=[${word}])`;
  if (token === "\\>") return `(?<=[${word}])(?![${word}])`;
  if (token === "{" || token === "}" || token === "]") return `\\${token}`;
  if (token === "(?P<") return "(?<";
  const members = classMembers(token, dialect);
  if (members !== undefined) return `[${members}]`;
  const excluded = complement(token, dialect);
  return excluded === undefined ? escape(token, pattern) : `[^${excluded}\\n]`;
}

/** What `\w`, `\d` and `\s` stand for. */
function classMembers(token: string, { word, digit, space }: Dialect): string | undefined {
  if (token === "\\w") return word;
  if (token === "\\d") return digit;
  return token === "\\s" ? space : undefined;
}

/** What `\W`, `\D`, `\S` and `\P` leave out. */
function complement(token: string, dialect: Dialect): string | undefined {
  if (token.startsWith("\\P")) return unbraced(token.replace("P", "p"));
  return /^\\[WDS]$/.test(token) ? classMembers(token.toLowerCase(), dialect) : undefined;
}

function translateClass(
  body: string,
  start: number,
  pattern: string,
  dialect: Dialect,
): { source: string; next: number } {
  const negated = body[start + 1] === "^";
  const members: string[] = [];
  const excluded: string[] = [];
  TOKEN.lastIndex = start + (negated ? 2 : 1);
  while (true) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(body)?.[0];
    if (token === undefined) throw invalid(pattern, "unclosed [");
    if (token === "]" && members.length + excluded.length > 0) break;
    const posix = token === "[" ? /^\[:\^?\w+:\]/.exec(body.slice(at, at + 16))?.[0] : undefined;
    const left = complement(token, dialect);
    if (posix !== undefined) {
      members.push(posixMembers(posix, pattern));
      TOKEN.lastIndex = at + posix.length;
    } else if (left !== undefined) excluded.push(left);
    else members.push(classMembers(token, dialect) ?? classItem(token, pattern));
  }
  return { source: classSource(negated, members.join(""), excluded), next: TOKEN.lastIndex };
}

function posixMembers(name: string, pattern: string): string {
  const members = POSIX_CLASSES[name.slice(2, -2)];
  if (members === undefined) throw invalid(pattern, `no class ${name}`);
  return members;
}

function classItem(token: string, pattern: string): string {
  if (token === "]" || token === "[") return `\\${token}`;
  return token === "\\-" ? token : escape(token, pattern);
}

/** A class that never matches a newline; a complement in it needs an expression of its own. */
function classSource(negated: boolean, members: string, excluded: readonly string[]): string {
  if (negated) {
    const inside = excluded.map((left) => `(?=[${left}])`).join("");
    return inside === "" ? `[^${members}\\n]` : `(?:${inside}[^${members}\\n])`;
  }
  if (excluded.length === 0) return `[${members}]`;
  const choices = excluded.map((left) => `[^${left}\\n]`);
  return `(?:${[...(members === "" ? [] : [`[${members}]`]), ...choices].join("|")})`;
}

/** What Rust and Perl let be escaped and Unicode mode does not; `\n`, which no line holds. */
function escape(token: string, pattern: string): string {
  if (token === "\\n") throw invalid(pattern, NO_NEWLINE);
  if (token === "\\a") return "\\x07";
  if (/^\\x\{/.test(token)) return `\\u${token.slice(2)}`;
  if (token.startsWith("\\p")) return unbraced(token);
  return /^\\[ !"#%&',\-:;<=>@_`~]$/.test(token) ? token[1]! : token;
}

/** `\pL` is `\p{L}`. */
function unbraced(token: string): string {
  return token[2] === "{" ? token : `${token.slice(0, 2)}{${token[2]}}`;
}

/** No open repetition, no look-around, no back-reference, and few choices. */
function isLinear(parts: readonly string[], body: string): boolean {
  if (/\(\?<?[=!]/.test(body)) return false;
  let choices = 0;
  let depth = 0;
  for (const [index, part] of parts.entries()) {
    if (part === "*" || part === "+" || /^\\(?:[1-9]|k)/.test(part)) return false;
    if (part === "(" || part === "(?<") depth++;
    if (part === ")") depth--;
    if (part === "?" || (part === "|" && depth > 0)) choices++;
    if (!part.startsWith("{")) continue;
    const [least, most = least] = part.slice(1, -1).split(",").map((count) => Number(count));
    if (part.endsWith(",}") || most! > MAX_REPEATS || parts[index - 1] === ")") return false;
    if (least !== most) choices += Math.log2(MAX_REPEATS);
  }
  return choices <= MAX_CHOICES;
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(message.lastIndexOf(": ") + 2).toLowerCase();
}

function invalid(pattern: string, why: string): UserError {
  return new UserError("usage", `invalid regex ${JSON.stringify(pattern)}: ${why}`, {
    hint: "--fixed takes it literally",
  });
}
