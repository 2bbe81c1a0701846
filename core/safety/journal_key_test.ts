import assert from "node:assert/strict";
import { journalKey } from "./journal_key.ts";

Deno.test("journalKey() makes one key, for the user alone, whoever asks first", async () => {
  const base = await Deno.makeTempDir();
  const dir = `${base}/state`;
  assert.equal(await journalKey(dir, { make: false }), undefined);
  await assert.rejects(Deno.stat(dir), Deno.errors.NotFound);
  const keys = await Promise.all(Array.from({ length: 8 }, () => journalKey(dir)));
  assert.equal(new Set(keys).size, 1);
  assert.match(keys[0]!, /^[0-9a-f]{64}$/);
  assert.equal(await journalKey(dir, { make: false }), keys[0]);
  assert.equal((await Deno.stat(dir)).mode! & 0o777, 0o700);
  assert.equal((await Deno.stat(`${dir}/journal.key`)).mode! & 0o777, 0o600);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), [
    "journal.key",
  ]);
  await Deno.remove(base, { recursive: true });
});

Deno.test("journalKey() takes no damaged key and none that others can write", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/journal.key`, "00", { mode: 0o600 });
  await assert.rejects(journalKey(dir), { kind: "failed" });
  await Deno.writeTextFile(`${dir}/journal.key`, "00".repeat(32));
  await Deno.chmod(`${dir}/journal.key`, 0o666);
  await assert.rejects(journalKey(dir), { kind: "refused" });
  await Deno.remove(dir, { recursive: true });
});
