// deno-lint-ignore-file no-sync-fn-in-async-fn -- a test looks at the disk in between
import assert from "node:assert/strict";
import { join } from "node:path";
import { commitChanges } from "./commit_changes.ts";
import { readState } from "./read_state.ts";
import { recover } from "./recover.ts";
import { type CommitSign, isMidCommit, journals, untilMidCommit } from "./_test_mid_commit.ts";
import { sealed } from "./_seal.ts";
import { sha256 } from "./sha256.ts";
import { TEST_KEY, type TestWorkspace, testWorkspace, workspaceAt } from "./_test_workspace.ts";
import { undo, undoHistory } from "./undo.ts";

const ROUNDS = Number(Deno.env.get("CRASH_ROUNDS") ?? 40);

/** When the rounds kill, in turn: at any time, with bytes staged, with the journal written. */
const MOMENTS: readonly (CommitSign | undefined)[] = [undefined, "staged", "journal", "journal"];

Deno.test("recover() leaves all files old or all new after kill -9 at any moment", async () => {
  using ws = testWorkspace({ "a.txt": "0", "sub/b.txt": "0", "made/by/c.txt": "0", "user": "u" });
  let cut = 0;
  for (let round = 0; round < ROUNDS; round++) {
    // Some spin on, so that the kill falls between the renames too.
    await killAt(ws.root, MOMENTS[round % 4], round % 8 === 3 ? round / 20 : 0);
    if (isMidCommit(ws.root, "journal")) cut++;
    await recover(ws.guard);
    const { "a.txt": version, ...rest } = ws.all();
    const third = Number(version) % 2 === 0 ? { "made/by/c.txt": version } : {};
    assert.deepEqual(rest, { "sub/b.txt": version, user: "u", ...third });
    assert.deepEqual(journals(ws.root), []);
  }
  assert.ok(cut > ROUNDS / 10, `only ${cut} of ${ROUNDS} kills fell into a commit`);
  await checkUndoOfAll(ws);
});

/** Nothing in between was lost: each version can be reached again by undo. */
async function checkUndoOfAll(ws: TestWorkspace): Promise<void> {
  const standing = (await undoHistory(ws.guard)).filter((r) => !r.files.some((f) => f.undone));
  const outcomes = await undo(ws.guard, { steps: Math.min(20, standing.length) });
  for (const { conflicts } of outcomes) assert.deepEqual(conflicts, []);
}

Deno.test("recover() touches nothing where nothing was written", async () => {
  using ws = testWorkspace({ "a.txt": "a" });
  assert.deepEqual(await recover(ws.guard), { notes: [] });
  assert.deepEqual([...Deno.readDirSync(ws.root)].map(({ name }) => name), ["a.txt"]);
});

Deno.test("recover() puts a damaged journal aside and says so", async () => {
  using ws = testWorkspace({ "a.txt": "a" });
  ws.put(".dspy/journal/c1.json", "{ half");
  const { notes } = await recover(ws.guard);
  assert.match(notes.join(), /damaged or not ours.*c1\.json\.corrupt-\d+/);
  assert.deepEqual(await recover(ws.guard), { notes: [] });
});

Deno.test("recover() follows no journal out of the workspace, into our state or a protected file", async () => {
  for (const path of ["../victim", ".git/config", "link/victim", ".vscode/tasks.json", ".env"]) {
    const own = { ".git/config": "git", ".vscode/tasks.json": "v", ".env": "v" };
    using ws = testWorkspace(own);
    using elsewhere = testWorkspace({ victim: "v" });
    Deno.symlinkSync(elsewhere.root, join(ws.root, "link"));
    const hash = (await readState(elsewhere.guard, "victim")).hash!;
    const record = { version: 1, id: "c1", order: 1, ts: 1, label: "x", files: [], folders: [] };
    const step = { path, before: { hash, mode: 420 }, after: null };
    const work = { steps: [{ ...step, temp: ".dspy-tmp-0123456789abcdef-0" }], made: [], drop: [] };
    ws.put(".dspy/journal/c1.json", await sealed(TEST_KEY, { ...record, work }));
    assert.match((await recover(ws.guard)).notes.join(), /taken back; not ours/);
    assert.equal(elsewhere.get("victim"), "v");
    for (const [path, text] of Object.entries(own)) assert.equal(ws.get(path), text);
  }
});

