import assert from "node:assert/strict";
import type { ProgramResult } from "../../core/command.ts";
import { openBench } from "../_testing.ts";
import build from "./build.ts";
import { cargo } from "./_cargo.ts";
import type { Check } from "./_check.ts";
import { go } from "./_go.ts";
import { golangci } from "./_golangci.ts";
import lint from "./lint.ts";
import { nextest } from "./_nextest.ts";
import { python } from "./_python.ts";
import { mypy, pyright } from "./_python_types.ts";
import { findSuppressions, suppressionsIn } from "./_suppressions.ts";
import { toReport } from "./_to_report.ts";

// mypy 2.4 and pyright 1.1 wrote theirs here; golangci-lint's and nextest's have the form that their
// documentation shows.

const MYPY = [
  {
    file: "a.py",
    line: 3,
    column: 11,
    message: "Incompatible return value type",
    hint: null,
    code: "return-value",
    severity: "error",
  },
  {
    file: "a.py",
    line: 4,
    column: 0,
    message: 'Revealed type is "int"',
    hint: null,
    code: "misc",
    severity: "note",
  },
].map((one) => JSON.stringify(one)).join("\n") + "\n";

const PYRIGHT = JSON.stringify({
  version: "1.1.414",
  generalDiagnostics: [{
    file: "ROOT/a.py",
    severity: "error",
    message: 'Type "int" is not assignable to return type "str"',
    range: { start: { line: 2, character: 11 }, end: { line: 2, character: 12 } },
    rule: "reportReturnType",
  }, { file: "ROOT/a.py", severity: "information", message: "only told" }],
  summary: { filesAnalyzed: 2, errorCount: 1, warningCount: 0, informationCount: 1 },
});

const GOLANGCI = JSON.stringify({
  Issues: [{
    FromLinter: "errcheck",
    Text: "Error return value of `f` is not checked",
    Severity: "",
    SourceLines: ["\tf()"],
    Pos: { Filename: "a.go", Offset: 40, Line: 4, Column: 3 },
  }, {
    FromLinter: "godot",
    Text: "Comment should end in a period",
    Severity: "warning",
    Pos: { Filename: "ROOT/a.go", Line: 1 },
  }],
  Report: { Linters: [] },
});

const NEXTEST = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="3" failures="2" errors="0" time="1.0">
  <testsuite name="demo" tests="3" disabled="0" errors="0" failures="2">
    <testcase name="tests::adds" classname="demo" time="0.004"/>
    <testcase name="tests::breaks" classname="demo" time="0.004">
      <failure message="boom" type="test failure">thread panicked at src/lib.rs:4:9: boom</failure>
    </testcase>
    <testcase name="tests::hangs" classname="demo" time="1.0"><failure type="test timeout"/></testcase>
  </testsuite>
