import { type CodeFacts, codeFactsOf, NO_FACTS } from "./code_facts.ts";
import { languageOf } from "./grammars.ts";
import { hasPatterns, regexSymbols } from "./_regex_symbols.ts";

/** Longer texts are generated or minified: counted, not parsed. Characters. */
const MAX_PARSED = 1024 * 1024;

/** What is known of one source file. */
export interface FileFacts extends CodeFacts {
  /** Lines of text; a last one without a line end counts. */
  readonly lines: number;
  /** False when the definitions were guessed by patterns, for want of a grammar. */
  readonly exact: boolean;
}

/** Whether a path is source code, by its extension. */
export function isSourceFile(path: string): boolean {
  return languageOf(path) !== undefined || hasPatterns(path);
}

/**
 * Reads the facts of any text file: parsed where there is a grammar, guessed by line patterns for
 * other source code, else only counted. Texts over a million characters are only counted, too.
 *
 * @throws {UserError} `missing` when the grammar cannot be read.
 */
export async function fileFacts(path: string, text: string): Promise<FileFacts> {
  const lines = countLines(text);
  const language = languageOf(path);
  if (text.length > MAX_PARSED) return { ...NO_FACTS, lines, exact: true };
  if (language !== undefined) return { ...await codeFactsOf(language, text), lines, exact: true };
  return { ...NO_FACTS, symbols: regexSymbols(path, text), lines, exact: !hasPatterns(path) };
}

function countLines(text: string): number {
  if (text === "") return 0;
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
