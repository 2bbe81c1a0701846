import type { Node } from "web-tree-sitter";
import { loadParser } from "../skills/code/parser.ts";

/** One module named by another. */
export interface Import {
  /** As written: `./x.ts`, `node:fs`. */
  readonly specifier: string;
  /** `type`: gone at run time. `later`: loaded on demand. */
  readonly when: "start" | "later" | "type";
}

/** What a module says about its surroundings. */
export interface ModuleFacts {
  readonly imports: readonly Import[];
  /** Whether it names the global `Deno`. */
  readonly usesDeno: boolean;
  /** Whether it imports what no reader of the text can know. */
  readonly computesImports: boolean;
}

/**
 * Strings at the places where modules are named. Any relative path of one counts as a later import, and
 * so does `new URL("x.ts", ...)`: workers, children and what is `lazy` are loaded that way.
 */
const QUERY = `
(import_statement source: (string (string_fragment) @start))
(export_statement source: (string (string_fragment) @start))
(call_expression function: (import) arguments: (arguments . (string (string_fragment) @later)))
(call_expression function: (import) arguments: (arguments . (_) @target))
((string (string_fragment) @file) (#match? @file "^[.][.]?/"))
(new_expression
  constructor: (identifier) @_url arguments: (arguments . (string (string_fragment) @file))
  (#eq? @_url "URL"))
([(identifier) (property_identifier)] @deno (#eq? @deno "Deno"))
`;

/** Reads a TypeScript module by its grammar: comments and strings cannot pass for code. */
export async function readModule(text: string): Promise<ModuleFacts> {
  const parser = await loadParser("typescript");
  const query = parser.query(QUERY);
  const facts = parser.parse(text, (tree): ModuleFacts => {
    const captures = query.matches(tree.rootNode).flatMap((match) => match.captures);
    return {
      imports: captures.flatMap(({ name, node }) => importOf(name, node)),
      usesDeno: captures.some(({ name }) => name === "deno"),
      computesImports: captures.some(({ name, node }) =>
        name === "target" && node.type !== "string"
      ),
    };
  });
  if (facts === undefined) throw new Error("a module took more than three seconds to parse");
  return facts;
}

function importOf(capture: string, node: Node): Import[] {
  const specifier = node.text;
  if (capture === "later") return [{ specifier, when: "later" }];
  if (capture === "file") {
    if (!/\.tsx?$/.test(specifier)) return [];
    return [{ specifier: specifier.replace(/^(?!\.)/, "./"), when: "later" }];
  }
  if (capture !== "start") return [];
  const statement = node.parent!.parent!;
  const typeOnly = /^(?:import|export)\s+type\b/.test(statement.text);
  return [{ specifier, when: typeOnly ? "type" : "start" }];
}
