// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Checks who imports whom: rooms may import only the rooms ARCHITECTURE.md names, files that start
 * with `_` are private to their folder, `Deno` and node's modules for the outside appear only where
 * the outside is touched, and no modules import each other in a circle (types do not count for
 * circles).
 *
 * `deno task layers [root]`
 */
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Import, type ModuleFacts, readModule } from "./_read_module.ts";

/** Rooms a room may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  rl: ["core"],
  streaming: ["core"],
  skills: ["core", "streaming"],
  server: ["core", "streaming", "rl"],
  testing: ["core"],
  cli: ["core", "skills", "streaming", "rl", "server", "testing"],
  "mod.ts": ["core", "skills", "cli"],
};

/** Where the outside may be touched. */
const OUTSIDE =
  /^(core\/(safety|store|workspace)\/|skills\/|cli\/|streaming\/(logs|kafka)\/|server\/(main|deploy)\.ts$|testing\/(serve_scripted|read_scenario|play)\.ts$|mod\.ts$)/;

/** Node's modules that compute and touch nothing. */
const INNER_NODE =
  /^node:(async_hooks|path|url|timers|util|buffer|crypto|assert|string_decoder)(\/|$)/;

/** Where a computed import may stand. */
const LAZY = "core/lazy.ts";

/** Our own package by its name: to import it inside would pass by the rooms. */
const OURSELVES = /^(@dspy\/code|jsr:@dspy\/code|npm:@dspy\/code)(\/|@|$)/;

if (import.meta.main) {
  const root = resolve(Deno.args[0] ?? fileURLToPath(new URL("..", import.meta.url)));
  const { files, problems } = await checkLayers(root);
  for (const problem of problems) console.error(problem);
  console.log(`layers: ${files} files, ${problems.length} problems`);
  Deno.exit(problems.length === 0 && files > 0 ? 0 : 1);
}

/** Checks all modules below a root; a problem is one line. */
export async function checkLayers(root: string): Promise<{ files: number; problems: string[] }> {
  const modules = new Map<string, ModuleFacts>();
  for await (const file of sources(root)) {
    modules.set(file, await readModule(await Deno.readTextFile(join(root, file))));
  }
  const problems = [...modules].flatMap(([file, facts]) => problemsOf(file, facts));
  for (const circle of circles(modules)) problems.push(`import circle: ${circle.join(" > ")}`);
  return { files: modules.size, problems: [...new Set(problems)] };
}

function problemsOf(file: string, { imports, usesDeno, computesImports }: ModuleFacts): string[] {
  const problems: string[] = [];
  const outside = imports.map(({ specifier }) => specifier)
    .filter((specifier) => specifier.startsWith("node:") && !INNER_NODE.test(specifier));
  if (!OUTSIDE.test(file)) {
    for (const name of [...usesDeno ? ["Deno"] : [], ...outside]) {
      problems.push(`${file}: touches the outside (${name}); only the rooms named here may`);
    }
  }
  if (computesImports && file !== LAZY) {
    problems.push(`${file}: computes what it imports; ${LAZY} is the one way to do that`);
  }
  for (const { specifier } of imports) {
    if (OURSELVES.test(specifier)) {
      problems.push(`${file}: imports its own package by name (${specifier})`);
    }
    if (!specifier.startsWith(".")) continue;
    const to = targetOf(file, specifier);
    const [from, into] = [roomOf(file), roomOf(to)];
    if (from !== into && !MAY_IMPORT[from]?.includes(into)) {
      problems.push(`${file}: ${from} must not import ${into} (${to})`);
    }
    if (to.split("/").at(-1)!.startsWith("_") && !file.startsWith(`${dirname(to)}/`)) {
      problems.push(`${file}: ${to} is private to its folder`);
    }
  }
  return problems;
}

async function* sources(root: string, folder = ""): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(root, folder))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) {
      if (folder !== "" || entry.name in MAY_IMPORT) yield* sources(root, path);
    } else if (/\.[cm]?[jt]sx?$/.test(path) && !isTest(path)) {
      if (folder !== "" || path in MAY_IMPORT) yield path;
    }
  }
}

/** Tests and what only they load. */
function isTest(path: string): boolean {
  return /(_test|_child|\/_test_\w+|_testing)\.tsx?$/.test(path);
}

function targetOf(file: string, specifier: string): string {
  return relative(".", join(dirname(file), specifier));
}

function roomOf(file: string): string {
  return file.split("/")[0]!;
}

function circles(modules: ReadonlyMap<string, ModuleFacts>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) return void found.push([...path.slice(at), file]);
    if (done.has(file)) return;
    for (const { specifier, when } of modules.get(file)?.imports ?? [] as Import[]) {
      if (when !== "start" || !specifier.startsWith(".")) continue;
      visit(targetOf(file, specifier), [...path, file]);
    }
    done.add(file);
  };
  for (const file of [...modules.keys()].sort()) visit(file, []);
  return found;
}
