import type { Files } from "../../core/workspace/files.ts";
import type { AskedKind, Check, Choice, Family } from "./_check.ts";
import { eslint, tsc } from "./_node_lints.ts";
import { jest, mocha, nodeTest, vitest } from "./_node_tests.ts";
import { npmScript } from "./_npm.ts";
import { hasScript, type Package, readPackage, scriptEnd } from "./_npm_scripts.ts";

const RUNNERS: Readonly<Record<string, Check>> = { vitest, jest, mocha };

/** Projects with a package.json. */
export const node: Family = {
  name: "node",
  markers: ["package.json"],
  endings: ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte"],
  async choices(kind: AskedKind, dir: string, files: Files): Promise<Choice[]> {
    const pkg = await readPackage(files, dir);
    const typed = await exists(files, dir, "tsconfig.json");
    if (kind === "test") return tests(pkg, dir, files);
    if (kind === "lint") return lints(pkg, typed);
    if (hasScript(pkg, "build")) return [{ check: npmScript("build") }];
    return typed ? [{ check: tsc("build") }] : [];
  },
};

async function tests(pkg: Package, dir: string, files: Files): Promise<Choice[]> {
  if (hasScript(pkg, "test")) {
    const end = scriptEnd(pkg.scripts, "test");
    const check = end && runnerOf(end.program, end.words);
    if (!check) return [{ check: npmScript("test") }];
    return [{ check, fields: { script: end.script, operands: end.operands } }];
  }
  const name = Object.keys(RUNNERS).find((runner) => pkg.dependencies.has(runner));
  if (name) return [{ check: RUNNERS[name]! }];
  return await hasTestFiles(files, dir) ? [{ check: nodeTest }] : [];
}

function runnerOf(program: string, words: readonly string[]): Check | undefined {
  if (Object.hasOwn(RUNNERS, program)) return RUNNERS[program];
  const plain = program === "node" || program === "tsx";
  return plain && words.includes("--test") ? nodeTest : undefined;
}

function lints(pkg: Package, typed: boolean): Choice[] {
  const end = hasScript(pkg, "lint") ? scriptEnd(pkg.scripts, "lint") : undefined;
  if (end?.program === "eslint") {
    return [{ check: eslint, fields: { script: end.script, operands: end.operands } }];
  }
  if (hasScript(pkg, "lint")) return [{ check: npmScript("lint") }];
  if (pkg.dependencies.has("eslint")) return [{ check: eslint }];
  return typed ? [{ check: tsc("lint") }] : [];
}

async function exists(files: Files, dir: string, name: string): Promise<boolean> {
  const path = dir === "." ? name : `${dir}/${name}`;
  return await files.info(path).then((info) => info.kind === "file", () => false);
}

/** Whether there is a file that `node --test` would run by itself. */
async function hasTestFiles(files: Files, dir: string): Promise<boolean> {
  const include = ["*.test.js", "*.test.mjs", "*.test.cjs", "test-*.js", "test.js", "test/*.js"];
  for await (const batch of files.walk({ path: dir, include })) {
    if (batch.length > 0) return true;
  }
  return false;
}
