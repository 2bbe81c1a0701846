// deno-lint-ignore-file no-sync-fn-in-async-fn -- a test looks at the disk in between
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { commitChanges } from "./commit_changes.ts";
import { readState } from "./read_state.ts";
import { sealed } from "./_seal.ts";
import { sha256 } from "./sha256.ts";
import { type TestWorkspace, testWorkspace } from "./_test_workspace.ts";
import { forget, redo, undo, undoHistory } from "./undo.ts";
import { pruneRecords } from "./_undo_store.ts";

async function commit(ws: TestWorkspace, files: Record<string, string | null>): Promise<string> {
  const changes = [];
  for (const [path, text] of Object.entries(files)) {
    const to = text === null ? null : new TextEncoder().encode(text);
    changes.push({ from: await readState(ws.guard, path), to });
  }
  return await commitChanges(ws.guard, `write ${Object.keys(files)}`, changes);
}

Deno.test("undo() brings back bytes, modes, deleted files, and removes what the change made", async () => {
  using ws = testWorkspace({ "a.sh": "a", "d/gone.txt": "g" });
  Deno.chmodSync(join(ws.root, "a.sh"), 0o750);
  Deno.chmodSync(join(ws.root, "d/gone.txt"), 0o640);
  const files = ws.all();
  await commit(ws, { "a.sh": "A", "d/gone.txt": null, "x/y/new.txt": "n" });
  const [outcome] = await undo(ws.guard);
  assert.deepEqual(outcome?.conflicts, []);
  assert.deepEqual(ws.all(), files);
  assert.equal(Deno.statSync(join(ws.root, "a.sh")).mode! & 0o777, 0o750);
  assert.equal(Deno.statSync(join(ws.root, "d/gone.txt")).mode! & 0o777, 0o640);
  assert.throws(() => Deno.statSync(join(ws.root, "x")), Deno.errors.NotFound);
});

Deno.test("redo() does again what undo() took back, the latest first", async () => {
  using ws = testWorkspace({ "a.txt": "1" });
  await commit(ws, { "a.txt": "2" });
  await commit(ws, { "a.txt": "3", "n/b.txt": "b" });
  const end = ws.all();
  assert.deepEqual((await undo(ws.guard, { steps: 2 })).map(({ id }) => id), ["c2", "c1"]);
  assert.deepEqual(ws.all(), { "a.txt": "1" });
  assert.deepEqual((await redo(ws.guard)).map(({ id }) => id), ["c1"]);
  assert.equal(ws.get("a.txt"), "2");
  await redo(ws.guard);
  assert.deepEqual(ws.all(), end);
  assert.deepEqual((await undo(ws.guard)).map(({ id }) => id), ["c2"]);
});

Deno.test("undo() keeps a file the user changed, restores the others, and takes it back later", async () => {
  using ws = testWorkspace({ "a.txt": "1", "b.txt": "1" });
  const id = await commit(ws, { "a.txt": "2", "b.txt": "2" });
  ws.put("a.txt", "the user's");
  const [outcome] = await undo(ws.guard);
  assert.deepEqual(outcome?.restored, ["b.txt"]);
  assert.deepEqual(outcome?.conflicts, [{ path: "a.txt", reason: "it was changed since" }]);
  assert.deepEqual(ws.all(), { "a.txt": "the user's", "b.txt": "1" });
  ws.put("a.txt", "2");
  await undo(ws.guard, { id });
  assert.deepEqual(ws.all(), { "a.txt": "1", "b.txt": "1" });
});

const LINES = Array.from({ length: 20 }, (_, i) => `line number ${i + 1}\n`);

