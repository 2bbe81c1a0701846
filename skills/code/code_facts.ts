import type { Language } from "./grammars.ts";
import { loadParser } from "./parser.ts";
import { type CodeSymbol, readSymbols } from "./symbols.ts";
import { TABLES } from "./_tables.ts";

/** A call in a source text. */
export interface CodeCall {
  /** Last name of what is called: `c` for `a.b.c()`. */
  readonly name: string;
  /** Line, counted from 1. */
  readonly line: number;
}

/** What one parse tells about a source text. */
export interface CodeFacts {
  readonly symbols: readonly CodeSymbol[];
  /** What is imported, as written, each once; Rust's `mod x;` as `self::x`. */
  readonly imports: readonly string[];
  /** Each called name once, at its first line. */
  readonly calls: readonly CodeCall[];
}

/** The facts of a text that cannot be parsed. */
export const NO_FACTS: CodeFacts = { symbols: [], imports: [], calls: [] };

/**
 * Reads definitions, imports and calls in one pass.
 *
 * @returns {@linkcode NO_FACTS} when the text takes too long to parse.
 * @throws {UserError} `missing` when the grammar cannot be read.
 */
export async function codeFactsOf(language: Language, text: string): Promise<CodeFacts> {
  const parser = await loadParser(language);
  const table = TABLES[language];
  const query = parser.query(table.symbols + table.imports + table.calls);
  const facts = parser.parse(text, (tree): CodeFacts => {
    const matches = query.matches(tree.rootNode);
    const imports = new Set<string>();
    const calls = new Map<string, CodeCall>();
    for (const { captures } of matches) {
      for (const { name, node } of captures) {
        if (name === "import") imports.add(node.text);
        else if (name === "submodule") imports.add(`self::${node.text}`);
        else if (name === "call" && !calls.has(node.text)) {
          calls.set(node.text, { name: node.text, line: node.startPosition.row + 1 });
        }
      }
    }
    return {
      symbols: readSymbols(matches, text),
      imports: [...imports],
      calls: [...calls.values()],
    };
  });
  return facts ?? NO_FACTS;
}
