import assert from "node:assert/strict";
import { LAST_CHANGE, type Learner } from "../../core/agent/learner.ts";
import { UserError } from "../../core/errors.ts";
import { have, openBench } from "../_testing.ts";
import type { CheckReport, TestOutcome } from "../../core/check_report.ts";
import runTests from "./run_tests.ts";

const PASS = 'Deno.test("adds", () => {});\n';

/** `status name file:line` of each test, sorted. */
function brief({ tests }: CheckReport): string[] {
  return tests.map(({ status, name, file, line }: TestOutcome) =>
    `${status} ${name} ${file ?? ""}${line === undefined ? "" : `:${line}`}`
  ).sort();
}

function says(message: RegExp, exitCode: number) {
  return (error: unknown) =>
    error instanceof UserError && error.exitCode === exitCode && message.test(error.line);
}

Deno.test("run_tests reads deno's report: places, messages, steps, skips, progress", async () => {
  await using bench = await openBench({
    "deno.json": "{}",
    "a_test.ts": `${PASS}Deno.test("breaks <&>", () => {
  console.log("adds ... ok (1ms)");
  throw new TypeError("boom");
});
Deno.test({ name: "later", ignore: true, fn() {} });
Deno.test("steps", async (t) => {
  await t.step("one", () => {});
  await t.step("two", () => { throw new Error("in step"); });
});
`,
  });
  const { ok, data, text } = await bench.run(runTests);
  assert.deepEqual(brief(data), [
    "fail breaks <&> a_test.ts:4",
    "fail steps a_test.ts:9",
    "pass adds a_test.ts:1",
    "skip later a_test.ts:6",
  ]);
  assert.deepEqual([ok, data.total, data.passed, data.failed, data.skipped], [false, 4, 1, 2, 1]);
  assert.match(
    text,
    /^test FAILED: deno, .* exit code 1\n\nFAIL breaks <&> {2}a_test\.ts:4\n {2}TypeError: boom/,
  );
  assert.match(text, /\n\n1 passed, 2 failed, 1 skipped$/);
  assert.match(text, /steps > two: Error: in step/);
  assert.deepEqual(bench.progress.at(-1), { text: "steps", done: 4, total: 4 });
  const stored = await bench.ctx.store.get<CheckReport>("checks:last:test");
  assert.equal(stored?.tests.length, 4);
  assert.equal(stored?.tests.some((test) => "message" in test), false);
});

Deno.test("run_tests tells what learns how it came out since a change, against the same run before", async () => {
  await using bench = await openBench({ "deno.json": "{}", "a_test.ts": PASS });
  const told: [number, number][] = [];
  const verified = (before: CheckReport, now: CheckReport) => {
    told.push([before.passed, now.passed]);
    return Promise.resolve(undefined);
  };
  let opened = 0;
  const learner = () => {
    opened++;
    return Promise.resolve({ verified } as Partial<Learner> as Learner);
  };
  const run = () => bench.run(runTests, {}, { learner });
  await run();
  await run();
  assert.equal(opened, 0, "nothing was changed");
  await bench.ctx.store.put(LAST_CHANGE, Date.now());
  await bench.write({ "a_test.ts": `${PASS}Deno.test("more", () => {});\n` });
  await bench.run(runTests, { filter: "adds" }, { learner });
  assert.deepEqual(told, [], "another run says nothing of it");
  await run();
  await bench.ctx.store.put(LAST_CHANGE, Date.now() + 1000);
  await run();
  assert.deepEqual(told, [[2, 2]]);
});

Deno.test("run_tests takes the project's task, a target, a filter", async () => {
  await using bench = await openBench({
    "deno.jsonc": '{ // with a comment\n "tasks": { "test": "deno test --no-check a_test.ts" }, }',
    "a_test.ts": `${PASS}const wrong: number = "";\nDeno.test("b", () => void wrong);`,
    "sub/c_test.ts": 'Deno.test("c", () => {});\nDeno.test("d", () => {});',
  });
  const all = await bench.run(runTests);
  assert.deepEqual(brief(all.data), ["pass adds a_test.ts:1", "pass b a_test.ts:3"]);
  assert.deepEqual(all.data.argv.slice(0, 3), ["deno", "task", "test"]);
  const sub = await bench.run(runTests, { paths: ["sub"] });
  assert.deepEqual(brief(sub.data), ["pass c sub/c_test.ts:1", "pass d sub/c_test.ts:2"]);
  const one = await bench.run(runTests, { paths: ["sub/c_test.ts"], filter: "d" });
  assert.deepEqual([one.ok, one.data.passed, one.data.skipped], [true, 1, 1]);
});

