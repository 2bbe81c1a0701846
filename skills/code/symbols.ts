import type { Node, QueryMatch } from "web-tree-sitter";
import type { Language } from "./grammars.ts";
import { leadingLines } from "./_leading.ts";
import { loadParser } from "./parser.ts";
import { TABLES } from "./_tables.ts";

/**
 * What a symbol is. `method` stands in a class or alike; `signature` has no body; `impl` is Rust's
 * block of methods, named after its type; `constant` is a top-level variable of any kind.
 */
export type SymbolKind =
  | "function"
  | "method"
  | "signature"
  | "class"
  | "interface"
  | "type"
  | "enum"
  | "struct"
  | "trait"
  | "impl"
  | "module"
  | "macro"
  | "constant";

/** A definition in a source text. Lines count from 1, both ends included. */
export interface CodeSymbol {
  /** Its own name; `default` for a nameless default export. */
  readonly name: string;
  /** What it is. */
  readonly kind: SymbolKind;
  /** The name behind the names it stands in: `Class.method`. */
  readonly qualified: string;
  /** First line, without decorators. */
  readonly start: number;
  /** Last line. */
  readonly end: number;
  /** First line with decorators, annotations or attributes; `start` when it has none. */
  readonly decorated: number;
  /** First line with decorators and the comment right above. */
  readonly documented: number;
  /** How many symbols it stands in: 0 at top level. */
  readonly depth: number;
}

interface Found {
  readonly name: string;
  /** What it is. */
  readonly kind: SymbolKind;
  readonly owner: string | undefined;
  readonly object: string | undefined;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly endRow: number;
}

/** Kinds that any other pattern on the same node outranks. */
const WEAK: ReadonlySet<SymbolKind> = new Set(["type", "constant", "signature"]);
const KINDS: ReadonlySet<string> = new Set<SymbolKind>([
  "function",
  "method",
  "signature",
  "class",
  "interface",
  "type",
  "enum",
  "struct",
  "trait",
  "impl",
  "module",
  "macro",
  "constant",
]);
/** A variable that only holds a module, or a part of one. */
const IMPORT = /^[\w$]+\s*=\s*(?:await\s+)?(?:require|import)\s*\(/;
const HOLDS_METHODS: ReadonlySet<SymbolKind> = new Set([
  "class",
  "interface",
  "enum",
  "struct",
  "trait",
  "impl",
  "constant",
]);

/**
 * Finds the definitions in a source text, at any depth, also in a text with syntax errors.
 *
 * @returns in the order of the text; empty when the text takes too long to parse.
 * @throws {UserError} `missing` when the grammar cannot be read.
 */
export async function symbolsOf(language: Language, text: string): Promise<CodeSymbol[]> {
  const parser = await loadParser(language);
  const query = parser.query(TABLES[language].symbols);
  return parser.parse(text, (tree) => readSymbols(query.matches(tree.rootNode), text)) ?? [];
}

/** The definitions among the matches of a language's `symbols` query. */
export function readSymbols(matches: readonly QueryMatch[], text: string): CodeSymbol[] {
  const found = distinct(matches).sort((a, b) =>
    a.startIndex - b.startIndex || b.endIndex - a.endIndex
  );
  const leading = leadingLines(text, matches);
  const open: { endIndex: number; symbol: CodeSymbol }[] = [];
  return found.map((each) => {
    while (open.length > 0 && open.at(-1)!.endIndex < each.endIndex) open.pop();
    const parent = open.at(-1)?.symbol;
    const holder = each.owner ?? each.object ?? parent?.qualified;
    const inType = each.owner !== undefined || HOLDS_METHODS.has(parent?.kind ?? "function");
    const symbol: CodeSymbol = {
      name: each.name,
      kind: each.kind === "function" && inType ? "method" : each.kind,
      qualified: holder === undefined ? each.name : `${holder}.${each.name}`,
      ...leading(each.startIndex),
      end: each.endRow + 1,
      depth: open.length + (each.owner === undefined ? 0 : 1),
    };
    open.push({ endIndex: each.endIndex, symbol });
    return symbol;
  });
}

/** One entry per node and name, of the strongest pattern that matched it. */
function distinct(matches: readonly QueryMatch[]): Found[] {
  const byNode = new Map<string, Found>();
  for (const match of matches) {
    const found = read(match);
    if (found === undefined) continue;
    const key = `${found.startIndex} ${found.name}`;
    const known = byNode.get(key);
    const weaker = known !== undefined && WEAK.has(found.kind) && found.owner === undefined;
    if (known === undefined || (!weaker && known.owner === undefined)) byNode.set(key, found);
  }
  return [...byNode.values()];
}

function read({ captures }: QueryMatch): Found | undefined {
  const named = new Map(captures.map((capture) => [capture.name, capture.node]));
  const definition = captures.find(({ name }) => KINDS.has(name));
  if (definition === undefined) return undefined;
  const { node } = definition;
  if (definition.name === "constant" && IMPORT.test(node.text.slice(0, 200))) return undefined;
  const end = node.endPosition;
  const name = named.get("name")?.text ?? "default";
  const inner = name === "exports" ? node.childForFieldName("right") : null;
  return {
    // `module.exports = function f() {}` is a default export.
    name: inner ? inner.childForFieldName("name")?.text ?? "default" : unquoted(name),
    kind: isOverload(node) ? "signature" : definition.name as SymbolKind,
    owner: named.get("owner")?.text,
    object: objectName(named.get("object")?.text),
    startIndex: node.startIndex,
    endIndex: node.endIndex,
    endRow: end.column === 0 && end.row > node.startPosition.row ? end.row - 1 : end.row,
  };
}

/** Python's way to write a mere signature: `@overload`. */
function isOverload({ type, parent }: Node): boolean {
  return type === "function_definition" && parent?.type === "decorated_definition" &&
    /^\s*@(?:\w+\.)*overload\b/m.test(parent.text.slice(0, 300));
}

/** The variable of `res.json = function () {}`; that of `module.exports`, `this` and the like names none. */
function objectName(text: string | undefined): string | undefined {
  return text === undefined || !/^[\w$]+$/.test(text) || /^(?:module|exports|this|self)$/.test(text)
    ? undefined
    : text;
}

function unquoted(name: string): string {
  return name.replace(/^(["'])(.*)\1$/, "$2");
}
