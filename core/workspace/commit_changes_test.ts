// deno-lint-ignore-file no-sync-fn-in-async-fn -- a test looks at the disk in between
import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { commitChanges } from "./commit_changes.ts";
import { readState } from "./read_state.ts";
import { recover } from "./recover.ts";
import { testWorkspace, workspaceAt } from "./_test_workspace.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function change(guard: Parameters<typeof readState>[0], path: string, to: string | null) {
  return { from: await readState(guard, path), to: to === null ? null : bytes(to) };
}

Deno.test("commitChanges() writes, creates and deletes, keeps modes and leaves nothing behind", async () => {
  using ws = testWorkspace({ "a.sh": "old a", "b.txt": "old b" });
  Deno.chmodSync(join(ws.root, "a.sh"), 0o751);
  const id = await commitChanges(ws.guard, "three files", [
    await change(ws.guard, "a.sh", "new a"),
    await change(ws.guard, "b.txt", null),
    await change(ws.guard, "deep/er/c.txt", "new c"),
  ]);
  assert.equal(id, "c1");
  assert.deepEqual(ws.all(), { "a.sh": "new a", "deep/er/c.txt": "new c" });
  assert.equal(Deno.statSync(join(ws.root, "a.sh")).mode! & 0o7777, 0o751);
  assert.deepEqual([...Deno.readDirSync(join(ws.root, ".dspy", "journal"))], []);
});

Deno.test("commitChanges() gives a new file the mode the system gives", async () => {
  using ws = testWorkspace({ "by_user.txt": "x" });
  await commitChanges(ws.guard, "create", [await change(ws.guard, "ours.txt", "y")]);
  const mode = (name: string) => Deno.statSync(join(ws.root, name)).mode;
  assert.equal(mode("ours.txt"), mode("by_user.txt"));
});

Deno.test("commitChanges() sets a mode that is asked for", async () => {
  using ws = testWorkspace({ "a.sh": "x" });
  const from = await readState(ws.guard, "a.sh");
  await commitChanges(ws.guard, "chmod", [{ from, to: from.bytes, mode: 0o755 }]);
  assert.equal(Deno.statSync(join(ws.root, "a.sh")).mode! & 0o7777, 0o755);
});

Deno.test("commitChanges() keeps its state private", async () => {
  using ws = testWorkspace({ "a.txt": "secret" });
  await commitChanges(ws.guard, "x", [await change(ws.guard, "a.txt", "b")]);
  const mode = (path: string) => Deno.statSync(join(ws.root, ".dspy", path)).mode! & 0o777;
  assert.equal(mode("undo"), 0o700);
  assert.equal(mode("undo/blobs"), 0o700);
  for (const { name } of Deno.readDirSync(join(ws.root, ".dspy/undo/blobs"))) {
    assert.equal(mode(`undo/blobs/${name}`), 0o600);
  }
  assert.equal(mode("undo/c1.json"), 0o600);
});

Deno.test("commitChanges() refuses when one file changed since, names the lines, writes nothing", async () => {
  using ws = testWorkspace({ "a.txt": "1\n2\n3\n4\n", "b.txt": "b" });
  const changes = [await change(ws.guard, "b.txt", "B"), await change(ws.guard, "a.txt", "A")];
  ws.put("a.txt", "1\ntwo\nthree\n4\n");
  await assert.rejects(commitChanges(ws.guard, "x", changes), {
    message: '"a.txt" changed on disk since it was read (lines 2-3)',
  });
  assert.deepEqual(ws.all(), { "a.txt": "1\ntwo\nthree\n4\n", "b.txt": "b" });
});

Deno.test("commitChanges() refuses to create over a file that has appeared", async () => {
  using ws = testWorkspace();
  const changes = [await change(ws.guard, "a.txt", "ours")];
  ws.put("a.txt", "the user's");
  await assert.rejects(commitChanges(ws.guard, "x", changes), /changed on disk/);
  assert.equal(ws.get("a.txt"), "the user's");
});

Deno.test("commitChanges() refuses hard links, folders, and places the guard forbids", async () => {
  using ws = testWorkspace({ "a.txt": "a", "d/x": "x" });
  Deno.linkSync(join(ws.root, "a.txt"), join(ws.root, "same.txt"));
  Deno.symlinkSync("/etc", join(ws.root, "out"));
  await assert.rejects(change(ws.guard, "a.txt", "A"), /hard links/);
  await assert.rejects(change(ws.guard, "d", "D"), /no regular file/);
  await assert.rejects(change(ws.guard, "out/passwd", "D"), /outside workspace/);
  await assert.rejects(change(ws.guard, ".git/config", "D"));
});

