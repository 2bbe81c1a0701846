import { extname } from "node:path/posix";
import type { CodeSymbol, SymbolKind } from "./symbols.ts";

const BEFORE = String
  .raw`^[ \t]*(?:(?:export|public|private|protected|internal|open|final|sealed|abstract|static|override|inline|virtual|async|data|partial|local)\s+)*`;

const COMMON: readonly (readonly [SymbolKind, RegExp])[] = [
  ["class", new RegExp(BEFORE + String.raw`(?:class|object|actor)\s+([A-Z]\w*)`)],
  ["struct", new RegExp(BEFORE + String.raw`(?:struct|union)\s+([A-Za-z_]\w*)`)],
  ["interface", new RegExp(BEFORE + String.raw`(?:interface|protocol)\s+([A-Za-z_]\w*)`)],
  ["trait", new RegExp(BEFORE + String.raw`trait\s+([A-Za-z_]\w*)`)],
  ["enum", new RegExp(BEFORE + String.raw`enum\s+(?:class\s+)?([A-Za-z_]\w*)`)],
  ["module", new RegExp(BEFORE + String.raw`(?:namespace|module|defmodule)\s+([A-Za-z_][\w.:]*)`)],
  [
    "function",
    new RegExp(BEFORE + String.raw`(?:def|defp|fun|func|function|sub)\s+([\w.:]+[?!]?)`),
  ],
];
/** A line that starts a C-like body: type, name, parameters, brace or end of line. */
const C_FUNCTION: readonly [SymbolKind, RegExp] = [
  "function",
  /^[ \t]*(?!(?:if|for|while|switch|return|else|catch|using|do|new|throw)\b)[A-Za-z_][\w<>,:*&[\] \t~]*[\s*&]([A-Za-z_~][\w:~]*)[ \t]*\([^;]*\)?[^;]*\{?[ \t]*$/,
];
const SHELL: readonly [SymbolKind, RegExp] = ["function", /^[ \t]*([A-Za-z_][\w-]*)[ \t]*\(\)/];

const PATTERNS: Readonly<Record<string, readonly (readonly [SymbolKind, RegExp])[]>> = Object
  .fromEntries([
    ...".c .h .cc .cpp .cxx .hpp .hh .m .cs .dart".split(" ").map((ext) => [
      ext,
      [...COMMON, C_FUNCTION],
    ]),
    ...".sh .bash .zsh".split(" ").map((ext) => [ext, [...COMMON.slice(-1), SHELL]]),
    ...".rb .php .swift .kt .kts .scala .lua .ex .exs .pl .jl .r .groovy .vue .svelte".split(" ")
      .map((ext) => [ext, COMMON]),
  ]);

/** Longer lines hold data, and would make the patterns slow. */
const MAX_LINE = 300;

/** Whether a file is source code in a language without a grammar here. */
export function hasPatterns(path: string): boolean {
  return Object.hasOwn(PATTERNS, extname(path).toLowerCase());
}

/**
 * Guesses the definitions of a text by line patterns: first lines only, without nesting.
 *
 * @returns empty for a file that {@linkcode hasPatterns} does not know.
 */
export function regexSymbols(path: string, text: string): CodeSymbol[] {
  if (!hasPatterns(path)) return [];
  const patterns = PATTERNS[extname(path).toLowerCase()]!;
  return text.split(/\r?\n/).flatMap((line, row) => {
    if (line.length > MAX_LINE) return [];
    for (const [kind, pattern] of patterns) {
      const name = pattern.exec(line)?.[1];
      if (name === undefined) continue;
      const at = { start: row + 1, end: row + 1, decorated: row + 1, documented: row + 1 };
      return [{ name, kind, qualified: name, ...at, depth: 0 }];
    }
    return [];
  });
}
