/**
 * git's wildmatch for paths, compiled to tokens over bytes (as characters 0 to 255), as git compares
 * bytes: `?` is one byte of a longer character.
 */

/** Which bytes may stand at one place. */
export type ByteSet = Uint8Array;

/** One step of a glob: a byte, one of several, a run in one name, a run across folders, folders. */
export type GlobToken = number | ByteSet | "*" | "**" | "**/";

const SLASH = 0x2f;

const ANY_IN_NAME: ByteSet = Uint8Array.from({ length: 256 }, (_, code) => code === SLASH ? 0 : 1);

const POSIX_CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -~\x80-\xff]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/**
 * Compiles one glob.
 *
 * @param glob a byte string, without the marks of a gitignore line (`!`, leading and final `/`).
 * @returns its tokens; undefined when it can never match, as an unclosed `[` or a final `\`.
 */
export function parseGlob(glob: string): GlobToken[] | undefined {
  const tokens: GlobToken[] = [];
  // git compares the part before the first wildcard apart: what follows counts as a beginning.
  const literal = glob.search(/[*?[\\]/);
  let at = 0;
  while (at < glob.length) {
    const char = glob[at]!;
    if (char === "*") {
      const [token, next] = parseStars(glob, at, literal);
      tokens.push(token);
      at = next;
    } else if (char === "?") {
      tokens.push(ANY_IN_NAME);
      at++;
    } else if (char === "[") {
      const parsed = parseClass(glob, at + 1);
      if (parsed === undefined) return undefined;
      tokens.push(parsed.set);
      at = parsed.next;
    } else {
      if (char === "\\") at++;
      if (at >= glob.length) return undefined;
      tokens.push(glob.charCodeAt(at++));
    }
  }
  return tokens;
}

function parseStars(glob: string, at: number, literal: number): [GlobToken, number] {
  let end = at;
  while (glob[end] === "*") end++;
  const opens = at === literal || glob[at - 1] === "/";
  const closes = end === glob.length || glob[end] === "/" || glob.startsWith("\\/", end);
  if (end - at < 2 || !opens || !closes) return ["*", end];
  return glob[end] === "/" ? ["**/", end + 1] : ["**", end];
}

/** Parses what follows a `[`. */
function parseClass(glob: string, start: number): { set: ByteSet; next: number } | undefined {
  const set = new Uint8Array(256);
  let at = start;
  const negated = glob[at] === "!" || glob[at] === "^";
  if (negated) at++;
  let previous = -1;
  for (let first = true; first || glob[at] !== "]"; first = false) {
    if (at >= glob.length) return undefined;
    let code = glob.charCodeAt(at);
    if (glob[at] === "-" && previous >= 0 && at + 1 < glob.length && glob[at + 1] !== "]") {
      at += glob[at + 1] === "\\" ? 2 : 1;
      if (at >= glob.length) return undefined;
      set.fill(1, previous, Math.max(previous, glob.charCodeAt(at) + 1));
      previous = -1;
      at++;
      continue;
    }
    if (glob.startsWith("[:", at)) {
      const end = glob.indexOf("]", at + 2);
      if (end < 0) return undefined;
      if (end > at + 2 && glob[end - 1] === ":") {
        const members = POSIX_CLASSES[glob.slice(at + 2, end - 1)];
        if (members === undefined) return undefined;
        for (let i = 0; i < 256; i++) if (members.test(String.fromCharCode(i))) set[i] = 1;
        previous = -1;
        at = end + 1;
        continue;
      }
    } else if (glob[at] === "\\") {
      if (++at >= glob.length) return undefined;
      code = glob.charCodeAt(at);
    }
    set[code] = 1;
    previous = code;
    at++;
  }
  if (negated) { for (let i = 0; i < 256; i++) set[i] = set[i] === 1 ? 0 : 1; }
  set[SLASH] = 0;
  return { set, next: at + 1 };
}

/** The source of a regular expression for tokens, to be anchored by the caller. */
export function globSource(tokens: readonly GlobToken[]): string {
  return tokens.map((token) => {
    if (token === "*") return "[^/]*";
    if (token === "**") return "[^]*";
    if (token === "**/") return "(?:[^]*/)?";
    if (typeof token === "number") return hex(token);
    return setSource(token);
  }).join("");
}

function setSource(set: ByteSet): string {
  const ranges: string[] = [];
  let only = 0;
  for (let from = 0; from < 256; from++) {
    if (set[from] !== 1) continue;
    let to = from;
    while (set[to + 1] === 1) to++;
    only += to - from + 1;
    ranges.push(from === to ? hex(from) : `${hex(from)}-${hex(to)}`);
    from = to;
  }
  return only === 1 ? ranges[0]! : `[${ranges.join("")}]`;
}

function hex(code: number): string {
  const char = String.fromCharCode(code);
  if (/[\w/]/.test(char)) return char;
  return `\\x${code.toString(16).padStart(2, "0")}`;
}

/**
 * Matches tokens against a whole byte string in time length × tokens, however many stars there are:
 * for globs with which a backtracking regular expression could be made to run for hours.
 */
export function matchTokens(tokens: readonly GlobToken[], text: string): boolean {
  let states = new Uint8Array(tokens.length + 1);
  let next = new Uint8Array(tokens.length + 1);
  const inside = new Uint8Array(tokens.length + 1);
  states[0] = 1;
  skipEmpty(tokens, states, inside);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    next.fill(0);
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at]!;
      if (token === "**/") {
        if (states[at] === 1) inside[at] = 1;
        if (inside[at] === 1 && code === SLASH) next[at + 1] = 1;
      } else if (states[at] !== 1) continue;
      else if (token === "**" || (token === "*" && code !== SLASH)) next[at] = 1;
      else if (token === code || (typeof token === "object" && token[code] === 1)) next[at + 1] = 1;
    }
    [states, next] = [next, states];
    skipEmpty(tokens, states, inside);
  }
  return states[tokens.length] === 1;
}

/** Adds the states that are reached without reading a byte. */
function skipEmpty(tokens: readonly GlobToken[], states: Uint8Array, inside: Uint8Array): void {
  for (let at = 0; at < tokens.length; at++) {
    if (states[at] !== 1 || typeof tokens[at] !== "string") continue;
    if (tokens[at] === "**/") inside[at] = 1;
    states[at + 1] = 1;
  }
}
