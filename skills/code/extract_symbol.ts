import { extractContext, type Segment } from "./extract_context.ts";
import type { Language } from "./grammars.ts";
import { type CodeSymbol, symbolsOf } from "./symbols.ts";

/** Options of {@linkcode extractSymbol}. */
export interface ExtractSymbolOptions {
  /** Whether decorators, annotations and attributes belong to the segment. Default false. */
  readonly withDecorators?: boolean;
}

/**
 * Cuts the definition of a symbol out of a text, as whole lines.
 *
 * @param name `run`, or qualified from any level: `Agent.run`, also with `::` or `#`.
 * @returns the outermost definition of that name, the first among equals; null when there is none.
 * @throws {UserError} `missing` when the grammar cannot be read.
 *
 * @example
 * ```ts
 * import { extractSymbol } from "@dspy/code/skills/code";
 * import assert from "node:assert/strict";
 *
 * const text = "class A:\n    def run(self):\n        return 1\n";
 * const found = await extractSymbol("python", text, "A.run");
 * assert.deepEqual([found?.start, found?.end], [2, 3]);
 * ```
 */
export async function extractSymbol(
  language: Language,
  text: string,
  name: string,
  options: ExtractSymbolOptions = {},
): Promise<Segment | null> {
  const [symbol] = findSymbols(await symbolsOf(language, text), name);
  return symbol === undefined ? null : symbolSegment(text, symbol, options);
}

/** The lines of a symbol. */
export function symbolSegment(
  text: string,
  symbol: CodeSymbol,
  { withDecorators = false }: ExtractSymbolOptions = {},
): Segment {
  const start = withDecorators ? symbol.decorated : symbol.start;
  return extractContext(text, start, 0, symbol.end - start);
}

/**
 * All symbols of a name, the best first: outermost, then in the order of the text; bodies before
 * mere signatures, types before Rust's blocks of their methods.
 *
 * @param name as for {@linkcode extractSymbol}.
 */
export function findSymbols(symbols: readonly CodeSymbol[], name: string): CodeSymbol[] {
  const wanted = name.replace(/::|#(?=\w)/g, ".");
  return symbols
    .filter(({ qualified, name }) =>
      name === wanted || qualified === wanted || qualified.endsWith(`.${wanted}`)
    )
    .sort((a, b) => rank(a) - rank(b) || a.depth - b.depth || a.start - b.start);
}

function rank({ kind }: CodeSymbol): number {
  return kind === "signature" || kind === "impl" ? 1 : 0;
}
