import assert from "node:assert/strict";
import type { CallResult } from "../../core/agent/mind.ts";
import { testReport } from "../verifiers/_testing.ts";
import { createSessionExecutor, type SessionExecutorOptions } from "./session_executor.ts";
import type { ToolActionName } from "./tool_action.ts";

const { signal } = new AbortController();

/** An executor whose session gives these results by tool, and notes what it was asked. */
function executor(results: Record<string, Partial<CallResult>>, options?: SessionExecutorOptions) {
  const asked: unknown[] = [];
  const execute = createSessionExecutor((tool, input, { origin }) => {
    asked.push([tool, input, origin]);
    const call = { id: "1", tool, input };
    const base = { call, ok: true, text: "said", data: null, exitCode: 0, ms: 250 };
    return Promise.resolve({ ...base, ...results[tool] });
  }, options);
  return {
    asked,
    run: (action: ToolActionName, args = {}) => execute(action, args, signal),
  };
}

Deno.test("createSessionExecutor() turns reports into metrics, beside the baseline", async () => {
  const data = testReport({ a: "pass", b: "fail" });
  const { run, asked } = executor({ run_tests: { ok: false, data } }, {
    baseline: testReport({ a: "fail", b: "fail" }),
  });
  const result = await run("run_tests", { paths: ["x"] });
  assert.deepEqual(asked, [["run_tests", { paths: ["x"] }, "agent"]]);
  assert.deepEqual(result.metrics, {
    tests_passed: 1,
    tests_failed: 1,
    tests_skipped: 0,
    tests_total: 2,
    pass_rate: 0.5,
    baseline_pass_rate: 0,
    seconds: 0.25,
  });
  assert.deepEqual([result.ok, result.reports], [false, [data]]);
});

Deno.test("createSessionExecutor() gives a patch its blast radius, and one that failed none", async () => {
  const patch = { patch: "..." };
  const good = await executor({ patch: { data: { added: 900, removed: 100 } } }).run(
    "patch",
    patch,
  );
  assert.deepEqual(good.metrics, { patch_applied: 1, lines: 1000, blast_radius: 1, seconds: 0.25 });
  const bad = await executor({ patch: { ok: false } }).run("patch", patch);
  assert.deepEqual(bad.metrics, { patch_applied: 0, seconds: 0.25 });
  await assert.rejects(
    async () => await executor({}).run("patch"),
    /neither patch \(text\) nor file/,
  );
});

Deno.test("createSessionExecutor() starts programs by words only, and none that leaks", async () => {
  const { run, asked } = executor({});
  await run("shell_run", { argv: ["ls", "-l"] });
  assert.deepEqual(asked, [["exec", { command: ["ls", "-l"] }, "agent"]]);
  for (const argv of ["ls -l", [], ["ls -l; rm x"], ["ls", 1], undefined]) {
    await assert.rejects(async () => await run("shell_run", { argv }), /a list of words/);
  }
  const refused = await run("shell_run", { argv: ["git", "log"] });
  assert.deepEqual([refused.ok, refused.info?.refused], [false, "sealed"]);
  assert.equal(asked.length, 1);
  const open = executor({}, { sealed: false });
  assert.equal((await open.run("shell_run", { argv: ["git", "log"] })).ok, true);
});

Deno.test("createSessionExecutor() walks folders, and stays where it was when it may not", async () => {
  const folder = { ok: true, data: { entries: [] } };
  const { run, asked } = executor({ ls: folder });
  const pwd = async () => (await run("shell_pwd")).info?.folder;
  assert.equal(await pwd(), ".");
  await run("shell_cd", { path: "src/./core" });
  await run("shell_cd", { path: "../lib" });
  assert.equal(await pwd(), "src/lib");
  await run("shell_cat", { file: "a.ts", lines: "1-2" });
  await run("shell_ls");
  assert.deepEqual(asked.slice(2).map((one) => (one as unknown[])[1]), [
    { file: "src/lib/a.ts", lines: "1-2" },
    { path: "src/lib" },
  ]);
  // The session's guard sees the way out and refuses it.
  const closed = executor({ ls: { ok: false, refused: "path.outside" } });
  const out = await closed.run("shell_cd", { path: "../../x" });
  assert.deepEqual([out.ok, out.info?.refused], [false, "path.outside"]);
  assert.deepEqual(closed.asked, [["ls", { path: "../../x" }, "agent"]]);
  assert.equal((await closed.run("shell_pwd")).info?.folder, ".");
  const file = executor({ ls: { data: { entries: [{ name: "a.ts", kind: "file" }] } } });
  assert.equal((await file.run("shell_cd", { path: "src/a.ts" })).ok, false);
  assert.equal((await file.run("shell_pwd")).info?.folder, ".");
  await assert.rejects(async () => await run("shell_cat"), /shell_cat has no file/);
});
