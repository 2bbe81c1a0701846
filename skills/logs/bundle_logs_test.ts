import assert from "node:assert/strict";
import { testContext } from "../code/_test_context.ts";
import { bundleLogs } from "./bundle_logs.ts";
import { readCapped } from "./read_capped.ts";

Deno.test("readCapped() gives floor and ceil halves around the cut, and all when it fits", async () => {
  await using test = await testContext({ "a.log": "0123456789" });
  const { files } = test.ctx;
  assert.equal(await readCapped(files, "a.log", 10), "0123456789");
  assert.equal(await readCapped(files, "a.log", 7), "012\n... [truncated] ...\n6789");
  assert.equal(await readCapped(files, "a.log", 2), "0\n... [truncated] ...\n9");
});

Deno.test("readCapped() decodes broken UTF-8 and reads little of a large file", async () => {
  await using test = await testContext({ "a.log": new Uint8Array([0x61, 0xff, 0x62]) });
  assert.equal(await readCapped(test.ctx.files, "a.log", 10), "a\ufffdb");
  const big = await Deno.open(`${test.root}/big.log`, { create: true, write: true });
  await big.truncate(3 * 1024 ** 3);
  big.close();
  const start = performance.now();
  assert.ok((await readCapped(test.ctx.files, "big.log", 1_000)).length < 1_100);
  assert.ok(performance.now() - start < 5_000);
});

Deno.test("bundleLogs() takes log endings in any case, sorted, ignored ones too", async () => {
  await using test = await testContext({
    ".gitignore": "*.LOG\n*.out\n",
    "logs/b.LOG": "b",
    "logs/a.out": "a",
    "logs/deep/c.err": "c",
    "logs/d.Txt": "d",
    "logs/e.json": "no",
    "logs/core.out": new Uint8Array([1, 0, 2]),
  });
  const bundle = await bundleLogs(test.ctx.files, "logs");
  assert.equal(bundle.count, 4);
  assert.equal(
    bundle.text,
    "===== logs/a.out =====\na\n\n===== logs/b.LOG =====\nb\n\n" +
      "===== logs/d.Txt =====\nd\n\n===== logs/deep/c.err =====\nc",
  );
});

Deno.test("bundleLogs() takes a file of any ending and strips terminal escapes", async () => {
  await using test = await testContext({ "notes.json": "\x1b[31mERROR\x1b[0m x" });
  const bundle = await bundleLogs(test.ctx.files, "notes.json");
  assert.equal(bundle.text, "===== notes.json =====\nERROR x");
});

Deno.test("bundleLogs() keeps the newest logs when all are too much", async () => {
  await using test = await testContext({
    "logs/old.log": "old".repeat(10),
    "logs/new.log": "new".repeat(10),
  });
  await Deno.utime(`${test.root}/logs/old.log`, 1_000, 1_000);
  const bundle = await bundleLogs(test.ctx.files, "logs", { maxBytes: 100, maxTotal: 40 });
  assert.deepEqual(bundle.logs.map((log) => log.path), ["logs/new.log"]);
  assert.deepEqual(bundle.left, ["logs/old.log"]);
});