Deno.test("run_tests is not ok without a test that ran, whatever the exit code", async () => {
  await using bench = await openBench({ "deno.json": "{}", "a_test.ts": "" });
  const none = await bench.run(runTests);
  assert.deepEqual([none.ok, none.data.exitCode, none.data.notes], [false, 0, ["no test ran"]]);
  await bench.write({ "a_test.ts": "Deno.test.ignore('x', () => {});" });
  const skipped = await bench.run(runTests);
  assert.deepEqual(skipped.data.notes, ["all tests were skipped: no test ran"]);
  assert.equal(skipped.ok, false);
  // A test that ends the process with success leaves no report.
  await bench.write({
    "a_test.ts": 'Deno.test("x", () => Deno.exit(0));\nDeno.test("y", () => {});',
  });
  assert.equal((await bench.run(runTests)).ok, false);
  await bench.write({ "a_test.ts": 'const x: string = 1;\nDeno.test("x", () => {});' });
  const broken = await bench.run(runTests);
  assert.deepEqual([broken.ok, broken.data.counted, broken.data.notes], [false, false, [
    "no test ran",
  ]]);
  assert.match(broken.text, /^a_test\.ts:1:7: error TS2322: /m);
});

Deno.test("run_tests reads node's own runner, through the script and directly", async () => {
  if (!await have("npm")) return;
  const test = `const { test, describe, it } = require("node:test");
test("adds", () => {});
test("breaks", () => { require("node:assert").equal(1, 2); });
test("later", { skip: "why" }, () => {});
describe("suite", () => { it("inner", () => {}); });
`;
  await using bench = await openBench({
    "package.json": '{ "scripts": { "test": "node --test test/" } }',
    "test/a.test.js": test,
    "test/b.test.js": 'require("./gone.js");\n',
  });
  const { ok, data } = await bench.run(runTests);
  assert.equal(ok, false);
  assert.deepEqual(data.argv, ["npm", "run", "--silent", "test"]);
  assert.deepEqual(
    brief(data).map((line) => line.replace(/(adds|inner|later) .*/, "$1")),
    [
      "error test/b.test.js test/b.test.js:1",
      "fail breaks test/a.test.js:3",
      "pass adds",
      "pass suite > inner",
      "skip later",
    ],
  );
  const message = (name: string) =>
    data.tests.find((one: TestOutcome) => one.name.includes(name))?.message;
  assert.match(message("breaks"), /^AssertionError .*\n\s*1 !== 2|^AssertionError .*1 == 2/s);
  assert.match(message("b.test.js"), /Cannot find module '\.\/gone\.js'/);
  const filtered = await bench.run(runTests, { paths: ["test/a.test.js"], filter: "adds" });
  assert.deepEqual([filtered.ok, filtered.data.passed], [true, 1]);
  assert.equal(filtered.data.argv[0], "node");
});

Deno.test("run_tests reads pytest: fixtures that fail, expected failures, files that do not load", async () => {
  if (!await havePytest()) return;
  await using bench = await openBench({
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-q"\n',
    "tests/test_a.py": `import pytest
def test_adds(): assert 1 + 1 == 2
def test_breaks():
    assert 1 == 2, "why <&>"
@pytest.mark.skip(reason="later")
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert 0
@pytest.fixture
def bad(): raise ValueError("fix")
class TestGroup:
    def test_error(self, bad): pass
`,
    "tests/test_b.py": "import does_not_exist\n",
  });
  const { data, text } = await bench.run(runTests);
  assert.deepEqual(brief(data), [
    "error TestGroup > test_error tests/test_a.py:10",
    "error tests.test_b tests/test_b.py:1",
    "fail test_breaks tests/test_a.py:4",
    "pass test_adds tests/test_a.py:2",
    "skip test_skipped tests/test_a.py:5",
    "xfail test_expected tests/test_a.py:7",
  ]);
  assert.match(text, /ModuleNotFoundError: No module named 'does_not_exist'/);
  assert.match(text, /\n\n1 passed, 3 failed, 2 skipped$/);
  const one = await bench.run(runTests, { paths: ["tests/test_a.py"], filter: "adds" });
  assert.deepEqual([one.ok, one.data.passed, one.data.failed], [true, 1, 0]);
  // Nothing is left behind in the workspace.
  assert.deepEqual((await bench.ctx.files.list("tests")).map(({ name }) => name), [
    "test_a.py",
    "test_b.py",
  ]);
});

Deno.test("run_tests uses the packages of a project's virtual environment, not its programs", async () => {
  if (!await havePytest()) return;
  const version = await python("import sys; print('python%d.%d' % sys.version_info[:2])");
  const packages = await python("import os, pytest; print(os.path.dirname(pytest.__path__[0]))");
  await using bench = await openBench({
    "test_a.py": "import only_here\ndef test_a(): assert only_here.x == 1\n",
    [`.venv/lib/${version}/site-packages/only_here.py`]: "x = 1\n",
    // As an editable install does.
    [`.venv/lib/${version}/site-packages/more.pth`]: `${packages}\n`,
    ".venv/bin/python": "#!/bin/sh\nexit 9\n",
  });
  const { ok, data } = await bench.run(runTests);
  assert.deepEqual([ok, data.passed, data.toolchain], [true, 1, "pytest"]);
  assert.equal(data.argv[0], version);
});

