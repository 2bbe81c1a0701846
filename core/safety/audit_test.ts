import assert from "node:assert/strict";
import { appendReceipt, readReceipts, verifyReceipts } from "./audit.ts";
import type { Receipt } from "./receipt.ts";
import { stateDir } from "./state_dir.ts";

const RECEIPT: Receipt = {
  session: "s1",
  tool: "run_tests",
  what: "cargo test",
  verdict: "allow",
  rule: "consent",
  granted: "cargo test",
  exitCode: 0,
};

async function withDir(work: (dir: string, log: string) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir();
  const dir = await stateDir("/some/workspace", { XDG_STATE_HOME: base });
  try {
    await work(dir, `${dir}/audit.jsonl`);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("appendReceipt() makes a private log whose chain verifies", async () => {
  await withDir(async (dir, log) => {
    assert.deepEqual(await verifyReceipts(dir), { ok: true, count: 0 });
    for (const tool of ["a", "b", "c"]) await appendReceipt(dir, { ...RECEIPT, tool });
    assert.deepEqual(await verifyReceipts(dir), { ok: true, count: 3 });
    assert.deepEqual((await readReceipts(dir)).map(({ tool }) => tool), ["a", "b", "c"]);
    assert.equal((await readReceipts(dir, "other")).length, 0);
    if (Deno.build.os === "windows") return;
    assert.equal((await Deno.stat(log)).mode! & 0o777, 0o600);
    assert.equal((await Deno.stat(dir)).mode! & 0o777, 0o700);
  });
});

Deno.test("verifyReceipts() names the first line that was changed, removed or inserted", async () => {
  await withDir(async (dir, log) => {
    for (const tool of ["a", "b", "c", "d"]) await appendReceipt(dir, { ...RECEIPT, tool });
    const lines = (await Deno.readTextFile(log)).trimEnd().split("\n");
    const broken = async (changed: readonly string[]) => {
      await Deno.writeTextFile(log, changed.join("\n") + "\n");
      const found = await verifyReceipts(dir);
      return found.ok ? 0 : found.line;
    };
    assert.equal(await broken(lines), 0);
    assert.equal(await broken(lines.with(1, lines[1]!.replace('"b"', '"x"'))), 3);
    assert.equal(await broken(lines.toSpliced(1, 1)), 2);
    assert.equal(await broken(lines.toSpliced(2, 0, lines[1]!)), 3);
    assert.equal(await broken(lines.with(0, "{}")), 1);
    assert.equal(await broken(lines.toReversed()), 1);
  });
});

Deno.test("appendReceipt() cuts off what a killed launcher left, and says so", async () => {
  await withDir(async (dir, log) => {
    await appendReceipt(dir, RECEIPT);
    await Deno.writeTextFile(log, '{"v":1,"ts":17', { append: true });
    await appendReceipt(dir, RECEIPT);
    assert.deepEqual((await readReceipts(dir)).map(({ rule }) => rule), [
      "consent",
      "audit.repaired",
      "consent",
    ]);
    assert.deepEqual(await verifyReceipts(dir), { ok: true, count: 3 });
    await Deno.writeTextFile(log, '{"v":1' + "x".repeat(5000));
    await appendReceipt(dir, RECEIPT);
    assert.deepEqual(await verifyReceipts(dir), { ok: true, count: 2 });
  });
});

Deno.test("appendReceipt() keeps one chain when several launchers write at once, one killed", async () => {
  await withDir(async (dir, log) => {
    const code = `import { appendReceipt } from ${
      JSON.stringify(import.meta.resolve("./audit.ts"))
    };
      for (;;) await appendReceipt(${JSON.stringify(dir)}, ${JSON.stringify(RECEIPT)});`;
    const file = `${dir}-writer.ts`;
    await appendReceipt(dir, RECEIPT);
    await Deno.writeTextFile(file, code);
    const children = [1, 2, 3].map(() =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", file],
        stdin: "null",
        stdout: "null",
        stderr: "inherit",
      }).spawn()
    );
    const size = async () => (await Deno.stat(log)).size;
    const until = async (bytes: number) => {
      const start = await size();
      while (await size() < start + bytes) await new Promise((done) => setTimeout(done, 5));
    };
    for (const child of children) {
      await until(10_000);
      child.kill("SIGKILL");
      await child.status;
    }
    await appendReceipt(dir, { ...RECEIPT, tool: "last" });
    const found = await verifyReceipts(dir);
    assert.ok(found.ok && found.count > 50, JSON.stringify(found));
  });
});

Deno.test("appendReceipt() writes no secrets, and cuts long texts", async () => {
  await withDir(async (dir, log) => {
    const token = "ghp_" + "a1B2".repeat(9);
    const what = `git push https://me:pa55word@example.com ${token} hunter2-x`;
    const stored = await appendReceipt(dir, { ...RECEIPT, what, granted: "x".repeat(1e6) }, {
      secrets: ["hunter2-x"],
    });
    assert.equal(stored.what, "git push https://me:[redacted]@example.com [redacted] [redacted]");
    assert.ok((await Deno.readTextFile(log)).length < 20_000);
    await appendReceipt(dir, RECEIPT);
    assert.deepEqual(await verifyReceipts(dir), { ok: true, count: 2 });
  });
});

Deno.test("appendReceipt() refuses a link in the place of its log", async () => {
  if (Deno.build.os === "windows") return;
  await withDir(async (dir, log) => {
    await appendReceipt(dir, RECEIPT);
    await Deno.rename(log, `${log}.old`);
    await Deno.symlink(`${log}.old`, log);
    await assert.rejects(appendReceipt(dir, RECEIPT), { rule: "state.foreign" });
  });
});

Deno.test("stateDir() is one folder per root, below the state home", async () => {
  const a = await stateDir("/a", { HOME: "/home/me" });
  assert.match(a, /^\/home\/me\/\.local\/state\/dspy-code\/[0-9a-f]{16}$/);
  assert.notEqual(a, await stateDir("/b", { HOME: "/home/me" }));
  assert.equal(await stateDir("/a", { HOME: "/home/me", XDG_STATE_HOME: "relative" }), a);
  assert.match(await stateDir("/a", { XDG_STATE_HOME: "/x/" }), /^\/x\/dspy-code\//);
  await assert.rejects(stateDir("/a", {}), { kind: "failed" });
});
