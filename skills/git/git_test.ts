import assert from "node:assert/strict";
import { chmod, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { inputOf, openBench, skip } from "../_testing.ts";
import { git } from "./_git_testing.ts";
import gitAdd from "./git_add.ts";
import gitCommit from "./git_commit.ts";
import gitDiff from "./git_diff.ts";
import gitLog from "./git_log.ts";
import gitStatus from "./git_status.ts";
import { makeSchema } from "../../core/make_schema.ts";
import { z } from "zod";

const WEIRD = ["a b.txt", 'q"uo\nte.txt', "-dash", ":(top)x", "*.txt", "\u00fc/\u{1f600}.txt"];

async function repository(files: Record<string, string> = {}) {
  const bench = await openBench(files);
  await git(bench.root, "init", "-q", "-b", "main");
  await git(bench.root, "config", "user.name", "Ann");
  await git(bench.root, "config", "user.email", "ann@example.com");
  return bench;
}

function says(message: RegExp, kind = "failed") {
  return (error: unknown) =>
    error instanceof UserError && error.kind === kind && message.test(error.line);
}

Deno.test("git tools say so in one sentence where there is no repository", async () => {
  await using bench = await openBench({ "a.txt": "a" });
  const calls = [[gitStatus, {}], [gitDiff, {}], [gitLog, {}], [gitAdd, { paths: ["."] }], [
    gitCommit,
    { message: "m" },
  ]] as const;
  for (const [tool, input] of calls) {
    await assert.rejects(bench.run(tool, input), says(/^not a git repository: /), tool.name);
  }
});

Deno.test("git_add, git_commit and git_status take names of any form literally", async () => {
  const files = Object.fromEntries(WEIRD.map((name) => [name, `${name}\n`]));
  await using bench = await repository({ ...files, "other.txt": "other" });
  const before = await bench.run(gitStatus);
  assert.equal(before.data.commit, null);
  // A literal `*.txt` must not stage the others.
  const one = await bench.run(gitAdd, { paths: ["*.txt"] });
  assert.deepEqual(one.data, ["*.txt"]);
  const rest = await bench.run(gitAdd, { paths: WEIRD });
  assert.equal(rest.data.length, WEIRD.length - 1);
  const { data } = await bench.run(gitStatus);
  const staged = data.entries.filter((e: { index: string }) => e.index === "A");
  assert.deepEqual(new Set(staged.map((e: { path: string }) => e.path)), new Set(WEIRD));
  const commit = await bench.run(gitCommit, { message: "-m starts like an option" });
  assert.match(commit.text, /^committed [0-9a-f]+ -m starts like an option \(6 files\)$/);
  const after = await bench.run(gitStatus);
  assert.deepEqual(after.data.entries.map((e: { path: string }) => e.path), ["other.txt"]);
});

Deno.test("git_add stages names that are no UTF-8 with their folder", async () => {
  await using bench = await repository();
  await mkdir(join(bench.root, "d"));
  // A string cannot hold such a name: the shell makes it.
  const made = await new Deno.Command("sh", {
    args: ["-c", "echo x > \"$(printf 'd/\\377\\376')\""],
    cwd: bench.root,
  }).output();
  assert.ok(made.success);
  const { data } = await bench.run(gitStatus);
  assert.deepEqual(data.entries.map((e: { path: string }) => e.path), ["d/"]);
  await bench.run(gitAdd, { paths: ["d"] });
  assert.equal(await git(bench.root, "ls-files"), '"d/\\377\\376"\n');
  await bench.run(gitCommit, { message: "bytes" });
  assert.equal((await bench.run(gitStatus)).data.entries.length, 0);
});

Deno.test("git_status tells staged, changed, renamed, deleted, new and conflicting apart", async () => {
  await using bench = await repository({
    "a.txt": "a\n",
    "old.txt": "1\n2\n3\n",
    "gone.txt": "g\n",
  });
  await git(bench.root, "add", ".");
  await git(bench.root, "commit", "-qm", "first");
  await git(bench.root, "mv", "old.txt", "new name.txt");
  await git(bench.root, "rm", "-q", "gone.txt");
  await bench.write({ "a.txt": "b\n", "fresh/x.txt": "x" });
  const { text, data } = await bench.run(gitStatus);
  assert.equal(
    text,
    [
      "On branch main",
      "Staged:",
      "  deleted       gone.txt",
      "  renamed       old.txt -> new name.txt",
      "Changed:",
      "  modified      a.txt",
      "Untracked:",
      "  fresh/",
    ].join("\n"),
  );
  const renamed = data.entries.find((e: { kind: string }) => e.kind === "renamed");
  assert.deepEqual([renamed.from, renamed.path], ["old.txt", "new name.txt"]);
  await git(bench.root, "add", ".");
  await git(bench.root, "commit", "-qm", "second");
  await git(bench.root, "checkout", "-q", "-b", "side", "HEAD~1");
  await bench.write({ "a.txt": "c\n" });
  await git(bench.root, "commit", "-qam", "third");
  await git(bench.root, "merge", "main").catch(() => {});
  const merging = await bench.run(gitStatus);
  assert.match(merging.text, /^On branch side\nConflicts:\n {2}both changed {2}a\.txt$/m);
});

Deno.test("git_status counts what the branch is ahead and behind", async () => {
  await using bench = await repository({ "a.txt": "a" });
  await git(bench.root, "add", ".");
  await git(bench.root, "commit", "-qm", "first");
  await git(bench.root, "branch", "up");
  await git(bench.root, "branch", "-q", "--set-upstream-to=up");
  await git(bench.root, "commit", "-qm", "second", "--allow-empty");
  const { text, data } = await bench.run(gitStatus);
  assert.equal(text, "On branch main, 1 ahead of up\nnothing to commit, working tree clean");
  assert.deepEqual([data.ahead, data.behind, data.upstream], [1, 0, "up"]);
});

Deno.test("git_diff gives the patch and counts, whatever the config says on their form", async () => {
  await using bench = await repository({
    "a.txt": "1\n2\n",
    "b.bin": "\0\0",
    "r.txt": "r\n".repeat(9),
  });
  await git(bench.root, "add", ".");
  await git(bench.root, "commit", "-qm", "first");
  await git(bench.root, "config", "diff.noprefix", "true");
  await git(bench.root, "config", "color.ui", "always");
  await git(bench.root, "config", "diff.renames", "false");
  await bench.write({ "a.txt": "1\ntwo\n", "b.bin": "\0\x01" });
  await git(bench.root, "mv", "r.txt", "moved.txt");
  const { text, data } = await bench.run(gitDiff);
  assert.match(text, /^--- a\/a\.txt\n\+\+\+ b\/a\.txt\n@@ -1,2 \+1,2 @@\n 1\n-2\n\+two$/m);
  assert.deepEqual(data.files, [
    { path: "a.txt", status: "M", added: 1, removed: 1 },
    { path: "b.bin", status: "M", added: null, removed: null },
  ]);
  const staged = await bench.run(gitDiff, { staged: true, stat: true });
  assert.deepEqual(staged.data.files, [
    { path: "moved.txt", from: "r.txt", status: "R", added: 0, removed: 0 },
  ]);
  assert.equal(
    (await bench.run(gitDiff, { paths: ["moved.txt"] })).text,
    "no changes that are not staged",
  );
  await assert.rejects(bench.run(gitDiff, { paths: ["../x"] }), says(/outside/, "refused"));
});

Deno.test("git_diff leaves denied files out, whatever route they take", async () => {
  const secrets = [".env", "conf/credentials.json", "id_rsa", "moved.pem", "gone.key"];
  const files = Object.fromEntries(secrets.map((name) => [name, `SECRET one of ${name}\n`]));
  await using bench = await repository({ ...files, "a.txt": "a\n", "swap": "s\n" });
  await git(bench.root, "add", ".");
  await git(bench.root, "commit", "-qm", "first");
  const changed = Object.fromEntries(secrets.map((name) => [name, `SECRET two of ${name}\n`]));
  await bench.write({ ...changed, "a.txt": "b\n", "*.txt": "star\n" });
  await rm(join(bench.root, "gone.key"));
  await rm(join(bench.root, "swap"));
  await bench.write({ "swap/.env": "SECRET in a folder that was a file\n" });
  const unstaged = await bench.run(gitDiff, {});
  const inFolder = await bench.run(gitDiff, { paths: ["conf"] });
  await git(bench.root, "checkout", "-q", "moved.pem");
  await git(bench.root, "mv", "moved.pem", "moved.txt");
  await git(bench.root, "add", "-A");
  const staged = await bench.run(gitDiff, { staged: true });
  for (const result of [unstaged, inFolder, staged]) {
    assert.doesNotMatch(JSON.stringify(result), /SECRET/);
    assert.match(result.text, /\(\d+ denied files? left out/);
  }
  assert.match(unstaged.data.patch, /^\+b$/m);
  assert.match(staged.data.patch, /^\+star$/m);
  const stat = await bench.run(gitDiff, { paths: ["conf"], stat: true, staged: true });
  assert.deepEqual([stat.data.files, stat.text], [[], "(1 denied file left out)"]);
});

Deno.test("git_log filters by path, message, author, age and number", async () => {
  await using bench = await repository({ "a.txt": "a", "b.txt": "b" });
  assert.deepEqual((await bench.run(gitLog)).ok, false);
  await git(bench.root, "add", "a.txt");
  await git(bench.root, "commit", "-qm", "Fix [bracket]\n\nbody");
  await git(bench.root, "add", "b.txt");
  await git(bench.root, "commit", "-qm", "second");
  const subjects = async (input: unknown) =>
    (await bench.run(gitLog, input)).data.map((c: { subject: string }) => c.subject);
  assert.deepEqual(await subjects({}), ["second", "Fix [bracket]"]);
  assert.deepEqual(await subjects({ n: 1 }), ["second"]);
  assert.deepEqual(await subjects({ paths: ["a.txt"] }), ["Fix [bracket]"]);
  assert.deepEqual(await subjects({ grep: "fix [" }), ["Fix [bracket]"]);
  assert.deepEqual(await subjects({ author: "ANN@" }), ["second", "Fix [bracket]"]);
  assert.deepEqual(await subjects({ since: "1 hour ago" }), ["second", "Fix [bracket]"]);
  const old = "GIT_COMMITTER_DATE=2005-01-01T00:00:00Z";
  await git(bench.root, old, "commit", "-q", "--amend", "--no-edit");
  assert.deepEqual(await subjects({ since: "2020-01-01" }), []);
  assert.deepEqual(await subjects({ grep: "--output=PWN" }), []);
  assert.equal((await bench.run(gitStatus)).data.entries.length, 0);
});

Deno.test("git_log finds a file that is called by its name alone", async () => {
  await using bench = await repository({ "src/deep/core.py": "a", "b.txt": "b" });
  await git(bench.root, "add", "src");
  await git(bench.root, "commit", "-qm", "the core");
  await git(bench.root, "add", "b.txt");
  await git(bench.root, "commit", "-qm", "other");
  const { data } = await bench.run(gitLog, { paths: ["core.py"] });
  assert.deepEqual(data.map((c: { subject: string }) => c.subject), ["the core"]);
  await assert.rejects(bench.run(gitLog, { paths: ["none.py"] }), says(/none\.py/));
});

Deno.test("git_commit refuses without staged files, and names the hooks it did not run", async () => {
  await using bench = await repository({ "a.txt": "a" });
  await assert.rejects(
    bench.run(gitCommit, { message: "m" }),
    says(/^nothing is staged: .*git_add/),
  );
  await bench.write({ ".git/hooks/pre-commit": "#!/bin/sh\nexit 1\n" });
  await chmod(join(bench.root, ".git/hooks/pre-commit"), 0o755);
  await bench.run(gitAdd, { paths: ["a.txt"] });
  const { text, data } = await bench.run(gitCommit, { message: "Subject\n\nBody" });
  assert.match(text, /\nnote: hooks were not run: pre-commit$/);
  assert.equal(data.subject, "Subject");
  assert.equal(await git(bench.root, "log", "-1", "--format=%B%an"), "Subject\n\nBody\nAnn\n");
  assert.throws(() => inputOf(gitCommit, { message: " " }));
});

Deno.test("git_commit takes the person's own name where the repository has none", async () => {
  await using home = await openBench({
    ".gitconfig": "[user]\n\tname = Zoe\n\temail = zoe@example.com\n",
    "hollow/.gitconfig": "[user]\n\tuseConfigOnly = true\n",
  });
  await using bench = await openBench({ "a.txt": "a", "b.txt": "b" });
  await git(bench.root, "init", "-q");
  const real = Deno.env.get("HOME")!;
  try {
    Deno.env.set("HOME", home.root);
    await bench.run(gitAdd, { paths: ["a.txt"] });
    await bench.run(gitCommit, { message: "m" });
    assert.equal(
      await git(bench.root, "log", "-1", "--format=%an <%ae>"),
      "Zoe <zoe@example.com>\n",
    );
    Deno.env.set("HOME", join(home.root, "hollow"));
    await git(bench.root, "config", "user.useConfigOnly", "true");
    await bench.run(gitAdd, { paths: ["b.txt"] });
    await assert.rejects(bench.run(gitCommit, { message: "m" }), says(/does not know who you are/));
  } finally {
    Deno.env.set("HOME", real);
  }
});

Deno.test("git_add refuses files that go through a filter, and secrets", async () => {
  await using bench = await repository({
    ".gitattributes": "*.bin filter=lfs\n*.md text\n",
    "big.bin": "x",
    "a.md": "a",
    "sub/.env": "KEY=1",
  });
  await assert.rejects(bench.run(gitAdd, { paths: ["big.bin"] }), says(/filter "lfs"/, "refused"));
  await assert.rejects(bench.run(gitAdd, { paths: ["sub"] }), says(/\.env/, "refused"));
  await assert.rejects(bench.run(gitAdd, { paths: ["nope.txt"] }), says(/nope\.txt/));
  await bench.run(gitAdd, { paths: ["a.md", ".gitattributes"] });
  assert.equal(await git(bench.root, "ls-files"), ".gitattributes\na.md\n");
  await Deno.remove(join(bench.root, "a.md"));
  assert.deepEqual((await bench.run(gitAdd, { paths: ["a.md"] })).data, ["a.md"]);
});

Deno.test("git tools work in a worktree and in a folder of a repository", async () => {
  await using bench = await openBench();
  await using main = await repository({ "in/a.txt": "a\n", "out.txt": "o\n" });
  await git(main.root, "add", ".");
  await git(main.root, "commit", "-qm", "first");
  await git(main.root, "worktree", "add", "-q", join(bench.root, "tree"));
  await using tree = await openBench({}, { at: join(bench.root, "tree/in") });
  await tree.write({ "a.txt": "b\n", "../out.txt": "changed\n" });
  const status = await tree.run(gitStatus);
  // What lies outside the workspace is not shown.
  assert.deepEqual(status.data.entries.map((e: { path: string }) => e.path), ["a.txt"]);
  assert.equal(status.data.branch, "tree");
  await git(tree.root, "config", "diff.relative", "true");
  const diff = await tree.run(gitDiff);
  assert.deepEqual(diff.data.files.map((f: { path: string }) => f.path), ["a.txt"]);
  assert.match(diff.text, /^--- a\/a\.txt$/m);
  await tree.run(gitAdd, { paths: ["."] });
  const { data } = await tree.run(gitCommit, { message: "from the tree" });
  assert.deepEqual(data.files.map((f: { path: string }) => f.path), ["a.txt"]);
});

Deno.test("git tools show nothing that core.worktree brings in", async () => {
  await using bench = await repository({ "a.txt": "a" });
  await git(bench.root, "config", "core.worktree", "/etc");
  await assert.rejects(bench.run(gitStatus), says(/working tree/));
  await git(bench.root, "config", "core.worktree", dirname(bench.root));
  const { data } = await bench.run(gitStatus);
  assert.deepEqual(data.entries.map((e: { path: string }) => e.path), ["./"]);
});

Deno.test("git tools respect whom the person trusts, in a repository of another user", async () => {
  if (Deno.uid() !== 0) return skip("safe.directory", "only root can give a folder away");
  await using home = await openBench();
  await using bench = await repository({ "a.txt": "a" });
  await new Deno.Command("chown", { args: ["-R", "12345", bench.root] }).output();
  const real = Deno.env.get("HOME")!;
  try {
    Deno.env.set("HOME", home.root);
    await assert.rejects(bench.run(gitStatus), says(/^the repository belongs to another user: /));
    await home.write({ ".gitconfig": `[safe]\n\tdirectory = ${bench.root}\n` });
    assert.equal((await bench.run(gitStatus)).data.entries.length, 1);
  } finally {
    Deno.env.set("HOME", real);
  }
});

Deno.test("git commands switch off hooks that the config defines, and those of a commit", async () => {
  await using bench = await repository();
  for (const key of ["command", "event"]) {
    await git(bench.root, "config", `hook.a.b=c.${key}`, key === "event" ? "pre-commit" : "evil");
  }
  const commands = { ...gitStatus.commands, ...gitCommit.commands };
  const site = { root: bench.root, scratch: bench.root, env: { PATH: Deno.env.get("PATH")! } };
  const commit = await commands.commit!.argv({ message: "m" }, site);
  assert.ok(commit.args.includes("--no-verify"));
  const where = await commands.where!.argv({}, site);
  for (const { env = {} } of [commit, where]) {
    const settings = Object.entries(env).filter(([name]) => name.startsWith("GIT_CONFIG_KEY_"))
      .map(([name, key]) => [key, env[name.replace("KEY", "VALUE")]]);
    assert.deepEqual(settings.filter(([key]) => key!.startsWith("hook.")), [
      ["hook.a.b=c.event", ""],
      ["hook.a.b=c.enabled", "false"],
      ["hook.a.b=c.command", ":"],
    ]);
  }
});

Deno.test("git_add and git_status leave our own state out, but not the policy", async () => {
  await using bench = await repository();
  await bench.write({ "a.txt": "a", ".dspy/store.db": "s", ".dspy_session_memory.json": "{}" });
  await bench.write({ ".dspy_policy.yaml": "deny_tools: []\n" });
  const { data: { entries } } = await bench.run(gitStatus);
  const shown = entries.map(({ path }: { path: string }) => path).sort();
  assert.deepEqual(shown, [".dspy_policy.yaml", "a.txt"]);
  const { data } = await bench.run(gitAdd, { paths: ["."] });
  assert.deepEqual([...data].sort(), [".dspy_policy.yaml", "a.txt"]);
});

Deno.test("git_add of a folder with our own state in it is as typed, and nothing else is", async () => {
  await using bench = await repository({ "a.txt": "a", "d/b.txt": "b" });
  await bench.write({ ".dspy_session_memory.json": "{}" });
  const site = { root: bench.root, scratch: "/scratch", env: { PATH: Deno.env.get("PATH")! } };
  const { add } = gitAdd.commands!;
  const isTyped = (paths: string[], typed: string[]) =>
    add!.typed!({ paths }, { paths: typed }, site);
  await bench.run(gitAdd, { paths: ["."] });
  const told = bench.calls.at(-1)!.argv;
  const paths = told.slice(told.indexOf("--") + 1);
  await git(bench.root, "reset", "-q");
  assert.deepEqual(paths, ["a.txt", "d/b.txt"]);
  assert.equal(await isTyped(paths, ["."]), true);
  assert.equal(await isTyped([...paths, ".dspy_session_memory.json"], ["."]), false);
  assert.equal(await isTyped(["a.txt"], ["."]), false);
  assert.equal(await isTyped(paths, ["d"]), false);
  await bench.write({ ".env": "SECRET=1" });
  assert.equal(await isTyped([...paths, ".env"], ["."]), false);
});

Deno.test("git_diff and git_log take revisions, and deny what is neither path nor revision", async () => {
  await using bench = await repository({ "a.txt": "1\n", "gone.txt": "g\n", "dev": "d\n" });
  const commit = async (message: string) => {
    await git(bench.root, "add", "-A");
    await git(bench.root, "commit", "-qm", message);
  };
  await commit("one");
  await git(bench.root, "tag", "v1.0");
  await rm(join(bench.root, "gone.txt"));
  await bench.write({ "a.txt": "2\n" });
  await commit("two");
  await git(bench.root, "checkout", "-q", "-b", "feature/x-1");
  await bench.write({ "b.txt": "b\n" });
  await commit("three");
  const diff = async (...paths: string[]) =>
    (await bench.run(gitDiff, { paths })).data.files.map((f: { path: string }) => f.path);
  const log = async (...paths: string[]) =>
    (await bench.run(gitLog, { paths })).data.map((c: { subject: string }) => c.subject);
  assert.deepEqual(await diff("HEAD~1"), ["b.txt"]);
  assert.deepEqual(await diff("v1.0", "a.txt"), ["a.txt"]);
  assert.deepEqual(await diff("v1.0..main"), ["a.txt", "gone.txt"]);
  assert.deepEqual(await diff("v1.0", "main"), ["a.txt", "gone.txt"]);
  assert.deepEqual(await diff("main...feature/x-1"), ["b.txt"]);
  assert.deepEqual(await diff("gone.txt"), []);
  assert.deepEqual(await diff("dev"), []);
  const { text, data } = await bench.run(gitDiff, { revision: "main" });
  assert.match(text, /^\+b$/m);
  assert.equal(data.files.length, 1);
  assert.equal((await bench.run(gitDiff, { revision: "HEAD" })).text, "no changes since HEAD");
  assert.equal((await bench.run(gitDiff, { paths: ["..main"] })).text.includes("b.txt"), true);
  assert.deepEqual(await log("main"), ["two", "one"]);
  assert.deepEqual(await log("main.."), ["three"]);
  assert.deepEqual(await log("v1.0..main", "gone.txt"), ["two"]);
  assert.deepEqual(await log("gone.txt"), ["two", "one"]);
  for (const tool of [gitDiff, gitLog]) {
    for (const word of ["nofile.py", "nope..main", "nope..", "-3", "HEAD:a.txt", "--output=PWN"]) {
      const neither = says(/^no such path or revision: /);
      await assert.rejects(bench.run(tool, { paths: [word] }), neither, word);
    }
    await assert.rejects(bench.run(tool, { revision: "nope" }), says(/^no such revision: /));
    const three = { paths: ["HEAD", "main", "v1.0"] };
    await assert.rejects(bench.run(tool, three), says(/^too many revisions/, "usage"));
    for (const word of ["-p", "--output=x", "HEAD:a.txt", ":/one", "a b", "..", "", "a..b..c"]) {
      assert.throws(() => inputOf(tool, { revision: word }), Error, word);
      assert.throws(
        () => makeSchema(tool.commands!.resolves!.fields, z).parse({ revision: word }),
        Error,
        word,
      );
    }
  }
});

Deno.test("git_diff between revisions leaves denied files out, by path and by hash", async () => {
  await using bench = await repository({ ".env": "SECRET one\n", "a.txt": "a\n" });
  await git(bench.root, "add", ".");
  await git(bench.root, "commit", "-qm", "one");
  await bench.write({ ".env": "SECRET two\n", "a.txt": "b\n" });
  await git(bench.root, "commit", "-qam", "two");
  await git(bench.root, "tag", "two");
  for (const revision of ["two~1", "two~1..two", "two~1...HEAD", "two..HEAD"]) {
    if (revision === "two..HEAD") {
      await git(bench.root, "mv", ".env", "plain.txt");
      await git(bench.root, "commit", "-qm", "three");
    }
    const result = await bench.run(gitDiff, { revision });
    assert.doesNotMatch(JSON.stringify(result), /SECRET/, revision);
    assert.match(result.text, /\(1 denied file left out\)/, revision);
  }
  const blobs = ["HEAD~1:.env", "HEAD~2:.env"].map((name) => git(bench.root, "rev-parse", name));
  const [one = "", two = ""] = (await Promise.all(blobs)).map((hash) => hash.trim());
  for (const word of [one, `${one}..${two}`]) {
    await assert.rejects(bench.run(gitDiff, { revision: word }), says(/^no such revision/));
    const site = { root: bench.root, scratch: bench.root, env: { PATH: Deno.env.get("PATH")! } };
    const fields = { staged: false, paths: ["a.txt"], revision: word };
    const { args } = await gitDiff.commands!.patch!.argv(fields, site);
    await assert.rejects(git(bench.root, ...args), /fatal/, "the launcher holds it too");
  }
  await assert.rejects(bench.run(gitDiff, { paths: ["HEAD:.env"] }));
});
