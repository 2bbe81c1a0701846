import assert from "node:assert/strict";
import { inputOf, openBench } from "../_testing.ts";
import undo from "./undo.ts";
import write from "./write.ts";
import patch from "./patch.ts";
import redo from "./redo.ts";
import { FIVE, PATCH, TEN, tree } from "./_test_tools.ts";

Deno.test("undo lists, takes back by number and id, redoes, and keeps what the user changed", async () => {
  await using bench = await openBench({ f: "1\n" });
  assert.equal((await bench.run(undo, { list: true })).text, "no changes yet");
  await assert.rejects(bench.run(undo), { message: "nothing to undo" });
  for (const n of [2, 3]) await bench.run(write, { path: "f", content: `${n}\n`, force: true });
  assert.match((await bench.run(undo, { list: true })).text, /^c2 .*write f\nc1 .*write f$/);
  assert.equal(
    (await bench.run(undo, { what: "2" })).text,
    "took back c2 (write f)\n  f\ntook back c1 (write f)\n  f",
  );
  assert.equal((await tree(bench)).f, "1\n");
  assert.equal((await bench.run(redo)).text, "did again c1 (write f)\n  f");
  await bench.run(undo);
  assert.equal((await bench.run(undo, { redo: true })).text, "did again c1 (write f)\n  f");
  await bench.write({ f: "the user's\n" });
  const kept = await bench.run(undo, { what: "c1" });
  assert.equal(kept.ok, false);
  assert.equal(
    kept.text,
    "c1 (write f) stands\n  kept f: it was changed since\n" +
      "  to leave it so and reach the change before: undo --drop c1",
  );
  assert.equal((await tree(bench)).f, "the user's\n");
  await assert.rejects(bench.run(undo, { what: "x" }), /neither a number nor an id/);
});

Deno.test("undo names the files it may change before it runs", async () => {
  await using bench = await openBench({ f: "1\n" });
  const needs = (input: unknown) => undo.needs(inputOf(undo, input), bench.ctx.workspace);
  assert.deepEqual(needs({}), { write: [] });
  await bench.run(write, { path: "f", content: "2\n", force: true });
  await bench.run(write, { path: "d/g", content: "2\n" });
  assert.deepEqual(needs({}), { write: ["d/g"] });
  assert.deepEqual(needs({ what: "2" }), { write: ["d/g", "f"] });
  assert.deepEqual(needs({ what: "c1" }), { write: ["f"] });
  assert.deepEqual(needs({ redo: true }), { write: [] });
  assert.deepEqual(needs({ list: true }), {});
});

Deno.test("undo keeps what the user changed elsewhere, and says so; redo puts the change back", async () => {
  await using bench = await openBench({ f: TEN });
  await bench.run(patch, { patch: PATCH });
  await bench.write({ f: `the user's\n${FIVE}` });
  assert.equal(
    (await bench.run(undo)).text,
    "took back c1 (patch f)\n  f (only this change; what was changed elsewhere since stays)",
  );
  assert.equal((await tree(bench)).f, `the user's\n${TEN}`);
  await bench.run(redo);
  assert.equal((await tree(bench)).f, `the user's\n${FIVE}`);
});

Deno.test("undo --steps takes back several, --drop lets go of one", async () => {
  await using bench = await openBench({ f: "1\n" });
  for (const n of [2, 3, 4]) await bench.run(write, { path: "f", content: `${n}\n`, force: true });
  assert.equal((await bench.run(undo, { drop: true })).text, "forgot c3 (write f); its files stay");
  assert.equal((await tree(bench)).f, "4\n");
  await bench.write({ f: "3\n" });
  await bench.run(undo, { steps: 2 });
  assert.equal((await tree(bench)).f, "1\n");
  await assert.rejects(bench.run(undo, { steps: 2, what: "c1" }), /"c1" and --steps together/);
  await assert.rejects(bench.run(undo, { drop: true, list: true }), /do not go together/);
  await bench.run(redo, { what: "2" });
  assert.match((await bench.run(undo, { list: true })).text, /^c2 .*write f\nc1 .*write f$/);
});

Deno.test("undo takes back only what was shown", async () => {
  await using bench = await openBench({ f: "1\n" });
  await bench.run(write, { path: "f", content: "2\n", force: true });
  const input = inputOf(undo, {});
  const call = { ...bench.ctx };
  assert.equal(await undo.preview?.(input, call), "undo c1 (write f):\n  f");
  await bench.run(write, { path: "f", content: "3\n", force: true });
  await assert.rejects(undo.run(input, call), /other changes were made while you were asked/);
  assert.equal((await tree(bench)).f, "3\n");
});

Deno.test("undo names the programs that ran since the change", async () => {
  await using bench = await openBench({ f: "1\n" });
  const ran = (line: string, ts = Date.now()) => bench.ctx.store.append("programs", [{ ts, line }]);
  await ran("make before", Date.now() - 60_000);
  await bench.run(write, { path: "f", content: "2\n", force: true });
  await ran("npm install");
  await ran("npm install");
  const { text, data } = await bench.run(undo);
  assert.equal(text, "took back c1 (write f)\n  f\nnot undone: npm install");
  assert.deepEqual(data.notUndone, ["npm install"]);
});
