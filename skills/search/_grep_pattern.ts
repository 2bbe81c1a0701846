import { UserError } from "../../core/errors.ts";

/** A pattern as expressions for whole texts in which no match can leave its line. */
export interface GrepPattern {
  /** Source for texts whose only line ends are `\n`. */
  readonly source: string;
  /** The same for texts with lone `\r` or U+2028, which JavaScript takes for line ends, too. */
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

/** What `\s` means, without `\n`. */
const SPACE =
  "\\t\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: "\\t ",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: SPACE,
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
 * `\w`, `\d` and `\b` know ASCII only, and back-references and look-around work.
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
  const parts = fixed ? [RegExp.escape(pattern)] : translate(body, pattern);
  const source = parts.join("");
  const strict = parts.map((part) => STRICT[part] ?? part).join("");
  try {
    new RegExp(source, flags);
  } catch (error) {
    throw invalid(pattern, reason(error));
  }
  return { source, strict, flags, linear: fixed || isLinear(parts) };
}

/** Ends of lines that only `\n` makes. */
const STRICT: Readonly<Record<string, string>> = { "^": "(?<![^\\n])", "$": "(?![^\\n])" };

const TOKEN =
  /\\[pP](?:\{[^}]*\}|[^])|\\x\{[0-9a-fA-F]+\}|\\u(?:\{[0-9a-fA-F]+\}|[0-9a-fA-F]{4})|\\x[0-9a-fA-F]{2}|\\k<\w+>|\\[^]|\(\?P?<(?![=!])|\{\d+(?:,\d*)?\}|[^]/uy;

function translate(body: string, pattern: string): string[] {
  const parts: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(body); match !== null; match = TOKEN.exec(body)) {
    const token = match[0];
    if (token !== "[") {
      parts.push(outside(token, pattern));
      continue;
    }
    const { source, next } = translateClass(body, match.index, pattern);
    parts.push(source);
    TOKEN.lastIndex = next;
  }
  return parts;
}

/** A token that is not in a class. */
function outside(token: string, pattern: string): string {
  if (token === ".") return "[^\\n]";
  if (token === "{" || token === "}" || token === "]") return `\\${token}`;
  if (token === "(?P<") return "(?<";
  if (token === "\\s") return `[${SPACE}]`;
  if (token === "\\W" || token === "\\D") return `[^\\${token[1]!.toLowerCase()}\\n]`;
  if (token.startsWith("\\P")) return `(?:(?!\\n)${unbraced(token)})`;
  if (token === "\\<") return "\\b(?=\\w)";
  if (token === "\\>") return "\\b(?<=\\w)";
  if (token === "\\A") return "^";
  if (token === "\\z" || token === "\\Z") return "$";
  return escape(token, pattern);
}

function translateClass(
  body: string,
  start: number,
  pattern: string,
): { source: string; next: number } {
  const negated = body[start + 1] === "^";
  const items: string[] = [];
  let holdsNewline = false;
  TOKEN.lastIndex = start + (negated ? 2 : 1);
  while (true) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(body)?.[0];
    if (token === undefined) throw invalid(pattern, "unclosed [");
    if (token === "]" && items.length > 0) break;
    const posix = token === "[" ? /^\[:(\^?)(\w+):\]/.exec(body.slice(at, at + 16)) : null;
    if (posix !== null) {
      const members = POSIX_CLASSES[posix[2]!];
      if (members === undefined || posix[1] !== "") throw invalid(pattern, `no class ${posix[0]}`);
      items.push(members);
      TOKEN.lastIndex = at + posix[0].length;
      continue;
    }
    if (/^\\[WDP]/.test(token)) holdsNewline = true;
    if (token === "\\s") items.push(SPACE);
    else if (token === "]" || token === "[") items.push(`\\${token}`);
    else items.push(token === "\\-" ? token : escape(token, pattern));
  }
  const next = TOKEN.lastIndex;
  const members = items.join("");
  if (negated) return { source: `[^${members}\\n]`, next };
  return { source: holdsNewline ? `(?:(?!\\n)[${members}])` : `[${members}]`, next };
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
function isLinear(parts: readonly string[]): boolean {
  let choices = 0;
  let depth = 0;
  for (const [index, part] of parts.entries()) {
    if (part === "*" || part === "+" || /^\\(?:[1-9]|k)/.test(part)) return false;
    if (part.startsWith("(")) depth++;
    if (part === ")") depth--;
    if (part === "?" || (part === "|" && depth > 0)) choices++;
    if (!part.startsWith("{")) continue;
    const [least, most = least] = part.slice(1, -1).split(",").map((count) => Number(count));
    if (part.endsWith(",}") || most! > MAX_REPEATS || parts[index - 1] === ")") return false;
    if (least !== most) choices += Math.log2(MAX_REPEATS);
  }
  return choices <= MAX_CHOICES && !/\(\?<?[=!]/.test(parts.join(""));
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
