import assert from "node:assert/strict";
import { LMError } from "../../core/lm/lm_error.ts";
import { testPlanner } from "../checks/test_planner.ts";
import { testLM } from "../_test_lm.ts";
import { type Bench, inputOf, openBench } from "../_testing.ts";
import { codeEdit } from "./code_edit.ts";
import edit, { type TaskEditData } from "./edit.ts";
import { patchVerifier } from "./patch_verifier.ts";
import { tree } from "./_test_tools.ts";
import undo from "./undo.ts";

const FILES = {
  "src/limit.ts": "export const LIMIT = 10;\nexport const NAME = 'x';\n",
  "src/limit_test.ts": 'import { LIMIT } from "./limit.ts";\nconsole.log(LIMIT);\n',
  "notes.txt": "the LIMIT is discussed here\n",
};
const TASK = "raise the LIMIT in src/limit.ts to 50";
const GOOD = {
  rationale: "One constant.",
  edits: [{
    path: "src/limit.ts",
    old: "export const LIMIT = 10;",
    new: "export const LIMIT = 50;",
  }],
};
const PASS = { reasoning: "It does.", verdict: "pass", risk: "low", reasons: [] };

function run(bench: Bench, replies: readonly (string | object | Error)[], input: object = {}) {
  const model = testLM(replies);
  const wanted = inputOf(edit, { task: TASK, ...input });
  return Object.assign(edit.run(wanted, { ...bench.ctx, lm: model.lm }), { asked: model.asked });
}

Deno.test("edit shows the change that a model wrote for a task, and writes it with --apply only", async () => {
  await using bench = await openBench(FILES);
  const first = run(bench, [GOOD, PASS]);
  const { ok, text, data } = await first;
  assert.equal(ok, true);
  assert.match(text, /^change of src\/limit\.ts: nothing was written\n {2}One constant\.\n/);
  assert.match(text, /^-export const LIMIT = 10;\n\+export const LIMIT = 50;$/m);
  assert.match(text, /^check: pass, risk low$/m);
  assert.match(text, /^test it with: test src\/limit_test\.ts$/m);
  assert.match(text, /\(by the model; what it names was checked\)$/);
  assert.equal((data as TaskEditData).undo, undefined);
  assert.deepEqual(await tree(bench), FILES);
  assert.match(first.asked[0]!, /=== src\/limit\.ts ===\nexport const LIMIT = 10;/);

  const applied = await run(bench, [GOOD, PASS], { apply: true });
  assert.match(applied.text, /^edited src\/limit\.ts \(take back with: undo c1\)/);
  assert.match((await tree(bench))["src/limit.ts"]!, /LIMIT = 50/);
  await bench.run(undo);
  assert.deepEqual(await tree(bench), FILES);
});

Deno.test("edit tells the model once why an edit has no place", async () => {
  await using bench = await openBench(FILES);
  const bad = { ...GOOD, edits: [{ ...GOOD.edits[0], old: "const LIMIT = 11;" }] };
  const asking = run(bench, [bad, GOOD, PASS]);
  assert.equal((await asking).ok, true);
  assert.match(asking.asked[1]!, /edit 1.*not found|not found/);
});

Deno.test("edit writes nothing when the model fails, invents files or talks nonsense, and says why", async () => {
  const other = { ...GOOD, edits: [{ ...GOOD.edits[0], path: "src/invented.ts" }] };
  const outside = { ...GOOD, edits: [{ path: "../out.ts", old: "", new: "x" }] };
  const cases: readonly (readonly [readonly (string | object | Error)[], RegExp])[] = [
    [[new LMError("timeout", "no answer in 30 s")], /^\(without the model: no answer in 30 s\)\n/],
    [["Certainly!", "Sure!"], /^\(without the model: its reply could not be read/],
    [[other, other], /"src\/invented\.ts" is none of the files that were shown\)/],
    [[{ ...GOOD, edits: [] }, { ...GOOD, edits: [] }], /it has no edits/],
  ];
  for (const [replies, reason] of cases) {
    await using bench = await openBench(FILES);
    const { ok, text, data } = await run(bench, replies, { apply: true });
    assert.deepEqual([ok, data], [false, null]);
    assert.match(text, reason);
    assert.match(text, /edit <file> --old <text>/);
    assert.deepEqual(await tree(bench), FILES);
  }
  await using bench = await openBench(FILES);
  await assert.rejects(run(bench, [outside, PASS], { apply: true }), { kind: "refused" });
});

Deno.test("edit finds the files of a task by the model, and takes those it is given", async () => {
  await using bench = await openBench(FILES);
  const task = "raise the LIMIT to 50";
  const asking = run(bench, [{ files: ["src/limit.ts", "src/none.ts"] }, GOOD, PASS], { task });
  assert.equal((await asking).ok, true);
  assert.match(asking.asked[0]!, /src\/limit\.ts \| export const LIMIT = 10;/);
  assert.doesNotMatch(asking.asked[1]!, /notes\.txt/);
  const given = run(bench, [GOOD, PASS], { task, files: ["src/limit.ts"] });
  assert.equal((await given).ok, true);
  await assert.rejects(run(bench, [], { task: "zzyzx qqfrob" }), /no file here speaks of the task/);
});

Deno.test("edit stops a change with a secret or a dangerous command, whatever the model says", async () => {
  await using bench = await openBench(FILES);
  const [edited] = GOOD.edits;
  const secret = `export const KEY = "ghp_${"a1B2".repeat(9)}";`;
  for (const line of [secret, "exec('sudo reboot');"]) {
    const bad = { ...GOOD, edits: [{ ...edited, new: `${edited!.old}\n${line}` }] };
    const { ok, text, data } = await run(bench, [bad, PASS], { apply: true });
    assert.equal(ok, false);
    assert.equal((data as TaskEditData).verdict.verdict, "fail");
    assert.match(text, /: nothing was written\n[^]*check: fail, risk high/);
  }
  assert.deepEqual(await tree(bench), FILES);
});

