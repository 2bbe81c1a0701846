/**
 * What source code holds: symbols, imports and calls of TypeScript, JavaScript, Python, Go, Rust and
 * Java by their grammars, of other languages by patterns; cut out of a text, or joined into a graph
 * that answers questions. The skill `codeContext` has a model explain it.
 *
 * @example Who calls it?
 * ```ts
 * import { buildCodeGraph, fileFacts, findKnowledge } from "@dspy/code/skills/code";
 * import assert from "node:assert/strict";
 *
 * const texts = { "a.py": "def load():\n    return 1\n", "b.py": "from a import load\nload()\n" };
 * const facts = new Map();
 * for (const [path, text] of Object.entries(texts)) facts.set(path, await fileFacts(path, text));
 * const [found] = findKnowledge(buildCodeGraph(facts), "who calls load?").definitions;
 * assert.equal(found?.path, "a.py");
 * assert.deepEqual(found.callers, ["b.py:2"]);
 * ```
 *
 * @module
 */
export { codeContext, type CodeContextInput, type CodeSummary } from "./code_context.ts";
export { type CodeCall, type CodeFacts, codeFactsOf } from "./code_facts.ts";
export {
  buildCodeGraph,
  type CodeGraph,
  type Definition,
  type GraphEdge,
  type GraphFile,
  type GraphStats,
} from "./code_graph.ts";
export { extractContext, type Segment } from "./extract_context.ts";
export {
  extractSymbol,
  type ExtractSymbolOptions,
  findSymbols,
  symbolSegment,
} from "./extract_symbol.ts";
export { type FileFacts, fileFacts, isSourceFile } from "./file_facts.ts";
export {
  findKnowledge,
  type FindKnowledgeOptions,
  type Knowledge,
  type KnownDefinition,
  type KnownModule,
  type KnownPath,
} from "./find_knowledge.ts";
export { type Language, languageOf } from "./grammars.ts";
export { outlineOf } from "./outline.ts";
export { type CodeSymbol, type SymbolKind, symbolsOf } from "./symbols.ts";
