import { UserError } from "../../core/errors.ts";
import { type ScannedWord, scanWords } from "./_scan_words.ts";

/** One command of a line. */
export interface LineCommand {
  readonly words: readonly string[];
  /** As it was typed, without blanks around it: for natural language. */
  readonly raw: string;
}

/** What only a shell would do something with. */
const OPERATORS = new Set(["|", "||", ";", "&", ">", ">>", "<", "<<", "2>", "&>"]);

/**
 * Splits a line of the REPL into commands at `&&`, and each into words by a shell's quoting. It is
 * no shell: nothing is expanded, and pipes and redirections are refused. A line whose first word
 * is no verb should go to the agent as it is: see {@linkcode firstWord}.
 *
 * @returns the commands; none for an empty line.
 * @throws {UserError} `usage` for an open quote, an operator, or nothing beside an `&&`.
 */
export function splitLine(line: string): LineCommand[] {
  const words = scanWords(line);
  const open = words.at(-1)?.open;
  if (open !== undefined) {
    throw new UserError("usage", `the quote ${open} is not closed`, {
      hint: "close it, or write a backslash before it",
    });
  }
  const operator = words.find((word) => !word.quoted && OPERATORS.has(word.text));
  if (operator !== undefined) {
    throw new UserError("usage", `"${operator.text}" means nothing here, this is no shell`, {
      hint: "put it in quotes to use it as a word; && runs one command after another",
    });
  }
  if (words.length === 0) return [];
  return groups(words).map((group) => {
    const [first] = group;
    if (first === undefined) {
      throw new UserError("usage", "&& needs a command on both sides");
    }
    return {
      words: group.map((word) => word.text),
      raw: line.slice(first.start, group.at(-1)!.end),
    };
  });
}

/** The first word of a line, also of one that {@linkcode splitLine} refuses; empty for none. */
export function firstWord(line: string): string {
  const [first] = scanWords(line);
  return first?.kind === "word" ? first.text : "";
}

/**
 * Writes a word so that it is read back as one.
 *
 * @param quote the quote to use. Default: none where none is needed.
 */
export function quoteWord(word: string, quote?: '"' | "'"): string {
  if (quote === undefined && /^[^\s"'\\&|;<>]+$/.test(word)) return word;
  if (quote === "'" && !word.includes("'")) return `'${word}'`;
  return `"${word.replace(/["\\]/g, "\\$&")}"`;
}

function groups(words: readonly ScannedWord[]): ScannedWord[][] {
  const all: ScannedWord[][] = [[]];
  for (const word of words) {
    if (word.kind === "and") all.push([]);
    else all.at(-1)!.push(word);
  }
  return all;
}
