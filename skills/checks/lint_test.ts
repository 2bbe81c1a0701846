import assert from "node:assert/strict";
import { have, openBench } from "../_testing.ts";
import build from "./build.ts";
import type { CheckReport } from "../../core/check_report.ts";
import lint from "./lint.ts";

function brief({ problems }: CheckReport): string[] {
  return problems.map(({ file, line, severity, rule }) =>
    `${file}:${line} ${severity}${rule ? ` ${rule}` : ""}`
  ).sort();
}

Deno.test("lint and build read deno's reports", async () => {
  await using bench = await openBench({
    "deno.json": "{}",
    "a.ts": "const used = 1;\nexport const x: string = used;\nlet y = 1;\n",
    "sub/b.ts": "export {};\n",
  });
  const linted = await bench.run(lint);
  assert.deepEqual([linted.ok, brief(linted.data)], [
    false,
    ["a.ts:3 error no-unused-vars", "a.ts:3 error prefer-const"],
  ]);
  assert.match(linted.text, /^lint FAILED: deno, .*2 errors, 0 warnings/);
  const built = await bench.run(build);
  assert.deepEqual([built.ok, brief(built.data)], [false, ["a.ts:2 error TS2322"]]);
  for (const tool of [lint, build]) {
    assert.equal((await bench.run(tool, { paths: ["sub/b.ts"] })).ok, true);
  }
});

Deno.test("lint and build read cargo's messages, each told once", async () => {
  if (!await have("cargo")) return;
  await using bench = await openBench({
    "Cargo.toml": '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n',
    "src/lib.rs": "pub fn one() -> i32 { let unused = 2; 1 }\n",
  });
  const linted = await bench.run(lint);
  assert.deepEqual([linted.ok, brief(linted.data)], [true, [
    "src/lib.rs:1 warning unused_variables",
  ]]);
  await bench.write({ "src/lib.rs": "pub fn one() -> i32 { true }\n" });
  const built = await bench.run(build);
  assert.deepEqual([built.ok, brief(built.data)], [false, ["src/lib.rs:1 error E0308"]]);
});

Deno.test("lint and build read go's messages and leave no binary", async () => {
  if (!await have("go")) return;
  await using bench = await openBench({
    "go.mod": "module example.com/demo\n\ngo 1.21\n",
    "main.go": 'package main\nimport "fmt"\nfunc main() { fmt.Printf("%d", "x") }\n',
  });
  // go vet -json ends with 0 whatever it finds: what it finds still fails the check.
  const vetted = await bench.run(lint);
  assert.deepEqual([vetted.ok, brief(vetted.data)], [false, ["main.go:3 error printf"]]);
  assert.equal((await bench.run(build)).ok, true);
  assert.deepEqual((await bench.ctx.files.list(".")).map(({ name }) => name), [
    "go.mod",
    "main.go",
  ]);
  await bench.write({ "main.go": "package main\nfunc main() { x }\n" });
  const built = await bench.run(build);
  assert.deepEqual([built.ok, brief(built.data)], [false, ["main.go:2 error"]]);
});

Deno.test("lint and build find Python's syntax errors and leave no compiled files", async () => {
  if (!await have("python3")) return;
  await using bench = await openBench({
    "pyproject.toml": "",
    "a.py": "x = 1\n",
    "sub/b.py": "def f(:\n    pass\n",
  });
  const built = await bench.run(build);
  assert.deepEqual([built.ok, brief(built.data)], [false, ["sub/b.py:1 error"]]);
  assert.match(built.data.problems[0].message, /^SyntaxError: /);
  assert.deepEqual((await bench.ctx.files.list("sub")).map(({ name }) => name), ["b.py"]);
  assert.equal((await bench.run(lint, { paths: ["a.py"] })).ok, true);
});

Deno.test("lint and build run the script or target of a project, and say that it is all they know", async () => {
  if (!await have("npm") || !await have("make")) return;
  await using bench = await openBench({
    "package.json": '{ "scripts": { "build": "echo \'a.ts(1,2): error TS1: bad\' && exit 3" } }',
    "Makefile": "lint:\n\t@echo 'a.c:3:4: warning: hm'\n",
  });
  const built = await bench.run(build);
  assert.deepEqual([built.ok, built.data.exitCode, brief(built.data)], [false, 3, [
    "a.ts:1 error TS1",
  ]]);
  const linted = await bench.run(lint);
  assert.deepEqual([linted.ok, brief(linted.data)], [true, ["a.c:3 warning"]]);
});
