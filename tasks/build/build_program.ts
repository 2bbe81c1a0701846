import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { GRAMMAR_NAMES, grammarFile } from "../../skills/code/grammar_files.ts";
import { nameByMoment, type Part, PARTS, programsOf } from "./moments.ts";
import { ourModules, WASM } from "./our_modules.ts";
import { packages } from "./packages.ts";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replaceAll("\\", "/")
  .replace(/\/$/, "");

/** A file of a build. */
interface BuiltFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether it is run, and names the others. */
  readonly isProgram: boolean;
}

/**
 * Joins the modules that are used together into one file each. Packages stay where they are, so the
 * program still needs the checkout's `deno.json` and `deno.lock`, and Deno's cache.
 *
 * Each file is replaced whole, programs last, the launcher behind what it starts. What an earlier
 * build left goes at the end: a session that still runs from it may miss a part.
 *
 * @param folder `dist/` or one in it; what else ends in `.js` there is removed.
 * @returns number and size of the files of code.
 */
export async function buildProgram(folder: string): Promise<{ files: number; bytes: number }> {
  if (folder !== `${ROOT}/dist` && !folder.startsWith(`${ROOT}/dist/`)) {
    throw new Error(`${folder}: a build works in ${ROOT}/dist only`);
  }
  // Whole in memory before anything is written.
  const all = (await Promise.all(PARTS.map(filesOf))).flat();
  for (const name of GRAMMAR_NAMES) await replace(`${folder}/${WASM[name]}`, await grammar(name));
  for (const isProgram of [false, true]) {
    for (const file of all) {
      if (file.isProgram === isProgram) await replace(`${folder}/${file.path}`, file.bytes);
    }
  }
  await removeOthers(folder, new Set(all.map(({ path }) => path)));
  return { files: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes.length, 0) };
}

async function filesOf(part: Part): Promise<BuiltFile[]> {
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
  return output.filter((file) => file.type === "chunk").map(({ fileName, code, isEntry }) => ({
    path: part.folder === "." ? fileName : `${part.folder}/${fileName}`,
    bytes: new TextEncoder().encode(withLateImports(code)),
    isProgram: isEntry,
  }));
}

/** Of a literal `import()` Deno reads the target, and what that imports, before anything runs. */
function withLateImports(code: string): string {
  return code.replaceAll(/\bimport\(([`"])(\.\/[^`"]+)\1\)/g, 'import(String("$2"))');
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${crypto.randomUUID()}.tmp`;
  await Deno.writeFile(unfinished, bytes);
  await Deno.rename(unfinished, path);
}

async function grammar(name: (typeof GRAMMAR_NAMES)[number]): Promise<Uint8Array> {
  const file = grammarFile(name);
  if (file === undefined) {
    throw new Error(`the grammar "${name}" is in no cache: run "deno install"`);
  }
  return await Deno.readFile(file);
}

async function removeOthers(folder: string, written: ReadonlySet<string>): Promise<void> {
  for (const part of PARTS) {
    for await (const { name } of Deno.readDir(join(folder, part.folder))) {
      const path = part.folder === "." ? name : `${part.folder}/${name}`;
      if (!name.endsWith(".js") || written.has(path)) continue;
      // Another build may have been faster.
      await Deno.remove(`${folder}/${path}`).catch(() => {});
    }
  }
}