Deno.test("recover() and commits act on no journal without our seal", async () => {
  const hash = await sha256(new TextEncoder().encode("v"));
  const record = { version: 1, id: "c9", order: 1, ts: 1, label: "x", files: [], folders: [] };
  const temp = ".dspy-tmp-0123456789abcdef-0";
  const steps = [
    { path: "src/a.ts", before: { hash, mode: 420 }, after: null, temp },
    { path: "src/new.ts", before: null, after: { hash, mode: 420 }, temp: `${temp}1` },
  ];
  const journal = { ...record, work: { steps, made: [], drop: [] } };
  const good = await sealed(TEST_KEY, journal);
  const { mac } = JSON.parse(good);
  const forged = {
    bare: JSON.stringify(journal),
    "other key": await sealed("00".repeat(32), journal),
    changed: JSON.stringify({ ...journal, label: "y", mac }),
    "mac of another kind": JSON.stringify({ ...journal, mac: 1 }),
  };
  for (const [why, text] of Object.entries(forged)) {
    for (const ephemeral of [false, true]) {
      using ws = testWorkspace({ "src/a.ts": "v", [`src/${temp}1`]: "v" });
      const files = ws.all();
      ws.put(".dspy/journal/c9.json", text);
      const guard = { ...ws.guard, ephemeral };
      assert.match((await recover(guard)).notes.join(), /not acted on/, why);
      assert.deepEqual(ws.all(), files, why);
      assert.equal(ws.get(".dspy/journal/c9.json") !== undefined, ephemeral, why);
      const change = { from: await readState(guard, "b"), to: new Uint8Array(1) };
      assert.equal(await commitChanges(guard, "x", [change]), ephemeral ? "c10" : "c1");
      assert.deepEqual(Object.keys(ws.all()), ["b", ...Object.keys(files)].sort(), why);
    }
  }
  using ws = testWorkspace({ "src/a.ts": "v", [`src/${temp}1`]: "v" });
  ws.put(".dspy/journal/c9.json", good);
  assert.match((await recover(ws.guard)).notes.join(), /was finished/);
  assert.deepEqual(ws.all(), { "src/new.ts": "v" });
});

Deno.test("recover() keeps the bytes of a file that was changed after the kill", async () => {
  using ws = testWorkspace({ "a.txt": "0", "sub/b.txt": "0" });
  for (let tries = 0; tries < 50; tries++) {
    await killAt(ws.root, "journal");
    if (!isMidCommit(ws.root, "journal")) continue;
    ws.put("a.txt", "the user's");
    const { notes } = await recover(ws.guard);
    assert.match(notes.join(), /taken back; not ours now and kept: a\.txt/);
    assert.equal(ws.get("a.txt"), "the user's");
    return;
  }
  assert.fail("no kill fell into a commit");
});

Deno.test("commitChanges() leaves old or new however much space the disk has", async (t) => {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  const mounted = await new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", "size=200k", "tmpfs", root],
    stderr: "null",
  }).output().then(({ success }) => success, () => false);
  // deno-lint-ignore no-console -- a skipped check is said aloud
  if (!mounted) return console.log(`SKIP ${t.name}: cannot mount a small disk here`);
  try {
    await fillAndCommit(root);
  } finally {
    await new Deno.Command("umount", { args: [root] }).output();
    Deno.removeSync(root);
  }
});

async function fillAndCommit(root: string): Promise<void> {
  const ends = new Set<string>();
  for (let pages = 0; pages < 48; pages++) {
    for (const { name } of Deno.readDirSync(root)) {
      Deno.removeSync(join(root, name), { recursive: true });
    }
    const ws = workspaceAt(root);
    const old = { "a.txt": "a".repeat(9000), "b.txt": "b".repeat(9000) };
    for (const [path, text] of Object.entries(old)) ws.put(path, text);
    const changes = [
      { from: await readState(ws.guard, "a.txt"), to: new Uint8Array(9000).fill(65) },
      { from: await readState(ws.guard, "b.txt"), to: null },
      { from: await readState(ws.guard, "new/c.txt"), to: new Uint8Array(9000).fill(67) },
    ];
    ws.put("full", "");
    try {
      Deno.writeFileSync(join(root, "full"), new Uint8Array(pages * 4096));
    } catch { /* the disk is full now, as wanted */ }
    const end = await commitChanges(ws.guard, "x", changes).then(() => "new", () => "old");
    await recover(ws.guard);
    ends.add(end);
    const { full: _, ...files } = ws.all();
    const fresh = { "a.txt": "A".repeat(9000), "new/c.txt": "C".repeat(9000) };
    assert.deepEqual(files, end === "new" ? fresh : old);
  }
  assert.deepEqual([...ends].sort(), ["new", "old"]);
}

/** Lets a child commit until it is killed: at once, or in the middle of a commit. */
async function killAt(root: string, moment: CommitSign | undefined, spinMs = 0): Promise<void> {
  const script = new URL("./_commit_crash_child.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", `--allow-read=${root}`, `--allow-write=${root}`, script, root],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  let ended = false;
  reader.closed.then(() => ended = true);
  if (moment) await untilMidCommit(root, moment, () => ended);
  const until = performance.now() + spinMs;
  while (performance.now() < until);
  child.kill("SIGKILL");
  await reader.cancel();
  await child.status;
}