Deno.test("commitChanges() refuses one file twice, and changes of nothing", async () => {
  using ws = testWorkspace({ "a.txt": "a" });
  const one = await change(ws.guard, "a.txt", "A");
  await assert.rejects(commitChanges(ws.guard, "x", [one, one]), /two changes of "a.txt"/);
  const none = await change(ws.guard, "a.txt", "a");
  await assert.rejects(commitChanges(ws.guard, "x", [none]), /leaves every file as it is/);
});

Deno.test("commitChanges() does not write through a link in place of the state folder", async () => {
  using ws = testWorkspace({ "a.txt": "a" });
  using elsewhere = testWorkspace();
  Deno.symlinkSync(elsewhere.root, join(ws.root, ".dspy"));
  const changes = [await change(ws.guard, "a.txt", "A")];
  await assert.rejects(commitChanges(ws.guard, "x", changes), /is not a folder of ours/);
  assert.deepEqual([...Deno.readDirSync(elsewhere.root)], []);
  assert.equal(ws.get("a.txt"), "a");
});

Deno.test("commitChanges() rolls back when a target turns into a folder on the way", async () => {
  using ws = testWorkspace({ "a.txt": "a" });
  const changes = [
    await change(ws.guard, "a.txt", "A"),
    await change(ws.guard, "x", "file"),
    await change(ws.guard, "x/y", "below it"),
  ];
  await assert.rejects(commitChanges(ws.guard, "x", changes));
  assert.deepEqual(ws.all(), { "a.txt": "a" });
});

Deno.test("commitChanges() keeps all files when the disk is full", async (t) => {
  await withMount(t.name, "size=128k,nr_inodes=64", async (root) => {
    const ws = workspaceAt(root);
    ws.put("a.txt", "a".repeat(20_000));
    ws.put("b.txt", "b");
    const files = ws.all();
    for (const size of [30_000, 60_000, 90_000, 200_000]) {
      const changes = [
        await change(ws.guard, "a.txt", "A".repeat(size)),
        await change(ws.guard, "b.txt", "B".repeat(60_000)),
        await change(ws.guard, "new/c.txt", "C".repeat(20_000)),
      ];
      await assert.rejects(commitChanges(ws.guard, "x", changes), /no space left|cannot write/i);
      await recover(ws.guard);
      assert.deepEqual(ws.all(), files);
      assert.ok(!Deno.readDirSync(root).some(({ name }) => /^\.dspy-tmp|^new$/.test(name)));
    }
  });
});

Deno.test("commitChanges() keeps all files on a read-only disk", async (t) => {
  await withMount(t.name, "size=128k", async (root) => {
    const ws = workspaceAt(root);
    ws.put("a.txt", "a");
    const changes = [await change(ws.guard, "a.txt", "A")];
    assert.ok(await run("mount", "-o", "remount,ro", root));
    await assert.rejects(commitChanges(ws.guard, "x", changes), { name: "UserError" });
    assert.equal(ws.get("a.txt"), "a");
  });
});

Deno.test("commitChanges() serialises two processes", async () => {
  using ws = testWorkspace({ "n.txt": "0" });
  const child = new URL("./_commit_count_child.ts", import.meta.url).pathname;
  const one = () =>
    new Deno.Command(Deno.execPath(), { args: ["run", "-A", child, ws.root, "15"] }).output();
  const ends = await Promise.all([one(), one()]);
  for (const { success, stderr } of ends) assert.ok(success, new TextDecoder().decode(stderr));
  assert.equal(ws.get("n.txt"), "30");
});

Deno.test("commitChanges() waits while another process commits", async () => {
  using ws = testWorkspace({ "a.txt": "a", ".dspy/commit.lock": "" });
  const lock = await Deno.open(join(ws.root, ".dspy/commit.lock"), { write: true });
  await lock.lock(true);
  const done = commitChanges(ws.guard, "x", [await change(ws.guard, "a.txt", "A")]);
  await setTimeout(60);
  assert.equal(ws.get("a.txt"), "a");
  lock.close();
  await done;
  assert.equal(ws.get("a.txt"), "A");
});

async function withMount(
  name: string,
  options: string,
  work: (root: string) => Promise<void>,
): Promise<void> {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  if (!(await run("mount", "-t", "tmpfs", "-o", options, "tmpfs", root))) {
    Deno.removeSync(root);
    // deno-lint-ignore no-console -- a skipped check is said aloud
    console.log(`SKIP ${name}: cannot mount a small disk here`);
    return;
  }
  try {
    await work(root);
  } finally {
    await run("umount", root);
    Deno.removeSync(root);
  }
}

async function run(program: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}
