import { dirname, join } from "node:path";
import type { Plugin } from "rolldown";
import type { Part } from "./moments.ts";
import { GRAMMAR_NAMES } from "../../skills/code/grammar_files.ts";

/** The grammars' files, below the folder of a build. */
export const WASM: Readonly<Record<string, string>> = Object.fromEntries(
  GRAMMAR_NAMES.map((name) => [name, `jail/${name}.wasm`]),
);

/** Marks the address of a module that is wanted as a text. */
const AS_TEXT = "?text";

/** Reads our modules, and says anew what they say of where things lie. */
export function ourModules(root: string, { folder }: Part): Plugin {
  const instead: Readonly<Record<string, string>> = {
    [join(root, "cli/built.ts")]: `export const BUILT_FROM = ${JSON.stringify(root)};`,
    [join(root, "skills/code/grammar_files.ts")]: `
      const FILES = ${JSON.stringify(WASM)};
      const build = import.meta.dirname${folder === "." ? "" : `.slice(0, -${folder.length + 1})`};
      export const grammarFile = (name) => build + "/" + FILES[name];
      export const grammarFiles = () => Object.keys(FILES).map(grammarFile);
    `,
  };
  return {
    name: "our-modules",
    resolveId: (path, importer) =>
      importer !== undefined && path.endsWith(AS_TEXT) ? join(dirname(importer), path) : null,
    async load(id) {
      if (instead[id] !== undefined) return instead[id];
      if (id.endsWith(AS_TEXT)) {
        const text = await Deno.readTextFile(id.slice(0, -AS_TEXT.length));
        return { code: `export default ${JSON.stringify(text)}`, moduleType: "js" };
      }
      if (id.endsWith(".json")) {
        // As a literal it would be parsed by each start that loads it, and slower.
        const text = JSON.stringify(await Deno.readTextFile(id));
        return { code: `export default JSON.parse(${text})`, moduleType: "js" };
      }
      return id.endsWith(".ts") ? withPlainImports(await Deno.readTextFile(id), id) : null;
    },
  };
}

/** `lazy("./x.ts", import.meta.url)`, in all the ways we write it. */
const LAZY = /\blazy(?:<[^;]*?>)?\(\s*("\.[^"]+\.[jt]s"),\s*(?:import\.meta\.url|HERE),?\s*\)/g;

/** Computed imports become literal ones, which the bundler follows. */
function withPlainImports(text: string, id: string): string {
  const plain = text
    .replaceAll(LAZY, "(() => import($1))")
    .replaceAll(/import\.meta\.resolve\("\.\/(\w+)\.ts"\)/g, 'import.meta.resolve("./$1.js")')
    .replaceAll(/"([^"\n]+)" with \{ type: "text" \}/g, `"$1${AS_TEXT}"`);
  const missed = /\blazy(?:<[^;]*?>)?\(\s*"\..*|\bimport\(new URL.*/.exec(plain)?.[0];
  if (missed === undefined || /[\\/]core[\\/]lazy\.ts$/.test(id)) return plain;
  throw new Error(`${id}: a build would not find what this loads: ${missed}`);
}
