import { stem } from "./_stem.ts";

/** One word as the index sees it. */
export interface Word {
  /** The whole identifier in lower case, when it has parts; else undefined. */
  readonly whole: string | undefined;
  /** Its parts, or the word itself: in lower case, stemmed. */
  readonly parts: readonly string[];
}

// In functions: a process that searches nothing does not load the tables of these classes.
const wordsIn = (text: string) => text.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
const withoutMarks = (text: string) => text.replace(/\p{M}/gu, "");
const piecesOf = (word: string) =>
  word.split(/_+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);
const LONGEST = 128;
const CACHE_SIZE = 200_000;

/** Source text repeats its words: a look-up costs a tenth of taking one apart. */
const cache = new Map<string, Word & { readonly joined: string }>();

/**
 * The terms of a text, separated by blanks, for the index: each word, and for an identifier the
 * whole of it and each part. Both stores index this, so they find and rank alike.
 */
export function termText(text: string): string {
  const terms: string[] = [];
  for (const word of wordsIn(text)) {
    const { joined } = analyse(word);
    if (joined !== "") terms.push(joined);
  }
  return terms.join(" ");
}

/** The different words of a query, in order. */
export function queryWords(query: string, limit = 64): Word[] {
  const words = new Map<string, Word>();
  for (const text of wordsIn(query)) {
    const word = analyse(text);
    if (word.joined !== "") words.set(word.joined, word);
    if (words.size === limit) break;
  }
  return [...words.values()];
}

function analyse(word: string): Word & { readonly joined: string } {
  let known = cache.get(word);
  if (known !== undefined) return known;
  known = takeApart(word);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(word, known);
  return known;
}

function takeApart(word: string): Word & { readonly joined: string } {
  // deno-lint-ignore no-control-regex -- the ASCII range
  const plain = /^[\x00-\x7f]*$/.test(word) ? word : fold(word);
  const pieces = piecesOf(plain).filter((piece) => piece !== "");
  if (plain.length > LONGEST || pieces.length === 0) {
    return { whole: undefined, parts: [], joined: "" };
  }
  const parts = pieces.map((piece) => stem(piece.toLowerCase())).filter(isTerm);
  const whole = plain.toLowerCase();
  if (pieces.length === 1 && pieces[0]!.length === plain.length) {
    return { whole: undefined, parts, joined: parts.join(" ") };
  }
  return { whole, parts, joined: [whole, ...parts].join(" ") };
}

/** Without accents and compatibility forms: people type `resume` for `r\u00e9sum\u00e9`. */
function fold(word: string): string {
  return withoutMarks(word.normalize("NFKD")).normalize("NFC");
}

function isTerm(part: string): boolean {
  return part.length > 1 || part.charCodeAt(0) > 0x7f;
}
