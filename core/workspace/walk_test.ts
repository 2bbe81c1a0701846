import assert from "node:assert/strict";
import { testWorkspace } from "./_test_workspace.ts";
import { walk, type WalkOptions } from "./walk.ts";

const nothing = () => false;

async function walked(
  root: string,
  options: WalkOptions = {},
  denied: (path: string, isFolder: boolean) => boolean = nothing,
): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of walk(root, denied, options)) {
    found.push(...batch.map((entry) => entry.path));
  }
  return found;
}

function tree(...paths: string[]): ReturnType<typeof testWorkspace> {
  return testWorkspace(Object.fromEntries(paths.map((path) => [path, ""])));
}

Deno.test("walk() yields files in the order of their paths, in batches", async () => {
  const many = Array.from({ length: 700 }, (_, i) => `d/${1000 + i}.txt`);
  using files = tree("b.txt", "a/z", "a.txt", "a-b/c", ...many);
  assert.deepEqual(await walked(files.root), ["a-b/c", "a.txt", "a/z", "b.txt", ...many]);
  for await (const batch of walk(files.root, nothing)) assert.ok(batch.length <= 257);
});

Deno.test("walk() leaves out standing excludes at any depth, but not files of such a name", async () => {
  using files = tree(
    ...[
      "a/node_modules/x.js",
      "a/b/target/x",
      "dist/x",
      ".venv/x",
      "a/.dspy_index/x",
      "coverage/x",
    ],
    ...["build", "a/.dspy_rl_state.json", "ok.ts"],
  );
  assert.deepEqual(await walked(files.root, { hidden: true }), ["build", "ok.ts"]);
  assert.equal((await walked(files.root, { hidden: true, ignore: false })).length, 9);
});

Deno.test("walk() shows hidden files only when asked, or when a rule names them", async () => {
  using files = tree(".a", ".b/c", "d/.e");
  assert.deepEqual(await walked(files.root), []);
  assert.deepEqual(await walked(files.root, { hidden: true }), [".a", ".b/c", "d/.e"]);
  files.put(".gitignore", "!.b\n");
  assert.deepEqual(await walked(files.root), [".b/c"]);
});

Deno.test("walk() lets .ignore win over .gitignore, deeper files over higher ones", async () => {
  using files = tree("a.log", "b.log", "sub/a.log", "sub/b.log");
  files.put(".gitignore", "*.log\n");
  files.put(".ignore", "!b.log\n");
  files.put("sub/.gitignore", "!a.log\n");
  assert.deepEqual(await walked(files.root), ["b.log", "sub/a.log", "sub/b.log"]);
});

Deno.test("walk() ends git's rules at a repository inside, and reads its info/exclude", async () => {
  using files = tree("x.log", "inner/x.log", "inner/y.txt", "inner/.git/HEAD");
  files.put(".gitignore", "*.log\n");
  files.put("inner/.git/info/exclude", "y.txt\n");
  assert.deepEqual(await walked(files.root), ["inner/x.log"]);
});

Deno.test("walk() applies the rules above a start inside, which may itself be ignored", async () => {
  using files = tree("gen/a.ts", "gen/a.log", "gen/sub/b.ts", "other/c.ts");
  files.put(".gitignore", "gen\n*.log\n");
  assert.deepEqual(await walked(files.root), ["other/c.ts"]);
  assert.deepEqual(await walked(files.root, { path: "gen" }), ["gen/a.ts", "gen/sub/b.ts"]);
  assert.deepEqual(await walked(files.root, { path: "./gen/sub/" }), ["gen/sub/b.ts"]);
  assert.deepEqual(await walked(files.root, { path: "gen/a.log" }), ["gen/a.log"]);
  assert.deepEqual(await walked(files.root, { path: "nowhere" }), []);
});

Deno.test("walk() selects by include and exclude globs", async () => {
  using files = tree("a.ts", "a.md", "src/b.ts", "src/b_test.ts", "src/deep/c.md");
  const by = (include: string[], exclude: string[] = []) =>
    walked(files.root, { include, exclude });
  assert.deepEqual(await by(["*.ts"]), ["a.ts", "src/b.ts", "src/b_test.ts"]);
  assert.deepEqual(await by(["*.ts", "!*_test.ts"]), ["a.ts", "src/b.ts"]);
  assert.deepEqual(await by(["!src"]), ["a.md", "a.ts"]);
  assert.deepEqual(await by(["src"], ["*_test.ts"]), ["src/b.ts", "src/deep/c.md"]);
  assert.deepEqual(await by(["src/**/*.md"]), ["src/deep/c.md"]);
  assert.deepEqual(await walked(files.root, { include: ["src"], path: "src/deep" }), [
    "src/deep/c.md",
  ]);
});

Deno.test("walk() obeys the path guard for files, folders and the start", async () => {
  using files = tree("a.ts", "keys/b.ts", "keys/c/d.ts");
  const denied = (path: string, isFolder: boolean) => isFolder && path === "keys";
  assert.deepEqual(await walked(files.root, {}, denied), ["a.ts"]);
  assert.deepEqual(await walked(files.root, { path: "keys/c" }, denied), []);
});

Deno.test("walk() descends as deep as asked, and yields folders when asked", async () => {
  using files = tree("a", "b/c", "b/d/e", "b/d/f/g");
  assert.deepEqual(await walked(files.root, { depth: 1 }), ["a"]);
  assert.deepEqual(await walked(files.root, { depth: 2, folders: true }), [
    ...["a", "b/", "b/c", "b/d/"],
  ]);
  assert.deepEqual(await walked(files.root, { depth: 1, path: "b" }), ["b/c"]);
});

Deno.test("walk() follows no symlink and waits on no pipe", async () => {
  using files = tree("real/a");
  await Deno.symlink(`${files.root}/real`, `${files.root}/link`);
  await Deno.symlink(`${files.root}/real/a`, `${files.root}/file`);
  await Deno.symlink(files.root, `${files.root}/real/loop`);
  await new Deno.Command("mkfifo", { args: [`${files.root}/pipe`] }).output();
  assert.deepEqual(await walked(files.root), ["real/a"]);
});

Deno.test("walk() skips what cannot be read, and says so", async () => {
  using files = tree("a/b", "c");
  files.put(".gitignore", "x".repeat(2_000_000));
  // Deno names folders by absolute paths, which end at 4,096 bytes: a shell makes the deeper ones.
  const name = "d".repeat(200);
  const script =
    `mkdir deep && cd deep && for i in $(seq 40); do mkdir ${name} && cd ${name}; done`;
  await new Deno.Command("sh", { args: ["-c", script], cwd: files.root }).output();
  const skipped: string[] = [];
  assert.deepEqual(await walked(files.root, { onSkip: (path) => skipped.push(path) }), [
    ...["a/b", "c"],
  ]);
  assert.equal(skipped[0], ".gitignore");
  assert.equal(skipped.length, 2);
  assert.ok(skipped[1]!.length > 3_500);
  await new Deno.Command("rm", { args: ["-rf", `${files.root}/deep`] }).output();
});

Deno.test("walk() takes a tree of a thousand levels", async () => {
  using files = tree("a");
  const script = `mkdir -p ${"d/".repeat(1000)} && touch ${"d/".repeat(1000)}end`;
  await new Deno.Command("sh", { args: ["-c", script], cwd: files.root }).output();
  const found = await walked(files.root);
  assert.equal(found.at(-1), `${"d/".repeat(1000)}end`);
});

Deno.test("walk() stops when its signal fires", async () => {
  using files = tree("a");
  await assert.rejects(walked(files.root, { signal: AbortSignal.abort() }), { kind: "aborted" });
});
