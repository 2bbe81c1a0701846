// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Checks who imports whom: rooms may import only the rooms ARCHITECTURE.md names, files that start
 * with `_` are private to their folder, `Deno` and `node:fs` appear only where the outside is
 * touched, and no modules import each other in a circle (types do not count for circles).
 */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Rooms a room may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  rl: ["core"],
  streaming: ["core"],
  skills: ["core"],
  server: ["core", "streaming", "rl"],
  cli: ["core", "skills", "streaming", "rl", "server"],
  "mod.ts": ["core", "skills", "cli"],
};

/** Where the outside may be touched. */
const OUTSIDE = /^(core\/(safety|store|workspace)\/|skills\/|cli\/|mod\.ts$)/;

interface Import {
  readonly to: string;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

const problems: string[] = [];
const graph = new Map<string, Import[]>();

for await (const file of sources()) graph.set(file, importsOf(file, await read(file)));

for (const [file, imports] of graph) {
  for (const { to } of imports) {
    const [from, into] = [roomOf(file), roomOf(to)];
    if (from !== into && !MAY_IMPORT[from]?.includes(into)) {
      problems.push(`${file}: ${from} must not import ${into} (${to})`);
    }
    const name = to.split("/").at(-1)!;
    if (name.startsWith("_") && !inFamily(file, to)) {
      problems.push(`${file}: ${to} is private to its folder`);
    }
  }
  if (!OUTSIDE.test(file)) {
    const text = await read(file);
    const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
    if (/\bDeno\./.test(code) || /from "node:(fs|child_process)/.test(code)) {
      problems.push(
        `${file}: touches the outside (Deno or node:fs); only the rooms named here may`,
      );
    }
  }
}

for (const circle of circles()) problems.push(`import circle: ${circle.join(" > ")}`);

for (const problem of problems) console.error(problem);
console.log(`layers: ${graph.size} files, ${problems.length} problems`);
Deno.exit(problems.length === 0 ? 0 : 1);

async function* sources(folder = ""): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(ROOT, folder))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) {
      if (folder !== "" || entry.name in MAY_IMPORT) yield* sources(path);
    } else if (/\.tsx?$/.test(path) && !isTest(path) && (folder !== "" || path in MAY_IMPORT)) {
      yield path;
    }
  }
}

function isTest(path: string): boolean {
  return /(_test|_crash_child|\/_test_\w+|\/_contract)\.tsx?$/.test(path);
}

async function read(file: string): Promise<string> {
  return await Deno.readTextFile(join(ROOT, file));
}

function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  const statements = /^(import|export)(\s+type)?\b[^;"'`]*?\bfrom\s+"(\.[^"]+)"/gm;
  for (const [, , type, to] of text.matchAll(statements)) {
    found.push({ to: resolved(file, to!), typeOnly: type !== undefined, dynamic: false });
  }
  for (const [, to] of text.matchAll(/\bimport\(\s*"(\.[^"]+)"/g)) {
    found.push({ to: resolved(file, to!), typeOnly: false, dynamic: true });
  }
  return found;
}

function resolved(file: string, to: string): string {
  return relative(ROOT, join(ROOT, dirname(file), to));
}

function roomOf(file: string): string {
  return file.split("/")[0]!;
}

/** Whether a private file is used from its own folder or one below it. */
function inFamily(file: string, to: string): boolean {
  const folder = dirname(to);
  return file.startsWith(folder + "/");
}

function circles(): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) return void found.push([...path.slice(at), file]);
    if (done.has(file)) return;
    for (const { to, typeOnly, dynamic } of graph.get(file) ?? []) {
      if (!typeOnly && !dynamic && graph.has(to)) visit(to, [...path, file]);
    }
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}
