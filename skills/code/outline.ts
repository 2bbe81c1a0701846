import { languageOf } from "./grammars.ts";
import type { CodeSymbol, SymbolKind } from "./symbols.ts";

const SHOWN: ReadonlySet<SymbolKind> = new Set([
  "class",
  "interface",
  "struct",
  "trait",
  "enum",
  "type",
  "function",
  "method",
]);

/**
 * The definitions of a file, one line each: `L12: class Agent`, `L20: function run`, in Python
 * `L20: def run`. What is inside a function, constants and mere signatures are left out.
 *
 * @param path decides the word for a function.
 */
export function outlineOf(path: string, symbols: readonly CodeSymbol[]): string[] {
  const word = languageOf(path) === "python" ? "def" : "function";
  const around: SymbolKind[] = [];
  return symbols
    .filter(({ kind, depth }) => {
      around.length = Math.min(around.length, depth);
      const nested = kind === "function" && around.some(isFunction);
      around[depth] = kind;
      return SHOWN.has(kind) && !nested;
    })
    .map(({ kind, name, start }) => `L${start}: ${isFunction(kind) ? word : kind} ${name}`);
}

function isFunction(kind: SymbolKind): boolean {
  return kind === "function" || kind === "method";
}