Deno.test("run_tests falls back to unittest where there is no pytest", async () => {
  if (!await have("python3")) return;
  const version = await python("import sys; print('python%d.%d' % sys.version_info[:2])");
  await using bench = await openBench({
    // An empty environment: no pytest in it.
    [`.venv/lib/${version}/site-packages/none.py`]: "",
    "test_u.py": `import unittest
class T(unittest.TestCase):
    def test_ok(self): pass
    def test_bad(self):
        """A doc string"""
        self.assertEqual(1, 2)
    @unittest.skip("no")
    def test_skip(self): pass
`,
    "test_v.py": "import does_not_exist\n",
  });
  const { ok, data } = await bench.run(runTests);
  assert.equal(data.toolchain, "unittest");
  assert.deepEqual(brief(data), [
    "error test_v test_v.py:1",
    "fail test_u.T.test_bad test_u.py:6",
    "pass test_u.T.test_ok ",
    "skip test_u.T.test_skip ",
  ]);
  assert.equal(ok, false);
  assert.match(data.notes[0]!, /^pytest is not installed: pip install pytest/);
});

Deno.test("run_tests reads cargo: units, integration, docs, compiler messages", async () => {
  if (!await have("cargo")) return;
  await using bench = await openBench({
    "Cargo.toml": '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n',
    "src/lib.rs": `/// \`\`\`
/// assert_eq!(demo::one(), 1);
/// \`\`\`
pub fn one() -> i32 { let unused = 2; 1 }
#[cfg(test)]
mod tests {
    #[test] fn adds() {}
    #[test] fn breaks() { println!("test fake ... ok"); assert_eq!(super::one(), 2); }
    #[test] #[ignore] fn slow() {}
}
`,
    "tests/it.rs": "#[test] fn whole() {}\n",
  });
  const { data } = await bench.run(runTests);
  assert.deepEqual(brief(data), [
    "fail tests::breaks src/lib.rs:8",
    "pass src/lib.rs - one (line 1) src/lib.rs:1",
    "pass tests::adds src/lib.rs",
    "pass whole tests/it.rs",
    "skip tests::slow src/lib.rs",
  ]);
  assert.deepEqual(data.problems.map((p: { rule?: string; line: number }) => [p.rule, p.line]), [
    ["unused_variables", 4],
  ]);
  const one = await bench.run(runTests, { paths: ["tests/it.rs"] });
  assert.deepEqual(brief(one.data), ["pass whole tests/it.rs"]);
  await bench.write({ "src/lib.rs": "pub fn one() -> i32 { true }\n" });
  const broken = await bench.run(runTests);
  assert.deepEqual([broken.ok, broken.data.total], [false, 0]);
  assert.equal(broken.data.problems[0].rule, "E0308");
});

Deno.test("run_tests reads go: subtests, packages that do not build, a panic", async () => {
  if (!await have("go")) return;
  await using bench = await openBench({
    "go.mod": "module example.com/demo\n\ngo 1.21\n",
    "a.go": "package demo\n",
    "a_test.go": `package demo
import "testing"
func TestAdds(t *testing.T) {}
func TestSubs(t *testing.T) {
	t.Run("bad one", func(t *testing.T) { t.Errorf("got %d", 3) })
	t.Run("good", func(t *testing.T) {})
}
func TestSkip(t *testing.T) { t.Skip("later") }
`,
    "sub/s_test.go": 'package sub\nimport "testing"\nfunc TestS(t *testing.T) { panic("boom") }\n',
    "bad/b.go": "package bad\nvar x int = true\n",
    "bad/b_test.go": 'package bad\nimport "testing"\nfunc TestB(t *testing.T) {}\n',
  });
  const { data } = await bench.run(runTests);
  assert.deepEqual(brief(data), [
    "error example.com/demo/bad ",
    "fail TestSubs/bad_one a_test.go:5",
    "fail sub > TestS sub/s_test.go:3",
    "pass TestAdds ",
    "pass TestSubs/good ",
    "skip TestSkip a_test.go:8",
  ]);
  assert.deepEqual([data.problems[0].file, data.problems[0].line], ["bad/b.go", 2]);
  const one = await bench.run(runTests, { paths: ["a_test.go"], filter: "TestAdds" });
  assert.deepEqual([one.ok, one.data.passed], [true, 1]);
});

