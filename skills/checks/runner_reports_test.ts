import assert from "node:assert/strict";
import type { ProgramResult } from "../../core/command.ts";
import { openBench } from "../_testing.ts";
import { cargoTest } from "./_cargo.ts";
import type { Check } from "./_check.ts";
import type { CheckReport } from "../../core/check_report.ts";
import { denoTest } from "./_deno.ts";
import { goTest } from "./_go.ts";
import { jest, mocha, nodeTest, vitest } from "./_node_tests.ts";
import { pytest } from "./_python_tests.ts";
import { OUTPUTS } from "./_test_outputs.ts";
import { toReport } from "./_to_report.ts";

const CHECKS: Readonly<Record<string, Check>> = {
  deno: denoTest,
  node: nodeTest,
  vitest,
  jest,
  mocha,
  pytest,
  cargo: cargoTest,
  go: goTest,
};

async function read(runner: string, part: Partial<ProgramResult>): Promise<CheckReport> {
  await using bench = await openBench({ "go.mod": "module example.com/demo\n" });
  const check = CHECKS[runner]!;
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
  const reading = await check.read(result, { files: bench.ctx.files, dir: "." });
  return toReport(".", check, result, reading);
}

const brief = ({ tests }: CheckReport) => tests.map(({ id, status }) => `${status} ${id}`);

const PASS: Readonly<Record<string, readonly string[]>> = {
  deno: ["a_test.ts::adds", "a_test.ts::steps"],
  node: ["adds", "suite > subs"],
  vitest: ["a.test.js::adds", "a.test.js::suite > subs"],
  jest: ["a.test.js::adds", "a.test.js::suite > subs"],
  mocha: ["a.test.js::adds", "a.test.js::suite subs"],
  pytest: ["test_a.py::test_adds", "test_a.py::TestSuite > test_subs"],
  cargo: ["src/lib.rs::tests::adds", "tests/it.rs::whole", "src/lib.rs - one"],
  go: [". > TestAdds", ". > TestSuite/subs"],
};

const MIXED: Readonly<Record<string, readonly string[]>> = {
  deno: [
    "pass a_test.ts::adds",
    "fail a_test.ts::breaks",
    "skip a_test.ts::later",
    "pass b_test.ts::adds",
  ],
  node: ["pass adds", "fail breaks", "skip later", "timeout slow", "error b.test.js"],
  vitest: [
    "pass a.test.js::adds",
    "fail a.test.js::breaks",
    "skip a.test.js::later",
    "skip a.test.js::some day",
    "timeout a.test.js::slow",
    "error b.test.js",
  ],
  jest: [
    "pass a.test.js::adds",
    "fail a.test.js::breaks",
    "skip a.test.js::later",
    "skip a.test.js::some day",
    "timeout a.test.js::slow",
    "error b.test.js",
  ],
  mocha: [
    "pass a.test.js::adds",
    "fail a.test.js::breaks",
    "timeout a.test.js::slow",
    "skip a.test.js::later",
  ],
  pytest: [
    "error test_b.py::test_b",
    "pass test_a.py::test_adds",
    "fail test_a.py::test_breaks",
    "skip test_a.py::test_later",
    "xfail test_a.py::test_known",
    "fail test_a.py::test_better",
    "error test_a.py::test_fixture",
    "timeout test_a.py::test_slow",
  ],
  cargo: [
    "pass src/lib.rs::tests::adds",
    "fail src/lib.rs::tests::breaks",
    "skip src/lib.rs::tests::later",
    "pass src/lib.rs::tests::panics",
  ],
  go: [
    "pass . > TestAdds",
    "fail . > TestBreaks",
    "skip . > TestLater",
    "error example.com/demo/bad",
  ],
};