Deno.test("undo() takes only the change out of a file the user went on with; redo() puts it back", async () => {
  using ws = testWorkspace({ "a.txt": LINES.join("") });
  await commit(ws, { "a.txt": LINES.with(4, "line five\n").with(5, "line six\n").join("") });
  const users = `the user's\n${LINES.with(4, "line five\n").with(5, "line six\n").join("")}end`;
  ws.put("a.txt", users);
  const [outcome] = await undo(ws.guard);
  assert.deepEqual(outcome?.merged, ["a.txt"]);
  assert.deepEqual(outcome?.restored, ["a.txt"]);
  const without = `the user's\n${LINES.join("")}end`;
  assert.equal(ws.get("a.txt"), without);
  await redo(ws.guard);
  assert.equal(ws.get("a.txt"), users);
  await undo(ws.guard);
  ws.put("a.txt", `${without} of it\n`);
  assert.deepEqual((await redo(ws.guard))[0]?.merged, ["a.txt"]);
  assert.equal(ws.get("a.txt"), `${users} of it\n`);
  await undo(ws.guard);
  assert.equal(ws.get("a.txt"), `${without} of it\n`);
});

Deno.test("undo() takes an older change out from below a newer one, and both in any order", async () => {
  const one = LINES.with(2, "line three\n");
  const two = one.with(15, "line sixteen\n");
  using ws = testWorkspace({ "a.txt": LINES.join("") });
  await commit(ws, { "a.txt": one.join("") });
  await commit(ws, { "a.txt": two.join("") });
  await undo(ws.guard, { id: "c1" });
  assert.equal(ws.get("a.txt"), LINES.with(15, "line sixteen\n").join(""));
  await undo(ws.guard, { id: "c2" });
  assert.equal(ws.get("a.txt"), LINES.join(""));
  await redo(ws.guard, { steps: 2 });
  assert.equal(ws.get("a.txt"), two.join(""));
});

Deno.test("undo() keeps a file whose changed lines, or those beside them, the user changed", async () => {
  for (const line of [4, 2, 7]) {
    using ws = testWorkspace({ "a.txt": LINES.join("") });
    await commit(ws, { "a.txt": LINES.with(4, "line five\n").join("") });
    const users = LINES.with(4, "line five\n").with(line, "the user's\n").join("");
    ws.put("a.txt", users);
    const [outcome] = await undo(ws.guard);
    assert.deepEqual(outcome?.conflicts, [{ path: "a.txt", reason: "it was changed since" }]);
    assert.equal(ws.get("a.txt"), users);
  }
});

Deno.test("forget() drops a change that cannot be taken back, so that undo() reaches the one before", async () => {
  using ws = testWorkspace({ "a.txt": "1", "b.txt": "1" });
  await commit(ws, { "b.txt": "2" });
  await commit(ws, { "a.txt": "2" });
  ws.put("a.txt", "the user's");
  assert.equal((await undo(ws.guard))[0]?.conflicts.length, 1);
  assert.deepEqual((await forget(ws.guard)).map(({ id }) => id), ["c2"]);
  assert.deepEqual((await undoHistory(ws.guard)).map(({ id }) => id), ["c1"]);
  await assert.rejects(undo(ws.guard, { id: "c2" }), { message: 'change "c2" is forgotten' });
  await undo(ws.guard);
  assert.deepEqual(ws.all(), { "a.txt": "the user's", "b.txt": "1" });
  assert.equal(await commit(ws, { "a.txt": "3" }), "c3");
  await assert.rejects(forget(ws.guard, { id: "c9" }), /no change "c9"/);
});

Deno.test("undo() never deletes a file or folder the user filled", async () => {
  using ws = testWorkspace();
  await commit(ws, { "new/mine.txt": "agent", "new/other.txt": "agent" });
  ws.put("new/mine.txt", "agent and user");
  ws.put("new/users.txt", "user");
  const [outcome] = await undo(ws.guard);
  assert.equal(outcome?.conflicts.length, 1);
  assert.deepEqual(ws.all(), { "new/mine.txt": "agent and user", "new/users.txt": "user" });
});

