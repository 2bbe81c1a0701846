import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Bench, inputOf, openBench } from "../_testing.ts";
import patch from "./patch.ts";
import undo from "./undo.ts";
import write from "./write.ts";
import cat from "../files/cat.ts";
import { asAgent, FIVE, PATCH, TEN, tree } from "./_test_tools.ts";

async function history(bench: Bench): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(bench.root, ".dspy_patches/history.jsonl"), "utf8");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("patch applies a file's patch, counts, keeps a history, and undo takes it back", async () => {
  await using bench = await openBench({ f: TEN, "fix.patch": PATCH });
  const { ok, data, text } = await bench.run(patch, { file: "fix.patch" });
  assert.ok(ok);
  assert.match(
    text,
    /^patched 1 file, \+1 -1 \(take back with: undo c1\)\n {2}update f \+1 -1\n {4}hunk 1: exact, lines 3-7 -> lines 3-7\n {4}all other bytes are the same \(checked\); sha256 [0-9a-f]{12} -> [0-9a-f]{12}$/,
  );
  assert.equal(data.undo, "c1");
  assert.match(data.diff, /^-line number 5\n\+line five$/m);
  assert.notEqual(data.files[0].oldHash, data.files[0].newHash);
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
  assert.match(text, /^would patch 1 file, \+1 -1\n {2}update f \+1 -1\n/);
  const input = inputOf(patch, { file: "fix.patch" });
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
  await assert.rejects(bench.run(patch, { patch: two }), /the hunk for "g" does not fit anywhere/);
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
      await assert.rejects(bench.run(patch, { patch: text }), { name: "UserError" }, text);
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
    await bench.run(patch, { patch: text });
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
  await assert.rejects(asAgent(bench, patch, { patch: PATCH }), /"f" was not read in this session/);
  await asAgent(bench, cat, { file: "f" });
  await asAgent(bench, patch, { patch: PATCH });
  assert.equal((await tree(bench)).f, FIVE);
  const mode = "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n";
  await assert.rejects(asAgent(bench, patch, { patch: mode }), /mode of "f"/);
  const gone = "*** Begin Patch\n*** Delete File: g\n*** End Patch\n";
  await bench.write({ g: "never read\n" });
  await assert.rejects(asAgent(bench, patch, { patch: gone }), /"g" was not read in this session/);
});

Deno.test("patch of the agent applies a file it did not write itself, but deletes nothing unread", async () => {
  await using bench = await openBench({ f: TEN, g: "never read\n", "fix.patch": PATCH });
  await asAgent(bench, patch, { file: "fix.patch" });
  assert.equal((await tree(bench)).f, FIVE);
  await bench.write({ "gone.patch": "*** Begin Patch\n*** Delete File: g\n*** End Patch\n" });
  await assert.rejects(asAgent(bench, patch, { file: "gone.patch" }), /"g" was not read/);
  await bench.write({ f: TEN, h: TEN });
  const own = PATCH.replaceAll("a/f", "a/h").replaceAll("b/f", "b/h");
  await asAgent(bench, write, { path: "own.patch", content: own });
  await assert.rejects(asAgent(bench, patch, { file: "own.patch" }), /"h" was not read/);
});

Deno.test("patch that does not fit tells all that does not, all that does, and likely files", async () => {
  await using bench = await openBench({ f: TEN, g: "other\n", "src/parse.ts": TEN });
  const at = (name: string) => PATCH.replaceAll("a/f", `a/${name}`).replaceAll("b/f", `b/${name}`);
  const before = await tree(bench);
  await assert.rejects(
    bench.run(patch, { patch: PATCH + at("g") + at("parse.ts") }),
    (error: Error) => {
      assert.match(error.message, /the hunk for "g" does not fit anywhere/);
      assert.match(error.message, /no such file: "parse.ts".*did you mean "src\/parse.ts"/);
      assert.match(error.message, /the part for "f" fits\nnothing was written$/);
      return true;
    },
  );
  assert.deepEqual(await tree(bench), before);
  const three = `--- a/f\n+++ b/f\n@@ @@\n-line number 2\n+two\n@@ @@\n-line number 44\n+four\n` +
    `@@ @@\n-line number 8\n+eight\n`;
  await assert.rejects(
    bench.run(patch, { patch: three }),
    /hunk 2 of 3 for "f" does not fit[^]*\nhunk 1 fits at line 2\nhunk 3 fits at line 8$/,
  );
});

