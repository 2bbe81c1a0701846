import { UserError } from "../errors.ts";
import { showControls } from "./terminal.ts";

/** Longest command line, in bytes. */
const MAX_BYTES = 8 * 1024;

/**
 * Finds a letter that is no plain text: controls, all that is invisible or looks like a blank, what turns
 * the writing direction, full-width forms, lone surrogates, unassigned code points.
 */
const strangeIn = (text: string): RegExpExecArray | null =>
  // Made here and not above: its tables take a millisecond of each start.
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uff00-\uffef]|(?! )\p{Zs}/u.exec(text);

/** What has a meaning to a shell outside quotes, by the rule that refuses it. */
const MEANINGS: readonly [rule: string, what: string, characters: string][] = [
  ["command.operator", "the shell operator", ";&|()<>"],
  ["command.expansion", "the expansion", "$`"],
  ["command.glob", "the pattern", "*?["],
  ["command.brace", "the brace", "{}"],
];

/** Characters with a meaning only where a word begins. */
const AT_START: Readonly<Record<string, [rule: string, what: string]>> = {
  "#": ["command.comment", "the comment"],
  "~": ["command.expansion", "the home folder"],
  "!": ["command.operator", "the shell operator"],
  "=": ["command.expansion", "the expansion"],
};

/**
 * Splits a command line into words, or refuses it: no shell ever reads it, so whatever would mean
 * something to a shell is an error. Known are plain words, `'…'`, `"…"` and `\` before a blank or
 * punctuation. Takes time in proportion to the length.
 *
 * @throws {UserError} `refused`, with the rule's id and the offending thing.
 *
 * @example
 * ```ts
 * import { parseWords } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseWords(`grep -n "two words" src/a.ts`), ["grep", "-n", "two words", "src/a.ts"]);
 * assert.throws(() => parseWords("cat a; rm b"), /shell operator/);
 * ```
 */
export function parseWords(text: string): string[] {
  checkCharacters(text);
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const c = text[at]!;
    if (c === " ") {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
      continue;
    }
    if (word === undefined) checkStart(text, at, words.length === 0);
    const [piece, end] = readPiece(text, at);
    word = (word ?? "") + piece;
    at = end;
  }
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw refused("command.empty", "its emptiness");
  return words;
}

/**
 * Checks an argv: that there is a program, and no letter in it that a person would not see.
 *
 * @throws {UserError} `refused`, as {@linkcode parseWords}.
 */
export function checkArgv(argv: readonly string[]): readonly string[] {
  if (argv.length === 0 || argv[0] === "") throw refused("command.empty", "its emptiness");
  checkCharacters(argv.join(" "));
  return argv;
}

/**
 * Checks words that something else split already, as a real shell does: whoever wrote an operator
 * into one meant a shell that is not there.
 *
 * @throws {UserError} `refused`, as {@linkcode parseWords}.
 */
export function checkWords(words: readonly string[]): readonly string[] {
  for (const word of checkArgv(words)) {
    const found = /[;&|<>`]|\$[({\w]/.exec(word)?.[0];
    if (found === undefined) continue;
    const rule = /[$`]/.test(found) ? "command.expansion" : "command.operator";
    throw refused(
      rule,
      `"${found}" in the word ${quote(word)}`,
      "quote the whole line as one word",
    );
  }
  return words;
}

/**
 * Words as one line that {@linkcode parseWords} splits into the same words again.
 */
export function joinWords(words: readonly string[]): string {
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  if (/^[\w@%+,./:-][\w@%+=,./:-]*$/.test(word)) return word;
  return `'${showControls(word).replaceAll("'", `'\\''`)}'`;
}

function checkCharacters(text: string): void {
  if (text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES) {
    throw refused("command.length", `a command of more than ${MAX_BYTES} bytes`);
  }
  const strange = strangeIn(text);
  if (strange === null) return;
  const code = strange[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  throw refused(
    "command.character",
    `the character U+${code} in ${JSON.stringify(showControls(text))}`,
  );
}

function checkStart(text: string, at: number, isFirst: boolean): void {
  const found = AT_START[text[at]!];
  if (found) throw refused(found[0], `${found[1]} "${text[at]}"`);
  const rest = text.slice(at, at + 80);
  if (isFirst && /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/.test(rest)) {
    throw refused("command.assignment", `the assignment "${rest.split(" ", 1)[0]}"`);
  }
}

/** Reads quotes, an escape or one plain character; returns its text and where it ends. */
function readPiece(text: string, at: number): [string, number] {
  const c = text[at]!;
  if (c === "'") return readSingle(text, at);
  if (c === '"') return readDouble(text, at);
  if (c === "\\") return readEscape(text, at);
  if (c === "~" && /[=:]/.test(text[at - 1] ?? "")) {
    throw refused("command.expansion", 'the home folder "~"');
  }
  const found = MEANINGS.find(([, , characters]) => characters.includes(c));
  if (found) throw refused(found[0], `${found[1]} "${c}"`);
  return [c, at + 1];
}

function readSingle(text: string, at: number): [string, number] {
  const end = text.indexOf("'", at + 1);
  if (end < 0) throw refused("command.quote", "a ' without its end");
  return [text.slice(at + 1, end), end + 1];
}

function readDouble(text: string, start: number): [string, number] {
  let piece = "";
  for (let at = start + 1; at < text.length; at++) {
    const c = text[at]!;
    if (c === '"') return [piece, at + 1];
    if (c === "$" || c === "`") throw refused("command.expansion", `the expansion "${c}"`);
    const escapes = c === "\\" && '"\\$`'.includes(text[at + 1] ?? " ");
    piece += escapes ? text[++at] : c;
  }
  throw refused("command.quote", 'a " without its end');
}

function readEscape(text: string, at: number): [string, number] {
  const next = text[at + 1];
  if (next === undefined || /[\w\P{ASCII}]/u.test(next)) {
    throw refused("command.escape", `the escape "\\${next ?? ""}"`);
  }
  return [next, at + 2];
}

function refused(
  rule: string,
  what: string,
  hint = "give one program with plain words; no shell reads it",
): UserError {
  return new UserError("refused", `the command is not run because of ${what}`, { rule, hint });
}
