import assert from "node:assert/strict";
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import type { Tool } from "../../core/tool.ts";
import { type Bench, openBench } from "../_testing.ts";
import diff from "./diff.ts";
import edit from "./edit.ts";
import patch from "./patch.ts";
import { rememberSeen } from "./remember_seen.ts";
import undo from "./undo.ts";
import write from "./write.ts";

const TEN = Array.from({ length: 10 }, (_, i) => `line number ${i + 1}\n`).join("");
const FIVE = TEN.replace("number 5", "five");
const PATCH = `--- a/f
+++ b/f
@@ -3,5 +3,5 @@
 line number 3
 line number 4
-line number 5
+line five
 line number 6
 line number 7
`;

/** All files but our state, and their texts. */
async function tree(bench: Bench): Promise<Record<string, string>> {
  const entries = await readdir(bench.root, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(bench.root.length + 1);
    if (!entry.isFile() || path.startsWith(".dspy")) continue;
    files[path] = await readFile(join(bench.root, path), "latin1");
  }
  return files;
}

// deno-lint-ignore no-explicit-any -- tools of every input
function asAgent(bench: Bench, tool: Tool<any, any>, input: unknown) {
  return tool.run(tool.input.parse(input), { ...bench.ctx, origin: "agent" });
}

async function history(bench: Bench): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(bench.root, ".dspy_patches/history.jsonl"), "utf8");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("patch applies a file's patch, counts, keeps a history, and undo takes it back", async () => {
  await using bench = await openBench({ f: TEN, "fix.patch": PATCH });
  const { ok, data, text } = await bench.run(patch, { file: "fix.patch" });
  assert.ok(ok);
  assert.equal(text, "patched 1 file, +1 -1 (take back with: undo c1)\n  update f +1 -1");
  assert.equal(data.undo, "c1");
  assert.equal((await tree(bench)).f, FIVE);
  const [line] = await history(bench);
  const { id, ts, ...rest } = line!;
  assert.equal(id, String(ts));
  assert.deepEqual(rest, { files: ["f"], added: 1, removed: 1, ok: true, undo: "c1" });
  assert.equal(await readFile(join(bench.root, `.dspy_patches/${id}.patch`), "utf8"), PATCH);
  await bench.run(undo);
  assert.equal((await tree(bench)).f, TEN);
});

Deno.test("patch --dry-run and preview write nothing, not even a history", async () => {
  await using bench = await openBench({ f: TEN, "fix.patch": PATCH });
  const { text } = await bench.run(patch, { file: "fix.patch", dryRun: true });
  assert.equal(text, "would patch 1 file, +1 -1\n  update f +1 -1");
  const input = patch.input.parse({ file: "fix.patch" });
  assert.equal(
    await patch.preview?.(input, bench.ctx),
    PATCH.replace("-3,5 +3,5", "-2,7 +2,7")
      .replace(" line number 3", " line number 2\n line number 3")
      .replace(" line number 7\n", " line number 7\n line number 8\n"),
  );
  assert.deepEqual((await readdir(bench.root)).sort(), ["f", "fix.patch"]);
});

Deno.test("patch --reverse takes a patch back", async () => {
  await using bench = await openBench({ f: FIVE, "fix.patch": PATCH });
  await bench.run(patch, { file: "fix.patch", reverse: true });
  assert.equal((await tree(bench)).f, TEN);
});

Deno.test("patch that fails in one file leaves the tree as it was, and says so in the history", async () => {
  await using bench = await openBench({ f: TEN, g: "other\n" });
  const before = await tree(bench);
  const two = PATCH + PATCH.replaceAll("a/f", "a/g").replaceAll("b/f", "b/g");
  await assert.rejects(bench.run(patch, { text: two }), /the hunk for "g" does not fit anywhere/);
  assert.deepEqual(await tree(bench), before);
  const [line] = await history(bench);
  assert.equal(line?.ok, false);
  assert.match(String(line?.error), /does not fit/);
});

