import assert from "node:assert/strict";
import { parseLibtest } from "./_libtest.ts";

const FAILING = `
running 3 tests
test a ... ok
test slow ... ignored, takes a day
test b ... FAILED

failures:

---- b stdout ----
running 1 test
test fake ... ok
test result: ok. 99 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.0s

thread 'b' panicked at src/lib.rs:8:53:
boom

failures:
    b

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s
`;

Deno.test("parseLibtest() takes no line that a test printed for a result", () => {
  const { tests, complete } = parseLibtest(FAILING);
  assert.deepEqual(tests.map(({ name, status }) => [name, status]), [
    ["a", "pass"],
    ["slow", "skip"],
    ["b", "fail"],
  ]);
  assert.equal(complete, true);
  assert.match(tests[2]!.message!, /boom/);
  assert.equal(tests[1]!.message, "takes a day");
});

Deno.test("parseLibtest() tells binaries apart and strips what is no part of a name", () => {
  const ok = "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out;\n";
  const { tests, complete } = parseLibtest(
    `running 1 test\ntest x - should panic ... ok\n\n${ok}\nrunning 0 tests\n\n` +
      "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured;\n" +
      `running 1 test\ntest src/lib.rs - add (line 2) ... ok\n\n${ok}`,
  );
  assert.deepEqual(tests.map(({ name, binary }) => [name, binary]), [
    ["x", 0],
    ["src/lib.rs - add (line 2)", 2],
  ]);
  assert.equal(complete, true);
});

Deno.test("parseLibtest() calls a run incomplete when results or totals are missing or disagree", () => {
  for (
    const cut of [
      "running 2 tests\ntest a ... ok\n",
      FAILING.slice(0, FAILING.lastIndexOf("test result")),
      FAILING.replace("FAILED. 1 passed; 1 failed", "ok. 2 passed; 0 failed"),
      // A test that ended the process with success.
      "running 3 tests\n",
    ]
  ) {
    assert.equal(parseLibtest(cut).complete, false, cut);
  }
});
