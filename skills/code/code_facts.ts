import type { Language } from "./grammars.ts";
import { loadParser } from "./parser.ts";
import { type CodeSymbol, readSymbols, type SymbolKind } from "./symbols.ts";
import { TABLES } from "./_tables.ts";

/** A call in a source text. */
export interface CodeCall {
  /** Last name of what is called: `c` for `a.b.c()`. */
  readonly name: string;
  /** Line, counted from 1. */
  readonly line: number;
  /** Qualified name of the innermost symbol the call stands in; none at top level. */
  readonly caller?: string;
}

/** What one parse tells about a source text. */
export interface CodeFacts {
  /** What is defined, in the order of the text. */
  readonly symbols: readonly CodeSymbol[];
  /** What is imported, as written, each once; Rust's `mod x;` as `self::x`. */
  readonly imports: readonly string[];
  /** Each called name once per caller, at its first line. */
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
    const symbols = readSymbols(matches, text);
    const callerAt = innermost(symbols);
    const imports = new Set<string>();
    const calls = new Map<string, CodeCall>();
    for (const { name, node } of matches.flatMap(({ captures }) => captures)) {
      if (name === "import") imports.add(node.text);
      else if (name === "submodule") imports.add(`self::${node.text}`);
      else if (name === "call") {
        const call = callAt(node.text, node.startPosition.row + 1, callerAt);
        const key = `${call.caller} ${call.name}`;
        if (!calls.has(key)) calls.set(key, call);
      }
    }
    return { symbols, imports: [...imports], calls: [...calls.values()] };
  });
  return facts ?? NO_FACTS;
}

function callAt(name: string, line: number, callerAt: CallerAt): CodeCall {
  const caller = callerAt(line);
  return caller === undefined ? { name, line } : { name, line, caller };
}

type CallerAt = (line: number) => string | undefined;

/** Symbols that only group others call nothing themselves. */
const GROUPS: ReadonlySet<SymbolKind> = new Set(["module", "impl", "constant"]);

function innermost(symbols: readonly CodeSymbol[]): CallerAt {
  const byLine: string[] = [];
  for (const { kind, qualified, start, end } of symbols) {
    if (!GROUPS.has(kind)) byLine.fill(qualified, grow(end + 1) && start, end + 1);
  }
  return (line) => byLine[line] || undefined;

  function grow(length: number): number {
    while (byLine.length < length) byLine.push("");
    return length;
  }
}
