import type { Language } from "./grammars.ts";
import { loadParser } from "./parser.ts";
import { type CodeSymbol, readSymbols, type SymbolKind } from "./symbols.ts";
import { TABLES } from "./_tables.ts";

/** A call in a source text. */
export interface CodeCall {
  /** Last name of what is called: `c` for `a.b.c()`. */
  readonly name: string;
  /** First line, counted from 1. */
  readonly line: number;
  /** Further lines of the same call by the same caller, at most 20. Default none. */
  readonly lines?: readonly number[];
  /** Qualified name of the innermost symbol the call stands in; none at top level. */
  readonly caller?: string;
}

/** What one parse tells about a source text. */
export interface CodeFacts {
  /** What is defined, in the order of the text. */
  readonly symbols: readonly CodeSymbol[];
  /** What is imported, as written, each once; Rust's `mod x;` as `self::x`. */
  readonly imports: readonly string[];
  /** Each called name once per caller, with its lines. */
  readonly calls: readonly CodeCall[];
}

const MAX_LINES = 20;

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
        const known = calls.get(key);
        if (known === undefined) calls.set(key, call);
        else calls.set(key, again(known, call.line));
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

/** The same call at one more line. */
function again(call: CodeCall, line: number): CodeCall {
  const { lines = [] } = call;
  if (line === (lines.at(-1) ?? call.line) || lines.length >= MAX_LINES) return call;
  return { ...call, lines: [...lines, line] };
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
