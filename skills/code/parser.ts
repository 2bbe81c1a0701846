import type { Parser, Query, Tree } from "web-tree-sitter";
import { UserError } from "../../core/errors.ts";
import { grammarFile } from "./grammar_files.ts";
import type { Language } from "./grammars.ts";

/** Time one text may take, in milliseconds, before it counts as unparsable. */
const MAX_PARSE_MS = 3_000;

/** A parser of one language, ready to be used without waiting. */
export interface CodeParser {
  /** What it parses. */
  readonly language: Language;
  /**
   * Parses a text and frees the tree afterwards, so nodes must not leave `use`. Broken syntax still
   * gives a tree, with error nodes in it.
   *
   * @returns what `use` returns; undefined when the text took longer than three seconds.
   */
  parse<T>(text: string, use: (tree: Tree) => T): T | undefined;
  /** Compiles a tree-sitter query; the same source is compiled once. */
  query(source: string): Query;
}

const parsers = new Map<Language, Promise<CodeParser>>();
let runtime: Promise<typeof import("web-tree-sitter")> | undefined;

/**
 * Loads the parser of a language: the first call reads about a megabyte of wasm, later ones give
 * the same parser.
 *
 * @throws {UserError} `missing` when a wasm file is not there or may not be read.
 */
export function loadParser(language: Language): Promise<CodeParser> {
  const known = parsers.get(language);
  if (known !== undefined) return known;
  const loading = createParser(language);
  parsers.set(language, loading);
  loading.catch(() => parsers.delete(language));
  return loading;
}

async function createParser(language: Language): Promise<CodeParser> {
  runtime ??= loadRuntime();
  runtime.catch(() => runtime = undefined);
  const { Language: Grammar, Parser, Query } = await runtime;
  const grammar = await Grammar.load(await readWasm(language));
  const parser = new Parser().setLanguage(grammar);
  const queries = new Map<string, Query>();
  return {
    language,
    parse: (text, use) => useTree(parser, text, use),
    query(source) {
      const query = queries.get(source) ?? new Query(grammar, source);
      queries.set(source, query);
      return query;
    },
  };
}

async function loadRuntime(): Promise<typeof import("web-tree-sitter")> {
  const [module, wasmBinary] = await Promise.all([
    import("web-tree-sitter"),
    readWasm("runtime"),
  ]);
  await module.Parser.init({ wasmBinary });
  return module;
}

function useTree<T>(parser: Parser, text: string, use: (tree: Tree) => T): T | undefined {
  const deadline = performance.now() + MAX_PARSE_MS;
  const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
  if (tree === null) {
    parser.reset();
    return undefined;
  }
  try {
    return use(tree);
  } finally {
    tree.delete();
  }
}

async function readWasm(name: Language | "runtime"): Promise<Uint8Array<ArrayBuffer>> {
  const file = grammarFile(name);
  const hint = "run it once with network access so that its npm package is cached";
  if (file === undefined) {
    throw new UserError("missing", `the ${name} grammar is not part of this build`, {
      hint: "run from a checkout or a registry",
    });
  }
  try {
    return await Deno.readFile(file);
  } catch (cause) {
    throw new UserError("missing", `cannot read the ${name} grammar ${JSON.stringify(file)}`, {
      hint,
      cause,
    });
  }
}
