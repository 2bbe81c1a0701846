import assert from "node:assert/strict";
import { openBench } from "../_testing.ts";
import undo from "./undo.ts";
import write from "./write.ts";
import { tree } from "./_test_tools.ts";

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
  assert.equal((await bench.run(undo, { redo: true })).text, "did again c1 (write f)\n  f");
  await bench.write({ f: "the user's\n" });
  const kept = await bench.run(undo, { what: "c1" });
  assert.equal(kept.ok, false);
  assert.equal(kept.text, "c1 (write f) stands\n  kept f: it was changed since");
  assert.equal((await tree(bench)).f, "the user's\n");
  await assert.rejects(bench.run(undo, { what: "x" }), /neither a number nor an id/);
});

Deno.test("undo names the files it may change before it runs", async () => {
  await using bench = await openBench({ f: "1\n" });
  const needs = (input: unknown) => undo.needs(undo.input.parse(input), bench.ctx.workspace);
  assert.deepEqual(needs({}), { write: [] });
  await bench.run(write, { path: "f", content: "2\n", force: true });
  await bench.run(write, { path: "d/g", content: "2\n" });
  assert.deepEqual(needs({}), { write: ["d/g"] });
  assert.deepEqual(needs({ what: "2" }), { write: ["d/g", "f"] });
  assert.deepEqual(needs({ what: "c1" }), { write: ["f"] });
  assert.deepEqual(needs({ redo: true }), { write: [] });
  assert.deepEqual(needs({ list: true }), {});
});