Deno.test("undo() reports a file the user deleted, and does not bring it back", async () => {
  using ws = testWorkspace({ "a.txt": "1" });
  await commit(ws, { "a.txt": "2" });
  Deno.removeSync(join(ws.root, "a.txt"));
  const [outcome] = await undo(ws.guard);
  assert.deepEqual(outcome?.conflicts, [{ path: "a.txt", reason: "it was deleted since" }]);
  assert.deepEqual(ws.all(), {});
});

Deno.test("undo() keeps a mode the user has set since", async () => {
  using ws = testWorkspace({ "a.sh": "1" });
  await commit(ws, { "a.sh": "2" });
  Deno.chmodSync(join(ws.root, "a.sh"), 0o700);
  await undo(ws.guard);
  assert.equal(ws.get("a.sh"), "1");
  assert.equal(Deno.statSync(join(ws.root, "a.sh")).mode! & 0o777, 0o700);
});

Deno.test("undo() keeps a file that became a hard link, a link or a folder", async () => {
  for (const kind of ["hardlink", "link", "folder"]) {
    using ws = testWorkspace({ "a.txt": "1", "other": "2" });
    await commit(ws, { "a.txt": "2" });
    const path = join(ws.root, "a.txt");
    if (kind === "hardlink") Deno.linkSync(path, join(ws.root, "twin"));
    else Deno.removeSync(path);
    if (kind === "link") Deno.symlinkSync("other", path);
    if (kind === "folder") Deno.mkdirSync(path);
    const [outcome] = await undo(ws.guard);
    assert.equal(outcome?.conflicts.length, 1, kind);
    assert.equal(ws.get("other"), "2", kind);
  }
});

Deno.test("undo() and redo() say when there is nothing, or no such change", async () => {
  using ws = testWorkspace({ "a.txt": "1" });
  await assert.rejects(undo(ws.guard), { message: "nothing to undo" });
  await assert.rejects(redo(ws.guard), { message: "nothing to redo" });
  await assert.rejects(undo(ws.guard, { id: "c9" }), { message: 'no change "c9" to undo' });
  await assert.rejects(undo(ws.guard, { id: "../x" }), /no change/);
  await commit(ws, { "a.txt": "2" });
  await undo(ws.guard, { id: "c1" });
  await assert.rejects(undo(ws.guard, { id: "c1" }), { message: 'change "c1" is undone already' });
});

Deno.test("undo() applies no record without our seal, puts it aside and goes on to ours", async () => {
  using ws = testWorkspace({ "a.txt": "1", "victim": "v" });
  await commit(ws, { "a.txt": "2" });
  const hash = await sha256(new TextEncoder().encode("v"));
  const files = [{ path: "victim", before: null, after: { hash, mode: 420 } }];
  const record = { version: 1, id: "c9", order: 1e300, ts: 1, label: "x", files, folders: [] };
  for (const text of [JSON.stringify(record), await sealed("00".repeat(32), record)]) {
    ws.put(".dspy/undo/c9.json", text);
    assert.deepEqual((await undoHistory(ws.guard)).map(({ id }) => id), ["c1"]);
    await assert.rejects(undo(ws.guard), { kind: "refused", rule: "state.foreign" });
    assert.deepEqual(ws.all(), { "a.txt": "2", victim: "v" });
    assert.equal(ws.get(".dspy/undo/c9.json"), undefined);
  }
  ws.put(".dspy/undo/c9.json", JSON.stringify(record));
  await assert.rejects(undo({ ...ws.guard, ephemeral: true }, { id: "c9" }), { kind: "refused" });
  await assert.rejects(redo({ ...ws.guard, key: "00".repeat(32) }), /nothing to redo/);
  await assert.rejects(undo(ws.guard, { steps: 5 }), { kind: "refused" });
  assert.equal(ws.get("a.txt"), "2");
  await undo(ws.guard);
  assert.deepEqual(ws.all(), { "a.txt": "1", victim: "v" });
});