Deno.test("patch is taken out of a heredoc or a code fence", async () => {
  const begin =
    `*** Begin Patch\n*** Update File: f\n@@\n-line number 5\n+line five\n*** End Patch\n`;
  for (const body of [PATCH, begin]) {
    for (
      const text of [
        `apply_patch <<'EOF'\n${body}EOF\n`,
        `cat <<EOF | patch -p1\n${body}EOF`,
        `Here it is:\n\n\`\`\`diff\n${body}\`\`\`\nDone.\n`,
      ]
    ) {
      await using bench = await openBench({ f: TEN });
      await bench.run(patch, { patch: text });
      assert.equal((await tree(bench)).f, FIVE, text);
    }
  }
});

Deno.test("patch names the paths it writes before it runs", async () => {
  await using bench = await openBench({ "fix.patch": PATCH });
  const at = bench.ctx.workspace;
  const needs = (input: unknown) => patch.needs(inputOf(patch, input), at);
  assert.deepEqual(needs({ file: "fix.patch" }), { read: ["fix.patch"], write: ["f"] });
  assert.deepEqual(needs({ patch: PATCH }), { write: ["f"] });
  assert.deepEqual(needs({ file: "none" }), { read: ["none"], write: [] });
  assert.deepEqual(needs({ file: "/etc/passwd" }), { read: ["/etc/passwd"], write: [] });
});

Deno.test("patch refuses folders, as edit and write do", async () => {
  await using bench = await openBench({ "d/x": TEN });
  for (
    const text of [
      PATCH.replaceAll("/f", "/d"),
      "*** Begin Patch\n*** Delete File: d\n*** End Patch\n",
      "*** Begin Patch\n*** Update File: d/x\n*** Move to: d\n@@\n-line number 5\n*** End Patch\n",
    ]
  ) await assert.rejects(bench.run(patch, { patch: text }), /"d" is no regular file/);
  await assert.rejects(
    bench.run(write, { path: "d", content: "x", force: true }),
    /"d" is no regular file/,
  );
  assert.deepEqual(await tree(bench), { "d/x": TEN });
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
  const result = await bench.run(patch, { patch: text });
  assert.match(result.text, /warning: Patch too large: files=6 lines=6$/);
  assert.equal(Object.keys(await tree(bench)).length, 6);
});

Deno.test("patch does not follow a link in place of its history", async () => {
  await using bench = await openBench({ f: TEN });
  await using outside = await openBench({ victim: "v\n" });
  await mkdir(join(bench.root, ".dspy_patches"));
  await symlink(join(outside.root, "victim"), join(bench.root, ".dspy_patches/history.jsonl"));
  await bench.run(patch, { patch: PATCH });
  assert.deepEqual(await tree(outside), { victim: "v\n" });
  assert.equal((await tree(bench)).f, FIVE);
  assert.match(bench.progress.map(({ text }) => text).join(), /not kept in .dspy_patches/);
  await rm(join(bench.root, ".dspy_patches"), { recursive: true });
});

Deno.test("patch applies what git's diff says for any number of context lines", async () => {
  const old = Array.from({ length: 30 }, (_, i) => `line number ${i}\n`);
  const fresh = [
    "at the top\n",
    ...old.with(8, "eight\n").toSpliced(20, 1).toSpliced(25, 0, "25\n"),
    "at the end\n",
  ];
  for (const context of [0, 1, 2, 3]) {
    await using bench = await openBench({ f: old.join("") });
    await git(bench, "init", "-q");
    await git(bench, "add", "f");
    await bench.write({ f: fresh.join("") });
    const text = await git(bench, "diff", `-U${context}`);
    await bench.write({ f: old.join("") });
    await bench.run(patch, { patch: text });
    assert.equal((await tree(bench)).f, fresh.join(""), text);
    // Without git's hash the place is found by content; an insertion without context has none.
    if (context === 0) continue;
    const bare = text.replace(/^(?:diff|index) .*\n/gm, "");
    await assert.rejects(bench.run(patch, { patch: bare }));
    await bench.run(patch, { patch: bare, reverse: true });
    await bench.run(patch, { patch: bare });
    assert.equal((await tree(bench)).f, fresh.join(""), text);
  }
});

async function git({ root }: Bench, ...args: string[]): Promise<string> {
  const { code, stdout } = await new Deno.Command("git", { args, cwd: root }).output();
  assert.equal(code, 0, args.join(" "));
  return new TextDecoder().decode(stdout);
}
