import assert from "node:assert/strict";
import { inputOf, openBench } from "../_testing.ts";
import diff from "./diff.ts";
import undo from "./undo.ts";
import write from "./write.ts";
import cat from "../files/cat.ts";
import { asAgent, tree } from "./_test_tools.ts";

Deno.test("write makes files and folders, and replaces only with leave", async () => {
  await using bench = await openBench({ f: "old\n" });
  await bench.run(write, { path: "new/dir/n.txt", content: "hello" });
  await assert.rejects(bench.run(write, { path: "f", content: "x" }), /"f" exists/);
  await bench.run(write, { path: "f", content: "forced\n", force: true });
  assert.deepEqual(await tree(bench), { "new/dir/n.txt": "hello", f: "forced\n" });
  await bench.run(undo, { what: "2" });
  assert.deepEqual(await tree(bench), { f: "old\n" });
});

Deno.test("write replaces what was read, and what the agent wrote", async () => {
  await using bench = await openBench({ f: "old\n" });
  await assert.rejects(asAgent(bench, write, { path: "f", content: "x", force: true }), /not read/);
  await asAgent(bench, cat, { file: "f" });
  const left = { path: "f", content: "x\n// ... rest of code ...\n" };
  await assert.rejects(asAgent(bench, write, left), /leaves text out/);
  const { text, data } = await asAgent(bench, write, { path: "f", content: "x" });
  assert.match(
    text,
    /^replaced f, 1 bytes \(take back with: undo c1\)\n {2}sha256 [0-9a-f]{12} -> /,
  );
  assert.match(text, /\n-old\n\+x\n/);
  assert.notEqual(data.oldHash, data.newHash);
  await asAgent(bench, write, { path: "f", content: "y" });
  assert.deepEqual(await tree(bench), { f: "y" });
});

Deno.test("write and diff take what extract cut out", async () => {
  await using bench = await openBench({ f: "a\nb\n" });
  await assert.rejects(bench.run(write, { path: "n" }), /extract buffer is empty/);
  await assert.rejects(bench.run(diff, { file: "f" }), /extract buffer is empty/);
  await bench.ctx.store.put("extract:buffer", { path: "f", start: 1, end: 1, text: "a" });
  await bench.run(write, { path: "n" });
  assert.equal((await tree(bench)).n, "a\n");
  const { text } = await bench.run(diff, { file: "f" });
  assert.equal(text, "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n a\n-b");
});

Deno.test("write of what extract cut out writes what was shown, whatever was cut out since", async () => {
  await using bench = await openBench();
  const cut = (text: string) =>
    bench.ctx.store.put("extract:buffer", { path: "f", start: 1, end: 1, text });
  const input = inputOf(write, { path: "n" });
  const call = { ...bench.ctx };
  await cut("shown");
  assert.match(await write.preview?.(input, call) ?? "", /^\+shown$/m);
  await cut("another");
  await write.run(input, call);
  assert.deepEqual(await tree(bench), { n: "shown\n" });
});

Deno.test("write finds no note of what a person has read: their cat opens no store", async () => {
  await using bench = await openBench({ f: "old\n" });
  await bench.run(cat, { file: "f" });
  assert.deepEqual(await bench.ctx.store.list("seen:"), []);
  await assert.rejects(bench.run(write, { path: "f", content: "x" }), /"f" exists/);
});

Deno.test("write of a large file keeps its result small", async () => {
  await using bench = await openBench({ f: "old\n" });
  const content = "a line of some length\n".repeat(50_000);
  const { data, text } = await bench.run(write, { path: "f", content, force: true });
  assert.equal((await tree(bench)).f, content);
  assert.ok(data.diff.length < 140_000, `${data.diff.length}`);
  assert.match(data.diff, /more characters of diff\n$/);
  assert.ok(text.split("\n").length < 70);
});
