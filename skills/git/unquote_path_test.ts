import assert from "node:assert/strict";
import fc from "fast-check";
import { openBench } from "../_testing.ts";
import { git } from "./_git_testing.ts";
import { unquotePath } from "./_unquote_path.ts";

Deno.test("unquotePath() leaves a plain path alone", () => {
  assert.equal(unquotePath("src/a b.ts"), "src/a b.ts");
  assert.equal(unquotePath('say "hi".txt'), 'say "hi".txt');
});

Deno.test("unquotePath() decodes escapes and bytes", () => {
  assert.equal(unquotePath(String.raw`"new\nline\t\"\\"`), 'new\nline\t"\\');
  assert.equal(unquotePath(String.raw`"\303\274.txt"`), "\u00fc.txt");
  assert.equal(unquotePath(String.raw`"\377.txt"`), "\ufffd.txt");
});

Deno.test("unquotePath() gives back any name as git printed it", async () => {
  await using bench = await openBench();
  await git(bench.root, "init", "-q");
  const name = fc.string({ unit: "binary", minLength: 1, maxLength: 40 })
    .filter((text) => !/[\0/]/.test(text) && text.isWellFormed() && !/^\.+$|^\.git$/i.test(text));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { maxLength: 8 }), async (names) => {
      const list = names.map((one) => `0 ${"0".repeat(40)}\t${one}\0`);
      assert.equal(list.length, names.length);
      for (const one of names) await Deno.writeTextFile(`${bench.root}/${one}`, "");
      const out = await git(bench.root, "-c", "core.quotePath=true", "status", "--porcelain=v2");
      const seen = out.split("\n").filter((line) => line.startsWith("? "))
        .map((line) => unquotePath(line.slice(2)));
      assert.deepEqual(new Set(seen), new Set(names));
      for (const one of names) await Deno.remove(`${bench.root}/${one}`);
    }),
    { numRuns: 10 },
  );
});