Deno.test("commitChanges() keeps the old bytes though others lie under their hash", async () => {
  using ws = testWorkspace({ "a.txt": "1" });
  const hash = await sha256(new TextEncoder().encode("1"));
  ws.put(`.dspy/undo/blobs/${hash}`, "X");
  await commit(ws, { "a.txt": "2" });
  await undo(ws.guard);
  assert.equal(ws.get("a.txt"), "1");
});

Deno.test("undo() refuses bytes that do not have the hash they are kept under", async () => {
  using ws = testWorkspace({ "a.txt": "1" });
  await commit(ws, { "a.txt": "2" });
  const blobs = join(ws.root, ".dspy/undo/blobs");
  for (const { name } of Deno.readDirSync(blobs)) Deno.writeTextFileSync(join(blobs, name), "X");
  const [outcome] = await undo(ws.guard);
  assert.match(outcome?.conflicts[0]?.reason ?? "", /missing/);
  assert.equal(ws.get("a.txt"), "2");
});

Deno.test("pruneRecords() keeps what the newest changes need, and those can be undone", async () => {
  using ws = testWorkspace({ "a.txt": "0" });
  for (let n = 1; n <= 6; n++) await commit(ws, { "a.txt": String(n) });
  const blobs = () => [...Deno.readDirSync(join(ws.root, ".dspy/undo/blobs"))].length;
  assert.equal(blobs(), 7);
  await pruneRecords(ws.root, 2);
  assert.equal(blobs(), 3);
  assert.deepEqual((await undo(ws.guard, { steps: 9 })).map(({ id }) => id), ["c6", "c5"]);
  assert.equal(ws.get("a.txt"), "4");
  await redo(ws.guard, { steps: 2 });
  assert.equal(ws.get("a.txt"), "6");
});

Deno.test("undo() and redo() never lose bytes the user wrote", async () => {
  const path = fc.constantFrom("a.txt", "d/b.txt");
  const text = fc.constantFrom("1", "2", "3", null);
  const step = fc.oneof(
    fc.record({ kind: fc.constant("commit" as const), path, text }),
    fc.record({ kind: fc.constant("user" as const), path, text }),
    fc.record({ kind: fc.constant("undo" as const), steps: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("redo" as const), steps: fc.integer({ min: 1, max: 3 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      using ws = testWorkspace({ "a.txt": "0" });
      /** Unique texts the user wrote last: no undo or redo may touch such a file. */
      const users = new Map<string, string>([["a.txt", "0"]]);
      let count = 0;
      for (const one of steps) {
        if (one.kind === "undo") await undo(ws.guard, one).catch(() => {});
        if (one.kind === "redo") await redo(ws.guard, one).catch(() => {});
        if (one.kind === "commit") {
          // The agent may change a user's file by a commit; the bytes must then be restorable.
          await commit(ws, { [one.path]: one.text }).then(() => users.delete(one.path), () => {});
        }
        if (one.kind === "user") {
          const own = `user ${++count}`;
          ws.put(one.path, own);
          users.set(one.path, own);
        }
        for (const [file, own] of users) assert.equal(ws.get(file), own);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("undo() of all changes, then redo() of all, gives every state again", async () => {
  const change = fc.dictionary(
    fc.constantFrom("a.txt", "d/b.txt", "d/e/c.txt"),
    fc.constantFrom("1", "2", null),
    { minKeys: 1 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 5 }), async (changes) => {
      using ws = testWorkspace({ "a.txt": "0" });
      const states = [ws.all()];
      for (const files of changes) {
        if (await commit(ws, files).then(() => true, () => false)) states.push(ws.all());
      }
      for (const state of states.slice(0, -1).toReversed()) {
        await undo(ws.guard);
        assert.deepEqual(ws.all(), state);
      }
      for (const state of states.slice(1)) {
        await redo(ws.guard);
        assert.deepEqual(ws.all(), state);
      }
      assert.equal((await undoHistory(ws.guard)).length, states.length - 1);
    }),
    { numRuns: 30 },
  );
});
