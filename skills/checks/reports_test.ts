import assert from "node:assert/strict";
import type { ProgramResult } from "../../core/command.ts";
import { openBench } from "../_testing.ts";
import type { Check } from "./_check.ts";
import { mavenTest } from "./_maven.ts";
import { eslint, tsc } from "./_node_lints.ts";
import { jest, mocha, vitest } from "./_node_tests.ts";
import { pyflakes, ruff } from "./_python_lints.ts";
import { readUnittest } from "./_python_tests.ts";

// Captured from the real tools (vitest 4.1, jest 30, mocha 11, eslint 10, ruff 0.17, pyflakes 4.1,
// Surefire 2.12) on small projects and shortened: installing them takes the network. ROOT stands for
// the folder. The plain lines of tsc and Maven in the tests only show their form.

const VITEST = JSON.stringify({
  numTotalTests: 4,
  success: false,
  testResults: [{
    name: "ROOT/src/a.test.js",
    status: "failed",
    message: "",
    assertionResults: [
      {
        ancestorTitles: [],
        fullName: "adds",
        status: "passed",
        title: "adds",
        duration: 3.2,
        failureMessages: [],
      },
      {
        ancestorTitles: ["suite"],
        fullName: "suite breaks",
        status: "failed",
        title: "breaks",
        duration: 11.2,
        failureMessages: [
          "AssertionError: expected 2 to be 3 // Object.is equality\n" +
          "    at ROOT/src/a.test.js:3:32\n" +
          "    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:302:11",
        ],
      },
      { ancestorTitles: [], fullName: "s", status: "skipped", title: "s", failureMessages: [] },
      { ancestorTitles: [], fullName: "t", status: "todo", title: "t", failureMessages: [] },
    ],
  }, {
    name: "ROOT/src/b.test.js",
    status: "failed",
    message: "Cannot find module './nope.js' imported from ROOT/src/b.test.js",
    assertionResults: [],
  }],
});

const MOCHA = JSON.stringify({
  stats: { suites: 1, tests: 3, passes: 1, pending: 1, failures: 1, duration: 4 },
  passes: [{ title: "adds", fullTitle: "suite adds", file: "ROOT/test/a.test.js", duration: 0 }],
  pending: [{ title: "later", fullTitle: "suite later", file: "ROOT/test/a.test.js" }],
  failures: [{
    title: "breaks",
    fullTitle: "suite breaks",
    file: "ROOT/test/a.test.js",
    duration: 1,
    err: {
      stack:
        "AssertionError [ERR_ASSERTION]: 1 == 2\n    at Context.<anonymous> (test/a.test.js:2:67)",
      message: "1 == 2",
    },
  }],
});

const ESLINT = JSON.stringify([
  { filePath: "ROOT/ok.js", messages: [], errorCount: 0 },
  {
    filePath: "ROOT/x.js",
    messages: [
      { ruleId: "no-unused-vars", severity: 2, message: "'a' is unused.", line: 1, column: 7 },
      { ruleId: "eqeqeq", severity: 1, message: "Expected '==='.", line: 1, column: 17 },
      { ruleId: null, fatal: true, severity: 2, message: "Parsing error" },
    ],
  },
]);

const RUFF = JSON.stringify([{
  cell: null,
  code: "F401",
  end_location: { column: 10, row: 1 },
  filename: "ROOT/a.py",
  fix: {
    applicability: "safe",
    edits: [{
      content: "",
      end_location: { column: 1, row: 2 },
      location: { column: 1, row: 1 },
    }],
    message: "Remove unused import: `os`",
  },
  location: { column: 8, row: 1 },
  message: "`os` imported but unused",
  name: "unused-import",
  noqa_row: 1,
  severity: "error",
  url: "https://docs.astral.sh/ruff/rules/unused-import",
}, {
  cell: null,
  code: "F821",
  end_location: { column: 21, row: 3 },
  filename: "ROOT/a.py",
  fix: null,
  location: { column: 7, row: 3 },
  message: "Undefined name `undefined_name`",
  name: "undefined-name",
  noqa_row: 3,
  severity: "error",
  url: "https://docs.astral.sh/ruff/rules/undefined-name",
}, {
  cell: null,
  code: "invalid-syntax",
  end_location: { column: 8, row: 1 },
  filename: "ROOT/bad.py",
  fix: null,
  location: { column: 7, row: 1 },
  message: "Expected a parameter or the end of the parameter list",
  name: "invalid-syntax",
  noqa_row: null,
  severity: "error",
  url: null,
}]);

const PYFLAKES = {
  stdout: "./a.py:1:1: 'os' imported but unused\n./a.py:3:7: undefined name 'undefined_name'\n",
  stderr: "./bad.py:1:7: invalid syntax\ndef f(:\n      ^\n",
};

const SUREFIRE = `<?xml version="1.0" encoding="UTF-8" ?>
<testsuite tests="3" failures="1" name="d.ATest" time="0.029" errors="0" skipped="1">
  <properties><property name="java.home" value="/usr"/></properties>
  <testcase classname="d.ATest" name="adds" time="0.011"/>
  <testcase classname="d.ATest" name="breaks" time="1.002">
    <failure message="why &lt;&amp;&gt; expected:&lt;3&gt;" type="java.lang.AssertionError">x
	at org.junit.Assert.fail(Assert.java:89)
	at d.ATest.breaks(ATest.java:6)
</failure></testcase>
  <testcase classname="d.ATest$Inner" name="later" time="0"><skipped/></testcase>
</testsuite>`;

function result(part: Partial<ProgramResult>): ProgramResult {
  return {
    code: 1,
    signal: null,
    stdout: "",
    stderr: "",
    truncated: false,
    timedOut: false,
    ms: 100,
    argv: [],
    reports: {},
    ...part,
  };
}

