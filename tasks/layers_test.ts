import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { checkLayers } from "./layers.ts";

async function problemsIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(root, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    return (await checkLayers(root)).problems;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const FORBIDDEN: Readonly<Record<string, string>> = {
  "an import": `import { a } from "../cli/a.ts";`,
  "an import over several lines with comments":
    `import {\n  a, // it's "here";\n} from "../cli/a.ts";`,
  "an import for its effect": `import "../cli/a.ts";`,
  "an import type": `import type { A } from "../cli/a.ts";`,
  "export from": `export { a } from "../cli/a.ts";`,
  "export all": `export * from "../cli/a.ts";`,
  "export type from": `export type {\n  A,\n} from "../cli/a.ts";`,
  "a dynamic import": `const a = await import("../cli/a.ts");`,
  "the type of an import": `type A = typeof import("../cli/a.ts");`,
  "lazy": `const load = lazy<unknown>("../cli/a.ts", import.meta.url);`,
  "import.meta.resolve()": `const url = import.meta.resolve("../cli/a.ts");`,
  "a worker's URL": `const url = new URL("../cli/a.ts", import.meta.url);`,
};

for (const [what, text] of Object.entries(FORBIDDEN)) {
  Deno.test(`checkLayers() sees what a room must not import in ${what}`, async () => {
    const found = await problemsIn({ "core/b.ts": text, "cli/a.ts": "export const a = 1;\n" });
    assert.deepEqual(found, ["core/b.ts: core must not import cli (cli/a.ts)"]);
  });
}

Deno.test("checkLayers() lets rooms import what they may, and ignores comments and strings", async () => {
  const found = await problemsIn({
    "core/b.ts": `export const b = 'import "../cli/a.ts"'; // import "../cli/a.ts"; Deno.exit()\n` +
      'export const glob = "**/*.ts"; /* Deno.exit() */ export const c = `Deno.exit()`;\n',
    "cli/a.ts": `import { b } from "../core/b.ts";\nexport const a = b;\nDeno.exit();\n`,
    "core/b_test.ts": `import "../cli/a.ts";\n`,
  });
  assert.deepEqual(found, []);
});

Deno.test("checkLayers() keeps files that begin with _ in their folder and below it", async () => {
  const found = await problemsIn({
    "skills/a/_x.ts": "export const x = 1;\n",
    "skills/a/b/c.ts": `import { x } from "../_x.ts";\nexport const c = x;\n`,
    "skills/d/e.ts": `import { x } from "../a/_x.ts";\nexport const e = x;\n`,
  });
  assert.deepEqual(found, ["skills/d/e.ts: skills/a/_x.ts is private to its folder"]);
});

Deno.test("checkLayers() finds the outside by any name, behind strings that look like comments", async () => {
  const texts = [
    `const u = "https://a" + Deno.cwd();`,
    `const glob = "/*"; Deno.exit(); const end = "*/";`,
    "globalThis.Deno.exit();",
    "let info: Deno.FileInfo;",
    `import fs from "node:fs/promises";`,
    `const { spawn } = await import("node:child_process");`,
    `export { DatabaseSync } from "node:sqlite";`,
  ];
  for (const text of texts) {
    const found = await problemsIn({ "core/agent/a.ts": text });
    assert.match(
      found.join("\n"),
      /^core\/agent\/a\.ts: touches the outside \(\S+\);[^\n]*$/,
      text,
    );
    assert.deepEqual(await problemsIn({ "core/store/a.ts": text }), []);
  }
});

Deno.test("checkLayers() refuses computed imports and our own package by name", async () => {
  const computed = "const name = 'x';\nawait import(`./${name}.ts`);\n";
  assert.deepEqual(await problemsIn({ "core/lazy.ts": computed }), []);
  assert.deepEqual(await problemsIn({ "core/a.ts": computed }), [
    "core/a.ts: computes what it imports; core/lazy.ts is the one way to do that",
  ]);
  assert.deepEqual(await problemsIn({ "core/a.ts": `import "@dspy/code/skills";\n` }), [
    "core/a.ts: imports its own package by name (@dspy/code/skills)",
  ]);
});

Deno.test("checkLayers() finds circles of imports, not of types or of what is loaded later", async () => {
  const circle = (first: string) =>
    problemsIn({
      "core/a.ts": first,
      "core/b.ts": `import { c } from "./c.ts";\nexport const b = c;\n`,
      "core/c.ts": `import { a } from "./a.ts";\nexport const c = a;\n`,
    });
  assert.deepEqual(await circle(`import { b } from "./b.ts";\nexport const a = b;\n`), [
    "import circle: core/a.ts > core/b.ts > core/c.ts > core/a.ts",
  ]);
  assert.deepEqual(await circle(`import type { B } from "./b.ts";\nexport const a = 1;\n`), []);
  assert.deepEqual(await circle(`export const a = () => import("./b.ts");\n`), []);
});