</testsuites>`;

async function read(
  check: Check,
  part: Partial<ProgramResult>,
  files: Readonly<Record<string, string>> = {},
) {
  await using bench = await openBench(files);
  const result: ProgramResult = {
    code: 1,
    signal: null,
    stdout: "",
    stderr: "",
    truncated: false,
    timedOut: false,
    ms: 100,
    argv: [],
    reports: {},
    ...JSON.parse(JSON.stringify(part).replaceAll("ROOT", bench.root)),
  };
  const site = { files: bench.ctx.files, dir: "." };
  return toReport(".", check, result, await check.read(result, site));
}

const found = async (check: Check, part: Partial<ProgramResult>) =>
  (await read(check, part)).problems.map(({ file, line, col, severity, rule }) =>
    `${file}:${line}:${col} ${severity} ${rule}`
  );

Deno.test("mypy, pyright and golangci-lint give problems with places and rules", async () => {
  assert.deepEqual(await found(mypy, { stdout: MYPY }), ["a.py:3:12 error return-value"]);
  assert.deepEqual(await found(pyright, { stdout: PYRIGHT }), [
    "a.py:3:12 error reportReturnType",
  ]);
  for (const stdout of [GOLANGCI, `text first\n${GOLANGCI}\n2 issues\n`]) {
    assert.deepEqual(await found(golangci, { stdout }), [
      "a.go:4:3 error errcheck",
      "a.go:1:0 warning godot",
    ]);
  }
});

Deno.test("mypy, pyright and golangci-lint are ok when they found nothing, never when cut", async () => {
  const clean: [Check, string][] = [
    [mypy, ""],
    [
      pyright,
      '{"generalDiagnostics":[],"summary":{"filesAnalyzed":1,"errorCount":0,"warningCount":0}}',
    ],
    [golangci, '{"Issues":null,"Report":{}}'],
  ];
  for (const [check, stdout] of clean) {
    const report = await read(check, { code: 0, stdout });
    assert.deepEqual([report.ok, report.complete, report.counted], [true, true, false], check.id);
  }
  for (const [check, text] of [[mypy, MYPY], [pyright, PYRIGHT], [golangci, GOLANGCI]] as const) {
    const cut = await read(check, { code: 0, stdout: text.slice(0, text.length - 20) });
    assert.deepEqual([cut.ok, cut.complete], [false, false], check.id);
  }
  const crash = await read(mypy, { code: 2, stderr: "a.py: error: Cannot read file\n" });
  assert.equal(crash.complete, false);
  const nothing = PYRIGHT.replace('"filesAnalyzed":2', '"filesAnalyzed":0');
  assert.equal((await read(pyright, { stdout: nothing })).complete, false);
  assert.equal((await read(mypy, { code: 0, truncated: true })).complete, false);
});

Deno.test("nextest is read from the report of this run, where its settings have it", async () => {
  const files = {
    ".config/nextest.toml": '[profile.ci]\nretries = 1\n[profile.ci.junit]\npath = "junit.xml"\n',
    "target/nextest/ci/junit.xml": NEXTEST,
    "src/lib.rs": "",
  };
  const argv = ["cargo", "nextest", "run", "--profile=ci"];
  const report = await read(nextest, { argv }, files);
  assert.deepEqual(report.tests.map(({ id, status, line }) => [id, status, line]), [
    ["demo::tests::adds", "pass", undefined],
    ["demo::tests::breaks", "fail", 4],
    ["demo::tests::hangs", "timeout", undefined],
  ]);
  assert.equal(report.complete, true);
  const fewer = {
    ...files,
    "target/nextest/ci/junit.xml": NEXTEST.replace('tests="3"', 'tests="4"'),
  };
  assert.equal((await read(nextest, { argv, code: 0 }, fewer)).complete, false);
  assert.equal((await read(nextest, { argv: ["--profile=other"] }, files)).complete, false);
  await using bench = await openBench(files);
  await Deno.utime(`${bench.root}/target/nextest/ci/junit.xml`, 1_000, 1_000);
  const site = { files: bench.ctx.files, dir: "." };
  const result = {
    code: 0,
    signal: null,
    stdout: "",
    stderr: "",
    truncated: false,
    timedOut: false,
  };
  const old = await nextest.read({ ...result, ms: 100, argv, reports: {} }, site);
  assert.equal(old.complete, false);
});

Deno.test("the project's settings choose mypy, pyright, golangci-lint and nextest", async () => {
  const ids = async (
    family: typeof python,
    kind: "test" | "lint" | "build",
    text: string,
    name: string,
  ) => {
    await using bench = await openBench({ [name]: text });
    return (await family.choices(kind, ".", bench.ctx.files)).map(({ check, fields }) =>
      [check.id, ...Object.values(fields ?? {})].join(" ")
    );
  };
  const py = (text: string, name = "pyproject.toml") => ids(python, "build", text, name);
  assert.deepEqual(await py(""), ["compileall"]);
  assert.deepEqual(await py('[tool.mypy]\nstrict = true\n[x]\nfiles = "a"\n'), [
    "mypy false",
    "compileall",
  ]);
  assert.deepEqual(await py('[tool.mypy]\nfiles = "src"\n[tool.pyright]\n'), [
    "mypy true",
    "pyright",
    "compileall",
  ]);
  assert.deepEqual(await py("[mypy]\n", "mypy.ini"), ["mypy false", "compileall"]);
  const linters = (text: string, name: string) => ids(go, "lint", text, name);
  assert.deepEqual(await linters("", "go.mod"), ["go"]);
  assert.deepEqual(await linters('version: "2"\n', ".golangci.yml"), ["golangci-lint 2", "go"]);
  assert.deepEqual(await linters("linters: {}\n", ".golangci.yaml"), ["golangci-lint 1", "go"]);
  const nexts = (text: string) => ids(cargo, "test", text, ".config/nextest.toml");
  assert.deepEqual(await nexts("[profile.default]\nretries = 1\n"), ["cargo"]);
  assert.deepEqual(await nexts('[profile.ci.junit]\npath = "j.xml"\n'), ["nextest ci", "cargo"]);
});

Deno.test("suppressionsIn() finds the comments of each language, and no other use of the words", () => {
  const kinds = (file: string, text: string) =>
    suppressionsIn(file, text).map(({ kind, line }) => `${line} ${kind}`);
  assert.deepEqual(
    kinds(
      "a.ts",
      "// deno-lint-ignore no-var\nvar a; /* eslint-disable-next-line */\n// @ts-ignore\n// @ts-expect-error x\nconst noqa = 'ts-ignore';\n",
    ),
    ["1 deno-lint-ignore", "2 eslint-disable", "3 ts-ignore", "4 ts-expect-error"],
  );
  assert.deepEqual(
    kinds(
      "a.py",
      "import os  # noqa: F401\nx: int = ''  # type: ignore\nnoqa = 1\n# pyright: basic\n",
    ),
    ["1 noqa", "2 type:ignore", "4 pyright:basic"],
  );
  assert.deepEqual(kinds("a.rs", "#![allow(dead_code)]\n#[expect(unused)]\nassert!(allow(1));\n"), [
    "1 allow",
    "2 expect",
  ]);
  assert.deepEqual(kinds("a.go", "f() //nolint:errcheck\n//lint:ignore SA1 why\n"), [
    "1 nolint",
    "2 lint:ignore",
  ]);
  assert.deepEqual(kinds("a.md", "// @ts-ignore"), []);
});

Deno.test("findSuppressions() counts below the paths it is given, each file once", async () => {
  await using bench = await openBench({
    "a.ts": "// @ts-ignore\n",
    "sub/b.ts": "// @ts-ignore\n// @ts-ignore\n",
    "sub/c.py": "# noqa\n",
  });
  const { files, signal } = bench.ctx;
  const count = async (paths: string[], endings = ["ts"]) =>
    (await findSuppressions(files, paths, endings, signal))?.map(({ file }) => file);
  assert.deepEqual(await count(["."]), ["a.ts", "sub/b.ts", "sub/b.ts"]);
  assert.deepEqual(await count(["sub", "sub/b.ts"]), ["sub/b.ts", "sub/b.ts"]);
  assert.deepEqual(await count(["."], ["py"]), ["sub/c.py"]);
  assert.equal(await count(["."], ["toml"]), undefined);
});

Deno.test("lint and build tell the comments that silence them", async () => {
  await using bench = await openBench({
    "deno.json": "{}",
    "a.ts": "// deno-lint-ignore no-explicit-any\nexport const a: any = 1;\n",
    "sub/b.ts": "// @ts-ignore why\nexport const b: string = 1;\n",
  });
  const linted = await bench.run(lint);
  assert.equal(linted.ok, true);
  assert.deepEqual(linted.data.suppressions, [
    { file: "a.ts", line: 1, kind: "deno-lint-ignore" },
    { file: "sub/b.ts", line: 1, kind: "ts-ignore" },
  ]);
  const built = await bench.run(build, { paths: ["sub"] });
  assert.deepEqual(built.data.suppressions.length, 1);
});
