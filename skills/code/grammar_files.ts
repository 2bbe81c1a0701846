import type { Language } from "./grammars.ts";

/** Where each grammar lies, inside its own npm package. The versions stand here and in `_inGraph`. */
const GRAMMARS: Readonly<Record<Language, string>> = {
  typescript: "npm:tree-sitter-typescript@0.23.2/tree-sitter-typescript.wasm",
  tsx: "npm:tree-sitter-typescript@0.23.2/tree-sitter-tsx.wasm",
  javascript: "npm:tree-sitter-javascript@0.25.0/tree-sitter-javascript.wasm",
  python: "npm:tree-sitter-python@0.25.0/tree-sitter-python.wasm",
  go: "npm:tree-sitter-go@0.25.0/tree-sitter-go.wasm",
  rust: "npm:tree-sitter-rust@0.24.0/tree-sitter-rust.wasm",
  java: "npm:tree-sitter-java@0.23.5/tree-sitter-java.wasm",
};

const RUNTIME = "npm:web-tree-sitter@0.27.1/web-tree-sitter.wasm";

/** Every grammar, and the parser's runtime. */
export const GRAMMAR_NAMES: readonly (Language | "runtime")[] = [
  "runtime",
  ...Object.keys(GRAMMARS) as Language[],
];

/**
 * The wasm file of a grammar, or of the parser's runtime.
 *
 * @returns an absolute path; undefined when the package is not in the module graph, as in a bundle.
 */
export function grammarFile(name: Language | "runtime"): string | undefined {
  const url = import.meta.resolve(name === "runtime" ? RUNTIME : GRAMMARS[name]);
  return url.startsWith("file:") ? pathOf(url) : undefined;
}

/** As `node:url` does it, which costs ten milliseconds at its first use. */
function pathOf(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return Deno.build.os === "windows" ? path.slice(1) : path;
}

/**
 * Every file that parsing reads besides the source text: the launcher grants the jailed session
 * read access to exactly these. Loads nothing.
 *
 * @returns absolute paths, the same for a checkout and for a package from a registry.
 */
export function grammarFiles(): string[] {
  return GRAMMAR_NAMES.map(grammarFile).filter((file) => file !== undefined);
}

/**
 * Never called. A package has a place in the npm cache only when some module of the graph imports
 * it by a literal, so these lines are what makes the lookups above work.
 */
const _inGraph: readonly (() => Promise<unknown>)[] = [
  () => import("web-tree-sitter"),
  () => import("npm:tree-sitter-typescript@0.23.2/package.json", { with: { type: "json" } }),
  () => import("npm:tree-sitter-javascript@0.25.0/package.json", { with: { type: "json" } }),
  () => import("npm:tree-sitter-python@0.25.0/package.json", { with: { type: "json" } }),
  () => import("npm:tree-sitter-go@0.25.0/package.json", { with: { type: "json" } }),
  () => import("npm:tree-sitter-rust@0.24.0/package.json", { with: { type: "json" } }),
  () => import("npm:tree-sitter-java@0.23.5/package.json", { with: { type: "json" } }),
];
