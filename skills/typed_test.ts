// Which fields count as the person's own words.
import assert from "node:assert/strict";
import type { Tool } from "../core/tool.ts";
import build from "./checks/build.ts";
import lint from "./checks/lint.ts";
import runTests from "./checks/run_tests.ts";
import open from "./external/open.ts";
import gitAdd from "./git/git_add.ts";
import gitCommit from "./git/git_commit.ts";
import { openBench } from "./_testing.ts";

const SCRIPTS = {
  test: "npm run unit",
  unit: "vitest run",
  deploy: "sh deploy.sh",
  lint: "eslint .",
  build: "tsc",
};

const FILES = {
  "package.json": JSON.stringify({ scripts: SCRIPTS }),
  "sub/package.json": JSON.stringify({ scripts: { test: "vitest" } }),
  "sub/a.test.ts": "",
  "a:1": "",
  "b.ts": "",
};

async function typed(
  at: { root: string },
  tool: Tool,
  command: string,
  fields: unknown,
  input: unknown,
): Promise<boolean> {
  const site = { root: at.root, scratch: "/scratch", env: {} };
  return await tool.commands![command]!.typed!(fields, input, site);
}

Deno.test("checks: only what planning the person's words gives is typed", async () => {
  await using at = await openBench(FILES);
  const unit = { dir: ".", targets: [], timeoutMs: 1_000, script: "unit", operands: false };
  const sub = { ...unit, dir: "sub", script: "test", targets: ["a.test.ts"] };
  const rows: [boolean, Tool, string, unknown, unknown][] = [
    [true, runTests, "vitest", unit, {}],
    [true, runTests, "vitest", { ...unit, timeoutMs: 9_000 }, {}],
    [true, runTests, "vitest", { ...unit, filter: "x" }, { filter: "x" }],
    [true, runTests, "vitest", sub, { paths: ["sub/a.test.ts"] }],
    [true, runTests, "vitest", sub, { paths: ["./sub/../sub/a.test.ts"] }],
    [false, runTests, "vitest", { ...unit, script: "deploy" }, {}],
    [false, runTests, "vitest", { ...unit, script: undefined }, {}],
    [false, runTests, "vitest", { ...unit, dir: "sub" }, {}],
    [false, runTests, "vitest", { ...unit, targets: ["b.ts"] }, {}],
    [false, runTests, "vitest", { ...unit, filter: "y" }, { filter: "x" }],
    [false, runTests, "vitest", unit, { paths: 1 }],
    [false, runTests, "jest", unit, {}],
    [false, runTests, "npm", { dir: ".", targets: [], timeoutMs: 1_000 }, {}],
    [false, runTests, "make", { dir: ".", targets: [], timeoutMs: 1_000, target: "test" }, {}],
    [true, lint, "eslint", { ...unit, script: "lint", operands: true }, {}],
    [false, lint, "eslint", { ...unit, script: "deploy" }, {}],
    [true, build, "npm", { dir: ".", targets: [], timeoutMs: 1_000 }, {}],
    [false, build, "npm", { dir: "sub", targets: [], timeoutMs: 1_000 }, {}],
  ];
  for (const [expected, tool, command, fields, input] of rows) {
    const said = JSON.stringify([tool.name, command, fields, input]);
    assert.equal(await typed(at, tool, command, fields, input), expected, said);
  }
});

Deno.test("git_add, git_commit, open: only the paths and words the person gave are typed", async () => {
  await using at = await openBench(FILES);
  const rows: [boolean, Tool, string, unknown, unknown][] = [
    [true, gitAdd, "add", { paths: ["b.ts", "gone.ts"] }, { paths: ["./b.ts", "gone.ts"] }],
    [true, gitAdd, "add", { paths: ["."] }, { paths: ["."] }],
    [false, gitAdd, "add", { paths: ["."] }, { paths: ["b.ts"] }],
    [false, gitAdd, "add", { paths: ["b.ts", "a:1"] }, { paths: ["b.ts"] }],
    [false, gitAdd, "add", { paths: ["b.ts"] }, null],
    [true, gitCommit, "commit", { message: "m" }, { message: "m" }],
    [false, gitCommit, "commit", { message: "n" }, { message: "m" }],
    [false, gitCommit, "commit", { message: "n" }, {}],
    [true, open, "editor", { path: "a:1" }, { path: "a:1" }],
    [true, open, "editor", { path: "b.ts", line: 2 }, { path: "./b.ts:2" }],
    [false, open, "editor", { path: "b.ts", line: 3 }, { path: "b.ts:2" }],
    [false, open, "editor", { path: "a:1" }, { path: "b.ts" }],
  ];
  for (const [expected, tool, command, fields, input] of rows) {
    const said = JSON.stringify([tool.name, command, fields, input]);
    assert.equal(await typed(at, tool, command, fields, input), expected, said);
  }
});

Deno.test("every command that executes says what is typed", async () => {
  const { catalog } = await import("./catalog.ts");
  for (const entry of catalog) {
    const { commands = {} } = await entry.load();
    for (const [key, { effect, typed }] of Object.entries(commands)) {
      assert.ok(effect === "read" || typed !== undefined, `${entry.name}.${key}`);
    }
  }
});