/** Reads a captured report as if it came from a folder of ours. */
async function read(
  check: Check,
  part: Partial<ProgramResult>,
  files: Record<string, string> = {},
) {
  await using bench = await openBench(files);
  const text = JSON.stringify(part).replaceAll("ROOT", bench.root);
  return await check.read(result(JSON.parse(text)), { files: bench.ctx.files, dir: "." });
}

for (const check of [vitest, jest]) {
  Deno.test(`${check.id}: the JSON report gives tests, places and files that did not load`, async () => {
    const { tests, complete } = await read(check, { reports: { "report.json": VITEST } });
    assert.equal(complete, true);
    assert.deepEqual(
      tests?.map(({ name, status, file, line }) => [name, status, file, line]),
      [
        ["adds", "pass", "src/a.test.js", undefined],
        ["suite > breaks", "fail", "src/a.test.js", 3],
        ["s", "skip", "src/a.test.js", undefined],
        ["t", "skip", "src/a.test.js", undefined],
        ["src/b.test.js", "error", "src/b.test.js", undefined],
      ],
    );
    assert.equal(tests![1]!.message, "AssertionError: expected 2 to be 3 // Object.is equality");
  });
}

Deno.test("mocha: the JSON report gives tests and places", async () => {
  const { tests, complete } = await read(mocha, { reports: { "report.json": MOCHA } });
  assert.equal(complete, true);
  assert.deepEqual(tests?.map(({ name, status, line }) => [name, status, line]), [
    ["suite adds", "pass", undefined],
    ["suite breaks", "fail", 2],
    ["suite later", "skip", undefined],
  ]);
});

Deno.test("a report that is missing, cut or of another form is not complete", async () => {
  const cut = VITEST.slice(0, 500);
  const fewer = VITEST.replace('"numTotalTests":4', '"numTotalTests":5');
  for (const text of ["", "12 passed", cut, fewer, "{}", "[]", "null"]) {
    for (const check of [vitest, jest, mocha]) {
      const reading = await read(check, { reports: { "report.json": text }, stdout: "12 passed" });
      assert.equal(reading.complete, false, `${check.id}: ${text.slice(0, 20)}`);
    }
    assert.equal((await read(eslint, { reports: { "eslint.json": "" } })).complete, false);
    assert.equal((await read(ruff, { stdout: cut })).complete, false);
  }
});

Deno.test("eslint, ruff, tsc and pyflakes give problems with places", async () => {
  const found = async (check: Check, part: Partial<ProgramResult>) =>
    (await read(check, part)).problems?.map(({ file, line, col, rule, severity }) =>
      `${file}:${line}:${col} ${severity} ${rule}`
    );
  assert.deepEqual(await found(eslint, { reports: { "eslint.json": ESLINT } }), [
    "x.js:1:7 error no-unused-vars",
    "x.js:1:17 warning eqeqeq",
    "x.js:0:0 error undefined",
  ]);
  assert.deepEqual(await found(ruff, { stdout: RUFF }), [
    "a.py:1:8 error F401",
    "a.py:3:7 error F821",
    "bad.py:1:7 error invalid-syntax",
  ]);
  const text = "src/z.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.\n" +
    "../outside.ts(1,1): error TS1: not ours\n";
  assert.deepEqual(await found(tsc("lint"), { stdout: text }), ["src/z.ts:1:14 error TS2322"]);
  assert.deepEqual(await found(pyflakes, PYFLAKES), [
    "a.py:1:1 error undefined",
    "a.py:3:7 error undefined",
    "bad.py:1:7 error undefined",
  ]);
});

Deno.test("maven: Surefire's reports of this run are read, those of an earlier one are not", async () => {
  await using bench = await openBench({
    "pom.xml": "",
    "target/surefire-reports/TEST-d.ATest.xml": SUREFIRE,
    "target/surefire-reports/TEST-old.xml": SUREFIRE,
    "src/test/java/d/ATest.java": "",
    "mod/pom.xml": "",
    "mod/target/surefire-reports/TEST-m.xml": SUREFIRE.replaceAll("d.ATest", "m.MTest"),
  });
  await Deno.utime(`${bench.root}/target/surefire-reports/TEST-old.xml`, 1_000, 1_000);
  const stdout = `[ERROR] ${bench.root}/src/main/java/A.java:[3,5] ';' expected\n`;
  const { tests, problems } = await mavenTest.read(result({ stdout }), {
    files: bench.ctx.files,
    dir: ".",
  });
  assert.deepEqual(tests?.map(({ name, status, file, line }) => [name, status, file, line]), [
    ["d.ATest > adds", "pass", "src/test/java/d/ATest.java", undefined],
    ["d.ATest > breaks", "fail", "src/test/java/d/ATest.java", 6],
    ["d.ATest$Inner > later", "skip", "src/test/java/d/ATest.java", undefined],
    ["m.MTest > adds", "pass", undefined, undefined],
    ["m.MTest > breaks", "fail", undefined, undefined],
    ["m.MTest$Inner > later", "skip", undefined, undefined],
  ]);
  assert.deepEqual(problems, [
    { file: "src/main/java/A.java", line: 3, col: 5, severity: "error", message: "';' expected" },
  ]);
});

Deno.test("readUnittest() wants as many results as the last line says", async () => {
  await using bench = await openBench();
  const site = { files: bench.ctx.files, dir: "." };
  const line = "test_a (m.T.test_a) ... ok\n";
  const total = `\n${"-".repeat(70)}\nRan 1 test in 0.0s\n\nOK\n`;
  assert.equal(readUnittest(line + total, site).complete, true);
  assert.equal(readUnittest(line, site).complete, false);
  assert.equal(readUnittest(line + line.replaceAll("_a", "_b") + total, site).complete, false);
});
