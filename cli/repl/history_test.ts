import assert from "node:assert/strict";
import { join } from "node:path";
import { openHistory } from "./history.ts";

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(join(folder, "state", "history"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("openHistory() remembers lines over sessions, for the owner only", () =>
  inFolder(async (path) => {
    const first = await openHistory(path);
    for (const line of ["a", "b", "b", " hidden", "", "two\nlines", 'q"uote', "b"]) {
      await first.add(line);
    }
    const expected = ["a", "b", "two\nlines", 'q"uote', "b"];
    assert.deepEqual(first.entries, expected);
    assert.deepEqual((await openHistory(path)).entries, expected);
    if (Deno.build.os !== "windows") {
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
      await Deno.chmod(path, 0o644);
      await openHistory(path);
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    }
  }));

Deno.test("openHistory() keeps lines that look like secrets out", () =>
  inFolder(async (path) => {
    const history = await openHistory(path);
    const secrets = [
      "config api_key=abcdef123456",
      "model x --api-key abcdef123456",
      "use sk-4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c",
      "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
      "open https://me:pass1234@example.com/",
      "header Authorization: Bearer abcdefghijklmnopqrst",
      "AKIAABCDEFGHIJKLMNOP",
    ];
    for (const line of secrets) await history.add(line);
    assert.deepEqual(history.entries, []);
    const harmless = ["grep token src", "why is the password prompt slow?", "grep api_key"];
    for (const line of harmless) await history.add(line);
    assert.deepEqual((await openHistory(path)).entries, harmless);
  }));

Deno.test("openHistory() keeps the newest lines up to its limit", () =>
  inFolder(async (path) => {
    const history = await openHistory(path, { limit: 3 });
    for (let i = 0; i < 10; i++) await history.add(`line ${i}`);
    assert.deepEqual(history.entries, ["line 7", "line 8", "line 9"]);
    assert.deepEqual((await openHistory(path, { limit: 3 })).entries, history.entries);
    assert.equal((await Deno.readTextFile(path)).trim().split("\n").length, 3);
  }));

Deno.test("openHistory() loses no line of two sessions that write and trim at once", () =>
  inFolder(async (path) => {
    const writers = await Promise.all([openHistory(path), openHistory(path)]);
    const trimming = (async () => {
      for (let i = 0; i < 20; i++) await openHistory(path, { limit: 1000 });
    })();
    await Promise.all(writers.map(async (writer, w) => {
      for (let i = 0; i < 50; i++) await writer.add(`writer ${w} line ${i}`);
    }));
    await trimming;
    const { entries } = await openHistory(path);
    assert.equal(entries.length, 100);
    assert.equal(new Set(entries).size, 100);
  }));

Deno.test("openHistory() trims while another session appends", () =>
  inFolder(async (path) => {
    const writer = await openHistory(path, { limit: 10_000 });
    for (let i = 0; i < 30; i++) await writer.add(`old ${i}`);
    const trimming = (async () => {
      for (let i = 0; i < 30; i++) await openHistory(path, { limit: 20 });
    })();
    for (let i = 0; i < 15; i++) await writer.add(`new ${i}`);
    await trimming;
    const { entries } = await openHistory(path, { limit: 20 });
    const fresh = entries.filter((entry) => entry.startsWith("new"));
    assert.deepEqual(fresh, Array.from({ length: 15 }, (_, i) => `new ${i}`));
  }));

Deno.test("openHistory() survives broken lines and a path it cannot use", () =>
  inFolder(async (path) => {
    await (await openHistory(path)).add("good");
    await Deno.writeTextFile(path, '{"no":"string"}\nnot json\n"cut', { append: true });
    const again = await openHistory(path);
    assert.deepEqual(again.entries, ["good"]);
    await again.add("after");
    assert.deepEqual((await openHistory(path)).entries, ["good", "after"]);
    const nowhere = await openHistory(join(path, "below", "a", "file"));
    await nowhere.add("only here");
    assert.deepEqual(nowhere.entries, ["only here"]);
  }));
