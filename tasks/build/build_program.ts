import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "npm:rolldown@1.3.3";
import { GRAMMAR_NAMES, grammarFile } from "../../skills/code/grammar_files.ts";
import { nameByMoment, type Part, PARTS, programsOf } from "./moments.ts";
import { ourModules, WASM } from "./our_modules.ts";
import { packages } from "./packages.ts";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/**
 * Joins the modules that are used together into one file each. Packages stay where they are, so the
 * program still needs the checkout's `deno.json` and `deno.lock`, and Deno's cache.
 *
 * A file is replaced whole, programs last, since they name the rest. What an earlier build left goes at
 * the end: a session that still runs from it may miss a part, and says so.
 *
 * @param folder is made.
 * @returns number and size of the files of code.
 */
export async function buildProgram(folder: string): Promise<{ files: number; bytes: number }> {
  // Whole in memory before anything is written.
  const parts = await Promise.all(PARTS.map(filesOf));
  for (const [i, files] of parts.entries()) {
    const into = join(folder, PARTS[i]!.folder);
    await Deno.mkdir(into, { recursive: true });
    for (const [name, bytes] of files) await replace(join(into, name), bytes);
  }
  for (const name of GRAMMAR_NAMES) await replace(join(folder, WASM[name]!), await grammar(name));
  for (const [i, files] of parts.entries()) {
    await removeOthers(join(folder, PARTS[i]!.folder), new Set(files.keys()));
  }
  const all = parts.flatMap((files) => [...files.values()]);
  return { files: all.length, bytes: all.reduce((sum, { length }) => sum + length, 0) };
}

/** The code of a part by the names of its files, programs last. */
async function filesOf(part: Part): Promise<Map<string, Uint8Array>> {
  const bundle = await rolldown({
    input: programsOf(part).map((path) => join(ROOT, path)),
    plugins: [packages(ROOT), ourModules(ROOT, part)],
    // With "node" each file would load Node's module system first, 30 ms.
    platform: "neutral",
    preserveEntrySignatures: false,
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "_[name]-[hash].js",
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      // What a module needs may be needed earlier than itself.
      includeDependenciesRecursively: false,
      groups: [{ name: nameByMoment(ROOT, part), debugName: "moments" }],
    },
  });
  await bundle.close();
  return new Map(
    output.filter((file) => file.type === "chunk")
      .sort((a, b) => Number(a.isEntry) - Number(b.isEntry))
      .map(({ fileName, code }) => [fileName, new TextEncoder().encode(withLateImports(code))]),
  );
}

/** Of a literal `import()` Deno reads the target, and what that imports, before anything runs. */
function withLateImports(code: string): string {
  return code.replaceAll(/\bimport\(([`"])(\.\/[^`"]+)\1\)/g, 'import(String("$2"))');
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.writeFile(`${path}.tmp`, bytes);
  await Deno.rename(`${path}.tmp`, path);
}

async function grammar(name: (typeof GRAMMAR_NAMES)[number]): Promise<Uint8Array> {
  const file = grammarFile(name);
  if (file === undefined) {
    throw new Error(`the grammar "${name}" is in no cache: run "deno install"`);
  }
  return await Deno.readFile(file);
}

async function removeOthers(folder: string, written: ReadonlySet<string>): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".js") && !written.has(name)) await Deno.remove(join(folder, name));
  }
}