Deno.test("edit that is approved writes what was shown", async () => {
  await using bench = await openBench(FILES);
  const model = testLM([GOOD, PASS]);
  const ctx = { ...bench.ctx, lm: model.lm };
  const input = inputOf(edit, { task: TASK, apply: true });
  assert.match(await edit.preview!(input, ctx), /\+export const LIMIT = 50;/);
  assert.equal((await edit.run(input, ctx)).ok, true);
  assert.equal(model.asked.length, 2);
});

Deno.test("edit of the agent asks no model inside", async () => {
  await using bench = await openBench(FILES);
  const { lm, asked } = testLM([GOOD]);
  const ctx = { ...bench.ctx, lm, origin: "agent" as const };
  assert.equal((await edit.run(inputOf(edit, { task: TASK }), ctx)).ok, false);
  assert.equal(asked.length, 0);
});

Deno.test("edit keeps a byte order mark and line ends, and makes new files", async () => {
  await using bench = await openBench({ "a.txt": "\uFEFFone\r\ntwo\r\n" });
  const edits = [
    { path: "./a.txt", old: "two", new: "2" },
    { path: "sub/new.txt", old: "", new: "fresh" },
  ];
  const reply = { rationale: "As asked.", edits };
  await run(bench, [reply, PASS], { task: "write 2 in a.txt and make a new file", apply: true });
  const files = await tree(bench);
  assert.deepEqual(files, { "a.txt": "\xEF\xBB\xBFone\r\n2\r\n", "sub/new.txt": "fresh\n" });
});

Deno.test("codeEdit knows renames and quoted texts by rule", async () => {
  const texts = async (task: string, text: string) =>
    (await codeEdit.run({ task, files: [{ path: "a", text }] })).output.changes
      .map(({ bytes }) => new TextDecoder().decode(bytes));
  assert.deepEqual(await texts("rename load to read", "load(); loader();\nload\n"), [
    "read(); loader();\nread\n",
  ]);
  assert.deepEqual(await texts('replace "a b" with "c"', "x a b\n"), ["x c\n"]);
  assert.deepEqual(await texts('replace "a" with "c"', "a a\n"), []);
  assert.deepEqual(await texts("make it faster", "a\n"), []);
});

const DIFF = "--- a/src/limit.ts\n+++ b/src/limit.ts\n@@ -1,2 +1,2 @@\n" +
  "-export const LIMIT = 10;\n+export const LIMIT = 50;\n export const NAME = 'x';\n";

Deno.test("patchVerifier judges by rules: form, deletions, missing tests, whether it applies", async () => {
  await using bench = await openBench(FILES);
  const read = (path: string) => bench.ctx.files.state(path);
  const judge = async (diff: string) => (await patchVerifier.run({ diff, read })).output;
  assert.deepEqual(await judge(DIFF), {
    verdict: "pass",
    risk_level: "low",
    reasons: [],
    fix_suggestions: ["It changes code and no test: run those there are."],
  });
  assert.equal((await judge("")).reasons[0], "Empty patch");
  assert.equal((await judge(DIFF.replace("= 10", "= 11"))).verdict, "fail");
  const gone = "--- a/notes.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-the LIMIT is discussed here\n";
  const deleted = await judge(gone);
  assert.deepEqual([deleted.risk_level, deleted.reasons], ["medium", ["It deletes notes.txt"]]);
});

Deno.test("patchVerifier lets a model be stricter, never laxer, and only for reasons that hold", async () => {
  await using bench = await openBench(FILES);
  const read = (path: string) => bench.ctx.files.state(path);
  const judge = (diff: string, replies: readonly object[]) =>
    patchVerifier.run({ diff, task: TASK, read }, { ...bench.ctx, ...testLM(replies) });
  const fail = { reasoning: "", verdict: "fail", risk: "high", reasons: ["src/limit.ts breaks"] };
  assert.deepEqual((await judge(DIFF, [fail])).output.reasons, ["src/limit.ts breaks"]);
  assert.equal((await judge(DIFF.replace("= 10", "= 11"), [PASS])).output.verdict, "fail");
  const invented = { ...fail, reasons: ["src/other.ts breaks"] };
  const { by, reason, output } = await judge(DIFF, [invented, invented]);
  assert.deepEqual([by, reason, output.verdict], [
    "rules",
    "it fails the patch for no reason that holds",
    "pass",
  ]);
});

Deno.test("testPlanner keeps tests that exist and filters that they have", async () => {
  await using bench = await openBench(FILES);
  const input = { changed: ["src/limit.ts"], paths: Object.keys(FILES) };
  const plan = async (reply: object) =>
    await testPlanner.run(input, { ...bench.ctx, ...testLM([reply, reply]) });
  const paths = ["src/limit_test.ts", "src/gone_test.ts", "notes.txt"];
  const good = await plan({ paths, filter: "LIMIT", why: "It is it." });
  assert.deepEqual(good.output, { paths: paths.slice(0, 1), filter: "LIMIT", why: "It is it." });
  const bare = await plan({ paths, filter: "nothing of it", why: "It is it." });
  assert.equal(bare.output.filter, undefined);
  const lost = await plan({ paths: ["src/gone_test.ts"], filter: "", why: "" });
  assert.deepEqual([lost.by, lost.output.paths], ["rules", ["src/limit_test.ts"]]);
});
