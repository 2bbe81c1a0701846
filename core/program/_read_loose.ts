import type { Json } from "../store/types.ts";

/** A value that was read, and where it ended. */
export interface LooseValue {
  readonly value: Json;
  readonly end: number;
  readonly truncated: boolean;
}

/** Nesting beyond this is no answer to anything, and would overflow the stack. */
const DEPTH = 200;

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["null", null],
  ["None", null],
  ["undefined", null],
]);

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  "\n": "",
};

const SPACE = /(?:\s|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$))*/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /[\p{L}_$][\p{L}\p{N}_$-]*/uy;

/** Thrown inside only. */
const NO_VALUE = Symbol("no value");

/**
 * Reads one value from `start` on in JSON as models write it.
 *
 * @returns undefined when there is none.
 */
export function readLoose(text: string, start: number): LooseValue | undefined {
  let at = start;
  let truncated = false;

  try {
    const value = readValue(0);
    return { value, end: at, truncated };
  } catch (thrown) {
    if (thrown === NO_VALUE) return undefined;
    throw thrown;
  }

  function readValue(depth: number): Json {
    if (depth > DEPTH) throw NO_VALUE;
    const first = text[at];
    if (first === "{") return readObject(depth);
    if (first === "[") return readList(depth);
    if (first === '"' || first === "'") return readString(first);
    return readBare();
  }

  function readObject(depth: number): Json {
    const found: Record<string, Json> = {};
    at++;
    for (;;) {
      skip();
      if (ended()) return found;
      if (text[at] === "}") return at++, found;
      const key = readKey();
      skip();
      if (ended()) return found;
      if (text[at] !== ":") throw NO_VALUE;
      at++;
      skip();
      if (ended()) return found;
      put(found, key, readValue(depth + 1));
      skip();
      if (text[at] === ",") at++;
    }
  }

  function readList(depth: number): Json {
    const found: Json[] = [];
    at++;
    for (;;) {
      skip();
      if (ended()) return found;
      if (text[at] === "]") return at++, found;
      found.push(readValue(depth + 1));
      skip();
      if (text[at] === ",") at++;
    }
  }

  function readKey(): string {
    const first = text[at];
    if (first === '"' || first === "'") return readString(first);
    const word = take(WORD) ?? take(NUMBER);
    if (word === undefined) throw NO_VALUE;
    return word;
  }

  function readString(quote: string): string {
    const fence = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
    at += fence.length;
    let found = "";
    while (at < text.length) {
      if (text.startsWith(fence, at)) return at += fence.length, found;
      found += text[at] === "\\" ? readEscape() : text[at++];
    }
    truncated = true;
    return found;
  }

  function readEscape(): string {
    const letter = text[at + 1];
    if (letter === undefined) return at++, "";
    if (letter === "u") {
      const hex = /^[\da-fA-F]{4}/.exec(text.slice(at + 2, at + 6));
      if (hex !== null) return at += 6, String.fromCharCode(parseInt(hex[0], 16));
    }
    at += 2;
    // What JSON does not know as an escape was meant as it stands, as in `\d`; a quote is a quote.
    return ESCAPES[letter] ?? (/["'\\/]/.test(letter) ? letter : `\\${letter}`);
  }

  function readBare(): Json {
    const digits = take(NUMBER);
    if (digits !== undefined) {
      const number = Number(digits);
      if (Number.isFinite(number)) return number;
      throw NO_VALUE;
    }
    const word = take(WORD);
    const value = word === undefined ? undefined : WORDS.get(word);
    if (value !== undefined) return value;
    // The end of the text may have cut a number or a word in two: no value is better than half one.
    if (word !== undefined && at >= text.length && [...WORDS.keys()].some(startsWith(word))) {
      truncated = true;
      return null;
    }
    throw NO_VALUE;
  }

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found[0];
  }

  function skip(): void {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = Math.max(at, SPACE.lastIndex);
  }

  function ended(): boolean {
    if (at < text.length) return false;
    truncated = true;
    return true;
  }
}

function startsWith(word: string): (whole: string) => boolean {
  return (whole) => whole.startsWith(word);
}

/** Where objects have a `__proto__` setter, an assignment would go astray; Deno has none. */
function put(into: Record<string, Json>, key: string, value: Json): void {
  if (key !== "__proto__") into[key] = value;
  else Object.defineProperty(into, key, { value, enumerable: true, writable: true });
}