for (const [runner, cases] of Object.entries(OUTPUTS)) {
  Deno.test(`${runner}: a run in which all pass is ok and complete, each test has an id`, async () => {
    const report = await read(runner, cases["all pass"]!);
    assert.deepEqual(brief(report), PASS[runner]!.map((id) => `pass ${id}`));
    assert.deepEqual([report.ok, report.complete, report.counted], [true, true, true]);
    if (runner !== "go") assert.equal(report.planned, report.total);
  });

  Deno.test(`${runner}: a mixed run tells failures, errors, skips and timeouts apart`, async () => {
    const report = await read(runner, cases.mixed!);
    assert.deepEqual(brief(report), MIXED[runner]);
    assert.deepEqual([report.ok, report.complete], [false, true]);
    const bad = MIXED[runner]!.filter((one) => /^(fail|error|timeout) /.test(one)).length;
    assert.equal(report.failed, bad);
  });

  Deno.test(`${runner}: no tests, or a test that ends the process, is never ok`, async () => {
    const none = await read(runner, cases["no tests"]!);
    assert.deepEqual([none.ok, none.total], [false, 0]);
    const crash = await read(runner, cases.crash!);
    // Node takes a file that ends with 0 for one test: only a baseline has the missing ids.
    if (runner === "node") assert.deepEqual(brief(crash), ["pass a.test.js"]);
    else assert.equal(crash.ok, false);
  });

  Deno.test(`${runner}: a cut output is not complete`, async () => {
    const { stdout = "", reports = {} } = cases.mixed!;
    const names = Object.keys(reports);
    const half = (text: string) => text.slice(0, Math.floor(text.length * 0.6));
    const cut = names.length > 0
      ? { reports: Object.fromEntries(names.map((name) => [name, half(reports[name]!)])) }
      : { stdout: half(stdout), truncated: true };
    const report = await read(runner, { ...cases.mixed, ...cut, code: 0 });
    assert.deepEqual([report.ok, report.complete], [false, false]);
  });

  Deno.test(`${runner}: colours change neither ids nor messages`, async () => {
    const report = await read(runner, cases.ansi!);
    assert.equal(report.failed, 1);
    const [{ id, message } = { id: "", message: "" }] = report.tests;
    assert.match(id, /red$/i);
    assert.match(message!, /\bred\b/);
    // deno-lint-ignore no-control-regex -- none may be left
    assert.doesNotMatch(message!.replaceAll("\\x1b", ""), /[\u001b\ufffd]|#x1B/);
  });
}

Deno.test("pytest: pytest.exit(0) inside a test leaves fewer results than were collected", async () => {
  const report = await read("pytest", OUTPUTS.pytest!.exit!);
  assert.equal(report.exitCode, 0);
  assert.deepEqual([report.ok, report.complete, report.planned], [false, false, 2]);
});

Deno.test("cargo: what does not build has problems and no test", async () => {
  const report = await read("cargo", OUTPUTS.cargo!.broken!);
  assert.deepEqual([report.ok, report.total, report.problems[0]!.rule], [false, 0, "E0308"]);
});

Deno.test("go: a test that hangs is a timeout, whoever stopped it", async () => {
  const stopped = await read("go", OUTPUTS.go!.stopped!);
  assert.deepEqual(brief(stopped), ["pass . > TestAdds", "timeout . > TestHangs"]);
  assert.deepEqual([stopped.ok, stopped.complete], [false, false]);
  const event = (one: Record<string, string>) =>
    `${JSON.stringify({ Package: "example.com/demo", ...one })}\n`;
  const stdout = event({ Action: "run", Test: "TestHangs" }) +
    event({ Action: "output", Test: "TestHangs", Output: "panic: test timed out after 1s\n" }) +
    event({ Action: "fail" });
  assert.deepEqual(brief(await read("go", { stdout })), ["timeout . > TestHangs"]);
});

Deno.test("go: events of a package without its end, and output that was cut, are not complete", async () => {
  const { stdout = "" } = OUTPUTS.go!["all pass"]!;
  const events = stdout.trimEnd().split("\n");
  const open = { code: 0, stdout: events.slice(0, -1).join("\n") };
  assert.equal((await read("go", open)).complete, false);
  const cut = await read("go", { code: 0, stdout, truncated: true });
  assert.deepEqual([cut.ok, cut.complete], [false, false]);
});

Deno.test("tests of one name in one file are told apart by their order", async () => {
  const xml = '<testsuites tests="3"><testsuite name="./a_test.ts">' +
    '<testcase name="x"/><testcase name="x"/><testcase name="y"/></testsuite></testsuites>';
  const report = await read("deno", { code: 0, reports: { "junit.xml": xml } });
  assert.deepEqual(report.tests.map(({ id }) => id), [
    "a_test.ts::x",
    "a_test.ts::x #2",
    "a_test.ts::y",
  ]);
});

Deno.test("a file or package that does not load names the tests it stands for", async () => {
  const wholes = async (runner: string, part: Partial<ProgramResult>) =>
    (await read(runner, part)).tests.flatMap(({ id, whole }) => whole ? [`${id} ${whole}`] : []);
  assert.deepEqual(await wholes("jest", OUTPUTS.jest!.mixed!), ["b.test.js b.test.js::"]);
  assert.deepEqual(await wholes("vitest", OUTPUTS.vitest!.mixed!), ["b.test.js b.test.js::"]);
  assert.deepEqual(await wholes("pytest", OUTPUTS.pytest!.mixed!), [
    "test_b.py::test_b test_b.py::",
  ]);
  assert.deepEqual(await wholes("go", OUTPUTS.go!.mixed!), ["example.com/demo/bad bad > "]);
  // Node 22 and later tell the file of each test, and name the one that crashed by it.
  const node = '<testsuites><testcase name="b.test.js" file="ROOT/sub/b.test.js">' +
    '<failure type="testCodeFailure"/></testcase><!-- tests 1 --></testsuites>';
  assert.deepEqual(await wholes("node", { reports: { "junit.xml": node } }), [
    "sub/b.test.js sub/b.test.js::",
  ]);
  const stdout = "Uncaught error from ./b_test.ts FAILED\n\n ERRORS \n\n" +
    "./b_test.ts (uncaught error)\nerror: (in promise) Error: load\n    at x\nThis error was not\n\n";
  const deno = { stdout, reports: OUTPUTS.deno!["all pass"]!.reports! };
  assert.deepEqual(await wholes("deno", deno), ["b_test.ts b_test.ts::"]);
  assert.equal((await read("deno", { ...deno, code: 0 })).ok, false);
});
