// Rows 65 to 67 of the table of bad inputs: patches, edits and undo.
import assert from "node:assert/strict";
import { join } from "node:path";
import { exists, line, noTrace, runLines } from "./_bad_input.ts";
import { sandbox } from "./_cli.ts";

Deno.test("row 65: a patch that goes outside, or that one file refuses, changes nothing", async () => {
  await using box = await sandbox({ "a.txt": "one\ntwo\nthree\n", "dir/x": "x\n" });
  await box.write("bin.dat", new Uint8Array([0, 1, 2, 0]));
  await Deno.symlink("a.txt", join(box.ws, "alink"));
  const good = "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n";
  const add = (path: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
  const patches: readonly string[] = [
    `${good}diff --git a/bin.dat b/bin.dat\nindex 1..2 100644\nGIT binary patch\nliteral 1\nIcmZ\n\n`,
    `${good}Binary files a/bin.dat and b/bin.dat differ\n`,
    `${good}${add("../made")}`,
    `${good}${add("dir")}`,
    `${good}${add("a.txt")}`,
    `${good}--- a/dir/none\n+++ b/dir/none\n@@ -1 +1 @@\n-a\n+b\n`,
    `${good}--- a/dir/x\n+++ b/dir/x\n@@ -1 +1 @@\n-different\n+b\n`,
    `${good}${good}`,
    `${good}diff --git a/s b/s\nnew file mode 120000\n--- /dev/null\n+++ b/s\n@@ -0,0 +1 @@\n+/etc/passwd\n`,
    `${good}diff --git a/dir/x b/../made\nsimilarity index 100%\nrename from dir/x\nrename to ../made\n`,
    "*** Begin Patch\n*** Update File: a.txt\n*** Move to: ../made\n@@\n-two\n+TWO\n*** End Patch\n",
    "*** Begin Patch\n*** Add File: ../made\n+x\n*** End Patch\n",
    "*** Begin Patch\n*** Delete File: ../secret\n*** End Patch\n",
    "",
    "not a patch\n",
  ];
  for (const [i, patch] of patches.entries()) await box.write(`p${i}`, patch);
  const { ends } = await runLines(box, patches.map((_, i) => `patch p${i}`));
  assert.equal(ends.length, patches.length);
  for (const [i, { ok, text }] of ends.entries()) assert.ok(!ok, `patch ${i}: ${text}`);
  assert.equal(await box.read("a.txt"), "one\ntwo\nthree\n");
  assert.equal(await box.read("dir/x"), "x\n");
  for (const name of ["made", "ws/s"]) assert.ok(!await exists(join(box.folder, name)), name);
});

Deno.test("row 66: an edit that fits twice, nearly or not at all is not made", async () => {
  const text = "function a() {\n  return 1;\n}\nfunction b() {\n  return 1;\n}\n";
  await using box = await sandbox({ "f.js": text });
  const { ends } = await runLines(box, [
    line("edit", "f.js", "--old", "return 1;", "--new", "return 2;"),
    line("edit", "f.js", "--old", "function c() {", "--new", "x"),
    line("edit", "f.js", "--old", "function a() {  return 1; }", "--new", "x"),
    line("edit", "f.js", "--old", "", "--new", "x"),
    line("edit", "f.js", "--old", "}", "--new", "}"),
    line("edit", "none.js", "--old", "a", "--new", "b"),
  ]);
  assert.deepEqual(ends.map(({ ok }) => ok), Array(6).fill(false));
  assert.equal(await box.read("f.js"), text);
});

Deno.test("row 67: undo keeps what the user changed or made since", async () => {
  await using box = await sandbox({ "a.txt": "one\ntwo\nthree\nfour\nfive\n" });
  await box.cli([], {
    stdin: "edit a.txt --old two --new 2\nwrite new.txt --content made\n",
  });
  await box.write("new.txt", "made, then changed by the user\n");
  await box.write("a.txt", `${await box.read("a.txt")}six, by the user\n`);
  const first = await box.cli(["undo"]);
  assert.equal(first.code, 1, first.stdout);
  assert.match(first.stdout, /new\.txt/, first.stderr);
  assert.equal(await box.read("new.txt"), "made, then changed by the user\n");
  noTrace(await box.cli(["undo", "c1"]));
  assert.match(await box.read("a.txt"), /six, by the user\n$/);
});