Deno.test("run_tests says where pytest and go were thrown off: the project's own frame", async () => {
  if (await havePytest()) {
    await using bench = await openBench({
      "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['.']\n",
      "cart.py":
        "def total(items):\n    return price(items)\ndef price(items):\n    return items['x']\n",
      "tests/test_a.py": "from cart import total\ndef test_total():\n    total({})\n",
    });
    const { text } = await bench.run(runTests);
    assert.match(
      text,
      /FAIL test_total {2}tests\/test_a\.py:3\n {2}KeyError: 'x'\n {2}at cart\.py:4\n/,
    );
  }
  if (!await have("go")) return;
  await using bench = await openBench({
    "go.mod": "module example.com/demo\n\ngo 1.21\n",
    "a.go": "package demo\nfunc F(a []int, i int) int {\n\treturn a[i]\n}\n",
    "a_test.go":
      'package demo\nimport "testing"\nfunc TestF(t *testing.T) {\n\tt.Log("hello")\n\tF(nil, 5)\n}\n',
  });
  const { text } = await bench.run(runTests);
  assert.match(text, /FAIL TestF {2}a\.go:3\n {2}panic: .*\n {2}at a\.go:3\n {2}at a_test\.go:5\n/);
  assert.doesNotMatch(text, /testing\.go/);
});

Deno.test("run_tests names tests beside the projects that no file makes one of, and runs them", async () => {
  if (!await havePytest()) return;
  const test = "def test_a(): pass\n";
  await using bench = await openBench({
    "web/package.json": '{ "scripts": { "test": "node -e 0" } }',
    "web/a.test.js": "",
    "py/pyproject.toml": "[tool.pytest.ini_options]\n",
    "py/test_in.py": test,
    "scripts/tests/test_b.py": test,
    "scripts/more/test_c.py": test,
  });
  const all = await bench.run(runTests);
  assert.deepEqual(
    all.data.notes.at(-1),
    "also found npm (web), pytest (scripts): choose with --toolchain or a path",
  );
  const { data } = await bench.run(runTests, { paths: ["scripts"] });
  assert.deepEqual([data.dir, data.passed], ["scripts", 2]);
});

Deno.test("run_tests says that make only tells how it ended", async () => {
  if (!await have("make")) return;
  await using bench = await openBench({ "Makefile": "test:\n\t@echo '12 passed, 0 failed'\n" });
  const { ok, data, text } = await bench.run(runTests);
  assert.deepEqual([ok, data.counted, data.total], [true, false, 0]);
  assert.match(text, /no tests were counted$/);
});

Deno.test("run_tests picks by path and --toolchain, and lists what else there is", async () => {
  await using bench = await openBench({
    "deno.json": "{}",
    "a_test.ts": PASS,
    "tools/inner/Makefile": "test:\n\t@true\n",
    "tools/inner/deep/down/deno.json": "{}",
    "node_modules/x/package.json": '{ "scripts": { "test": "exit 1" } }',
    ".gitignore": "ignored\n",
    "ignored/Cargo.toml": "",
  });
  const all = await bench.run(runTests);
  assert.deepEqual([all.data.toolchain, all.data.dir], ["deno", "."]);
  assert.deepEqual(all.data.notes, [
    "also found make (tools/inner): choose with --toolchain or a path",
  ]);
  for (const input of [{ paths: ["tools/inner"] }, { toolchain: "make" }]) {
    const { data } = await bench.run(runTests, input);
    assert.deepEqual([data.toolchain, data.dir, data.notes.length], ["make", "tools/inner", 1]);
  }
  await assert.rejects(
    bench.run(runTests, { toolchain: "cargo" }),
    says(/"cargo" here: found deno, make \(tools\/inner\)$/, 2),
  );
  await assert.rejects(bench.run(runTests, { paths: ["nope"] }), says(/nope/, 1));
  await assert.rejects(bench.run(runTests, { paths: ["../x"] }), says(/outside/, 1));
});

Deno.test("run_tests says in one sentence that there is nothing, or what is not installed", async () => {
  await using empty = await openBench({ "readme.md": "" });
  await assert.rejects(empty.run(runTests), says(/^no test toolchain found here: looked for /, 1));
  await using bench = await openBench({ "go.mod": "module x\n" }, {
    env: { PATH: "/nonexistent" },
  });
  await assert.rejects(bench.run(runTests), says(/^go not found: install/i, 127));
  if (!await have("npm")) return;
  await using node = await openBench({ "package.json": '{ "scripts": { "test": "vitest" } }' });
  await assert.rejects(node.run(runTests), says(/^vitest is not installed: run npm install/, 127));
});

async function havePytest(): Promise<boolean> {
  if (!await have("python3")) return false;
  return await python("import pytest; print(1)") === "1" || await have("pytest");
}

async function python(code: string): Promise<string> {
  const { stdout } = await new Deno.Command("python3", { args: ["-c", code] }).output();
  return new TextDecoder().decode(stdout).trim();
}
