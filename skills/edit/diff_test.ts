import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openBench } from "../_testing.ts";
import diff from "./diff.ts";
import patch from "./patch.ts";
import { FIVE, TEN, tree } from "./_test_tools.ts";

Deno.test("diff compares files, counts a missing one as empty, and its output applies", async () => {
  await using bench = await openBench({ a: TEN, b: FIVE, same: TEN });
  assert.equal((await bench.run(diff, { file: "a", new: "same" })).text, "(no differences)");
  await bench.run(diff, { file: "a", new: "b", out: "made/x.patch" });
  await bench.run(patch, { file: "made/x.patch" });
  assert.equal((await tree(bench)).a, FIVE);
  const made = await bench.run(diff, { file: "none", new: "b" });
  assert.match(made.text, /^--- \/dev\/null\n\+\+\+ b\/none\n@@ -0,0 \+1,10 @@/);
  assert.match(
    (await bench.run(diff, { file: "b", new: "none" })).text,
    /^--- a\/b\n\+\+\+ \/dev\/null/,
  );
  await assert.rejects(bench.run(diff, { file: "none", new: "nor" }), /neither/);
});

Deno.test("diff names each side by its own file, and both by the old one in a patch", async () => {
  await using bench = await openBench({ "src/a": TEN, "test/b": FIVE });
  const shown = await bench.run(diff, { file: "src/a", new: "test/b" });
  assert.match(shown.text, /^--- a\/src\/a\n\+\+\+ b\/test\/b\n@@/);
  assert.equal(shown.data.diff.trimEnd(), shown.text);
  const written = await bench.run(diff, { file: "src/a", new: "test/b", out: "x.patch" });
  assert.match(written.text, /^--- a\/src\/a\n\+\+\+ b\/src\/a\n@@/);
  assert.match(written.text, /\(written to x\.patch: a patch for src\/a\)$/);
  await bench.run(patch, { file: "x.patch" });
  assert.equal((await tree(bench))["src/a"], FIVE);
});

Deno.test("diff refuses binaries and ways out", async () => {
  await using bench = await openBench({ a: "a\n" });
  await writeFile(join(bench.root, "bin"), new Uint8Array(100));
  await mkdir(join(bench.root, "d"));
  await assert.rejects(bench.run(diff, { file: "a", new: "bin" }), /is a binary file/);
  await assert.rejects(bench.run(diff, { file: "a", new: "/etc/passwd" }), /outside workspace/);
  await assert.rejects(bench.run(diff, { file: "a", new: "d" }), /folder/);
});
