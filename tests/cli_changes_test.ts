// Commands that change files or start programs, through the real program.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { eventsOf, type Sandbox, sandbox } from "./_cli.ts";
import { check, PROJECT, runRows } from "./_project.ts";

async function git(box: Sandbox, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["-c", "user.name=n", "-c", "user.email=n@e", ...args],
    cwd: box.ws,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("changes: write, edit, patch, diff and undo, each on disk", async () => {
  await using box = await sandbox(PROJECT);
  await box.write(
    "fix.patch",
    "--- a/src/money.js\n+++ b/src/money.js\n@@ -1,3 +1,3 @@\n" +
      " /** Rounds to cents. */\n export function round(amount) {\n" +
      "-  return Math.round(amount * 100) / 100;\n+  return Number(amount.toFixed(2));\n",
  );
  const old = await box.read("src/money.js");
  await runRows(box, [
    [["write", "notes.txt", "--content", "one\ntwo\n"], { out: /^wrote notes\.txt/ }],
    [["edit", "notes.txt", "--old", "two", "--new=2"], { out: /notes\.txt/ }],
    [["edit", "notes.txt", "--old", "three", "--new", "3"], { code: 1, err: /`old` not found/ }],
    [["edit", "make it better"], { code: 1, err: /[Nn]o model/ }],
    [["patch", "fix.patch", "--dry-run"], { out: /would patch 1 file, \+1 -1/ }],
  ]);
  assert.equal(await box.read("notes.txt"), "one\n2\n");
  assert.equal(await box.read("src/money.js"), old);
  await runRows(box, [[["patch", "--file", "fix.patch"], { out: /^patched 1 file, \+1 -1/ }]]);
  assert.match(await box.read("src/money.js"), /toFixed/);
  await runRows(box, [
    [["patch", "fix.patch"], { code: 1, err: /already|does not fit/ }],
    [["undo"], { out: /^took back .*patch/ }],
  ]);
  assert.equal(await box.read("src/money.js"), old);
  await runRows(box, [
    [["extract", "src/money.js", "--symbol", "round"], { out: /round/ }],
    [["write", "part.js"], { out: /^wrote part\.js/ }],
    [["diff", "part.js"], { out: /^\(no differences\)\n$/ }],
    [["diff", "notes.txt", "--new", "part.js", "--out", "d.patch"], { out: /^--- a\/notes\.txt/ }],
  ]);
  assert.match(await box.read("part.js"), /^export function round/);
  assert.match(await box.read("d.patch"), /^--- a\/notes\.txt/);
  await runRows(box, [[["undo", "--list"], { out: /write part\.js[^]*edit notes\.txt/ }]]);
});

Deno.test("changes: a patch from standard input, undone below the person's own work, and redone", async () => {
  await using box = await sandbox(PROJECT);
  const old = await box.read("src/money.js");
  const stdin = "*** Begin Patch\n*** Update File: src/money.js\n@@\n" +
    "-  return Math.round(amount * 100) / 100;\n+  return Number(amount.toFixed(2));\n" +
    "*** End Patch\n";
  check(await box.cli(["patch", "-"], { stdin }), { out: /^patched 1 file, \+1 -1/ }, "patch -");
  const fresh = await box.read("src/money.js");
  assert.match(fresh, /toFixed/);
  await box.write("src/money.js", `${fresh}\n\n\n// mine\n`);
  await runRows(box, [
    [["exec", "--yes", "true"], { code: 0 }],
    [["undo"], { out: /only this change[^]*not undone: true\n$/ }],
  ]);
  assert.equal(await box.read("src/money.js"), `${old}\n\n\n// mine\n`);
  await runRows(box, [[["redo"], { out: /^did again c1/ }]]);
  assert.equal(await box.read("src/money.js"), `${fresh}\n\n\n// mine\n`);
  await box.write("src/money.js", "// all new\n");
  await runRows(box, [
    [["undo"], { code: 1, out: /kept src\/money\.js[^]*undo --drop c1\n$/ }],
    [["undo", "--drop", "c1"], { out: /^forgot c1/ }],
    [["undo"], { code: 1, err: /nothing to undo/ }],
  ]);
});

Deno.test("git: status, add, commit, log, diff", async () => {
  await using box = await sandbox(PROJECT);
  await runRows(box, [[["gstatus"], { code: 1, err: /not a git repository.*git init/ }]]);
  await git(box, "init", "-q", "-b", "main");
  await git(box, "config", "user.name", "n");
  await git(box, "config", "user.email", "n@e");
  await runRows(box, [
    [["git_status"], { out: /no commits yet[^]*README\.md/ }],
    [["gadd", "README.md", "src"], { out: /staged/ }],
    [["gcommit", "-m", "first; touch PWN"], {
      out: /^committed [0-9a-f]+ first; touch PWN \(3 files\)\n$/,
    }],
    [["git-log"], { out: /first; touch PWN/ }],
  ]);
  await box.write("README.md", "# Shop\n");
  await runRows(box, [
    [["gdiff"], { out: /^-Adds up what a cart holds\.$/m }],
    [["git_diff", "--stat"], { out: /README\.md/ }],
    [["gcommit", "-m", "nothing is staged"], { code: 1, err: /staged/ }],
  ]);
  assert.equal((await git(box, "log", "--format=%s")).trim(), "first; touch PWN");
});

Deno.test("run_tests, build and lint run the project's own programs; sg says what is missing", async () => {
  await using box = await sandbox(PROJECT);
  await runRows(box, [
    [["test"], { out: /\n1 passed, 0 failed\n$/ }],
    [["build"], { out: /ok|OK/ }],
    [["lint"], { code: 1, err: /no lint toolchain found/ }],
  ]);
  await box.write("src/money.js", "export const round = () => 3;\n");
  const broken = await box.cli(["run_tests", "--json"]);
  assert.equal(broken.code, 1);
  assert.match(JSON.stringify(eventsOf(broken)), /totals a cart/);
  const bare = await box.cli(["sg", "round($A)", "-l", "js"], {
    env: { PATH: dirname(Deno.execPath()) },
  });
  check(bare, { code: 127, err: /^ast-grep not found: npm i -g @ast-grep\/cli\n$/ }, "sg");
});

Deno.test("a missing program is exit 127 with a hint", async () => {
  await using box = await sandbox(PROJECT);
  const bare = { env: { PATH: join(box.folder, "nothing") } };
  check(await box.cli(["git_status"], bare), { code: 127, err: /git not found/ }, "git_status");
  check(
    await box.cli(["exec", "--yes", "no-such-program"]),
    { code: 127, err: /no-such-program not found/ },
    "exec",
  );
});