Deno.test("patch leaves the workspace by no way", async () => {
  await using bench = await openBench({ f: TEN, ".git/config": "git\n" });
  await using outside = await openBench({ f: TEN });
  await symlink(outside.root, join(bench.root, "out"));
  await symlink(join(outside.root, "f"), join(bench.root, "link"));
  const before = [await tree(bench), await tree(outside)];
  const paths = ["../f", "/etc/hosts", "out/f", "link", "out/new", ".git/config", "x/../../f"];
  for (const path of paths) {
    for (
      const text of [
        PATCH.replace("a/f", path).replace("b/f", path),
        `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`,
        `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch\n`,
        `*** Begin Patch\n*** Delete File: ${path}\n*** End Patch\n`,
        `*** Begin Patch\n*** Update File: f\n*** Move to: ${path}\n*** End Patch\n`,
        `diff --git a/f b/${path}\nsimilarity index 100%\nrename from f\nrename to ${path}\n`,
      ]
    ) {
      await assert.rejects(bench.run(patch, { text }), { name: "UserError" }, text);
    }
  }
  assert.deepEqual([await tree(bench), await tree(outside)], before);
});

Deno.test("patch works in a git repository as git apply does, with and without prefixes", async () => {
  for (const prefix of [["--no-prefix"], []]) {
    await using bench = await openBench({ "d/f": TEN, gone: "x\n", old: TEN });
    const git = async (...args: string[]) => {
      const command = new Deno.Command("git", { args, cwd: bench.root });
      const { success, stdout, stderr } = await command.output();
      assert.ok(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    await git("init", "-q");
    await git("add", ".");
    await git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x");
    await bench.write({ "d/f": FIVE, "run.sh": "#!/bin/sh\n", "my file": "" });
    await chmod(join(bench.root, "run.sh"), 0o755);
    await git("rm", "-q", "gone");
    await git("mv", "old", "new");
    await git("add", ".");
    const after = await work(bench);
    const text = await git("diff", "--cached", "-M", ...prefix);
    await git("reset", "-q", "--hard");
    await bench.run(patch, { text });
    assert.deepEqual(await work(bench), after);
    assert.equal((await stat(join(bench.root, "run.sh"))).mode & 0o111, 0o111);
    await bench.run(undo);
    assert.equal((await git("status", "--porcelain", "-uno")).trim(), "");
    await git(
      "apply",
      "--check",
      "-p" + (prefix.length === 0 ? "1" : "0"),
      await keep(bench, text),
    );
  }
});

/** The files of a repository without its database. */
async function work(bench: Bench): Promise<Record<string, string>> {
  const files = Object.entries(await tree(bench));
  return Object.fromEntries(files.filter(([path]) => !path.startsWith(".git/")));
}

async function keep(bench: Bench, text: string): Promise<string> {
  await bench.write({ "the.patch": text });
  return "the.patch";
}

Deno.test("patch of the agent needs files it has read, and changes no modes", async () => {
  await using bench = await openBench({ f: TEN });
  await assert.rejects(asAgent(bench, patch, { text: PATCH }), /"f" was not read yet/);
  await rememberSeen(bench.ctx.store, "f", await readFile(join(bench.root, "f")));
  await asAgent(bench, patch, { text: PATCH });
  assert.equal((await tree(bench)).f, FIVE);
  const mode = "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n";
  await assert.rejects(asAgent(bench, patch, { text: mode }), /mode of "f"/);
  const gone = "*** Begin Patch\n*** Delete File: g\n*** End Patch\n";
  await bench.write({ g: "never read\n" });
  await assert.rejects(asAgent(bench, patch, { text: gone }), /"g" was not read yet/);
});

Deno.test("patch names the paths it writes before it runs", async () => {
  await using bench = await openBench({ "fix.patch": PATCH });
  const at = bench.ctx.workspace;
  const needs = (input: unknown) => patch.needs(patch.input.parse(input), at);
  assert.deepEqual(needs({ file: "fix.patch" }), { read: ["fix.patch"], write: ["f"] });
  assert.deepEqual(needs({ text: PATCH }), { write: ["f"] });
  assert.deepEqual(needs({ file: "none" }), { read: ["none"], write: [] });
  assert.deepEqual(needs({ file: "/etc/passwd" }), { read: ["/etc/passwd"], write: [] });
});

Deno.test("patch says what is wrong with its input", async () => {
  await using bench = await openBench({ f: TEN, bin: "x", "empty.patch": "" });
  await writeFile(join(bench.root, "bin"), new Uint8Array([0xff, 0xfe]));
  await assert.rejects(bench.run(patch, {}), /give a patch either as a file or as text/);
  await assert.rejects(bench.run(patch, { file: "none.patch" }), /no such file/);
  await assert.rejects(bench.run(patch, { file: "empty.patch" }), /the patch is empty/);
  await assert.rejects(bench.run(patch, { file: "bin" }), /is no text/);
});

Deno.test("patch warns of what a verifier would refuse, and applies it", async () => {
  const many = Array.from({ length: 6 }, (_, i) => `*** Add File: n${i}\n+x\n`).join("");
  await using bench = await openBench();
  const text = `*** Begin Patch\n${many}*** End Patch\n`;
  const result = await bench.run(patch, { text });
  assert.match(result.text, /warning: Patch too large: files=6 lines=6$/);
  assert.equal(Object.keys(await tree(bench)).length, 6);
});

Deno.test("edit replaces in one place and proves it", async () => {
  await using bench = await openBench({ "src/a.ts": "let x = 1;\nlet y = 2;\n" });
  const { ok, data, text } = await bench.run(edit, {
    task: "src/a.ts",
    old: "let x",
    new: "const x",
  });
  assert.ok(ok);
  assert.deepEqual(data.proofs, [{ tier: 1, count: 1, before: [1, 1], after: [1, 1] }]);
  assert.match(
    text,
    /^edited src\/a.ts \(take back with: undo c1\)\n {2}edit 1: exact, line 1 -> line 1/,
  );
  assert.match(text, /all other bytes are the same \(checked\)/);
  assert.match(text, /^-let x = 1;\n\+const x = 1;$/m);
  assert.equal((await tree(bench))["src/a.ts"], "const x = 1;\nlet y = 2;\n");
});

Deno.test("edit takes several edits, all or none", async () => {
  await using bench = await openBench({ f: TEN });
  const ok = [{ old: "number 1\n", new: "1\n" }, { old: "number 9", new: "9" }];
  const bad = [...ok, { old: "missing", new: "x" }];
  await assert.rejects(bench.run(edit, { path: "f", edits: bad }), /nothing was written/);
  assert.equal((await tree(bench)).f, TEN);
  const { data } = await bench.run(edit, { path: "f", edits: ok });
  assert.equal(data.proofs.length, 2);
});

Deno.test("edit of the agent needs the file as it was read, and names the lines that changed", async () => {
  await using bench = await openBench({ f: TEN });
  const wanted = { path: "f", edits: [{ old: "number 5", new: "five" }] };
  await assert.rejects(asAgent(bench, edit, wanted), /"f" was not read yet/);
  await rememberSeen(bench.ctx.store, "f", await readFile(join(bench.root, "f")));
  await bench.write({ f: TEN.replace("number 7", "7").replace("number 8", "8") });
  await assert.rejects(asAgent(bench, edit, wanted), {
    message: '"f" changed on disk since you read it (lines 7-8)',
  });
  await rememberSeen(bench.ctx.store, "f", await readFile(join(bench.root, "f")));
  await asAgent(bench, edit, wanted);
  // What it wrote itself, it knows.
  await asAgent(bench, edit, { path: "f", edits: [{ old: "line five", new: "5" }] });
});

Deno.test("edit of a path that is wrong names likely ones and edits none", async () => {
  await using bench = await openBench({ "src/parse.ts": "a\n", "lib/other.ts": "a\n" });
  const at = (path: string) => bench.run(edit, { path, old: "a", new: "b" });
  await assert.rejects(at("parse.ts"), { hint: 'did you mean "src/parse.ts"?' });
  await assert.rejects(at("src/prase.ts"), { hint: 'did you mean "src/parse.ts"?' });
  await assert.rejects(at("zzz"), /no such file: "zzz"; nothing was written/);
  assert.deepEqual(await tree(bench), { "src/parse.ts": "a\n", "lib/other.ts": "a\n" });
});

Deno.test("edit refuses folders, hard links, and ways out", async () => {
  await using bench = await openBench({ f: "a\n", "d/x": "a\n" });
  await using outside = await openBench({ secret: "a\n" });
  await link(join(bench.root, "f"), join(bench.root, "twin"));
  await symlink(outside.root, join(bench.root, "out"));
  for (const path of ["d", "f", "out/secret", "../x", ".env", ".git/config"]) {
    await assert.rejects(
      bench.run(edit, { path, old: "a", new: "b" }),
      { name: "UserError" },
      path,
    );
  }
  assert.deepEqual(await tree(outside), { secret: "a\n" });
});

Deno.test("edit in plain language says that it needs a model, and what works without", async () => {
  await using bench = await openBench({ f: TEN });
  for (const apply of [true, false]) {
    const { ok, text } = await bench.run(edit, { task: "make it faster", apply });
    assert.equal(ok, false);
    assert.match(
      text,
      /^No model is configured[^]*edit <file> --old[^]*patch <file>[^]*plan "make/,
    );
  }
  await assert.rejects(bench.run(edit, {}), /nothing to edit/);
  await assert.rejects(bench.run(edit, { task: "f", old: "x" }), /--old without --new/);
  await assert.rejects(bench.run(edit, { old: "x", new: "y" }), /no file to edit/);
});

Deno.test("edit previews its diff and writes nothing", async () => {
  await using bench = await openBench({ f: "a\nb\n" });
  const input = edit.input.parse({ path: "f", old: "b", new: "c" });
  const shown = await edit.preview?.(input, bench.ctx);
  assert.equal(shown, "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  assert.deepEqual(await tree(bench), { f: "a\nb\n" });
  assert.deepEqual(edit.needs(input, bench.ctx.workspace), { read: ["f"], write: ["f"] });
});

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
  await rememberSeen(bench.ctx.store, "f", await readFile(join(bench.root, "f")));
  const left = { path: "f", content: "x\n// ... rest of code ...\n" };
  await assert.rejects(asAgent(bench, write, left), /leaves text out/);
  await asAgent(bench, write, { path: "f", content: "x" });
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

Deno.test("diff refuses binaries and ways out", async () => {
  await using bench = await openBench({ a: "a\n" });
  await writeFile(join(bench.root, "bin"), new Uint8Array(100));
  await mkdir(join(bench.root, "d"));
  await assert.rejects(bench.run(diff, { file: "a", new: "bin" }), /is a binary file/);
  await assert.rejects(bench.run(diff, { file: "a", new: "/etc/passwd" }), /outside workspace/);
  await assert.rejects(bench.run(diff, { file: "a", new: "d" }), /folder/);
});

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

Deno.test("patch does not follow a link in place of its history", async () => {
  await using bench = await openBench({ f: TEN });
  await using outside = await openBench({ victim: "v\n" });
  await mkdir(join(bench.root, ".dspy_patches"));
  await symlink(join(outside.root, "victim"), join(bench.root, ".dspy_patches/history.jsonl"));
  await bench.run(patch, { text: PATCH });
  assert.deepEqual(await tree(outside), { victim: "v\n" });
  assert.equal((await tree(bench)).f, FIVE);
  assert.match(bench.progress.map(({ text }) => text).join(), /not kept in .dspy_patches/);
  await rm(join(bench.root, ".dspy_patches"), { recursive: true });
});
