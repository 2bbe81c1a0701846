import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../core/errors.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import { holdInKv, type KvLike } from "./hold_in_kv.ts";
import { liveStatus } from "./live_status.ts";
import { pushedStatus } from "./pushed_status.ts";
import { checkSnapshot, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { holdInMemory } from "./snapshot_holder.ts";

async function snapshot(ts: number, summary = "two errors"): Promise<Snapshot> {
  const store = openMemoryStore();
  await store.put("last:api:summary", summary);
  const live = liveStatus({ store, lmCircuit: () => ({ open: true, next_retry_sec: 3 }) });
  // Over the network and back.
  return checkSnapshot(JSON.parse(JSON.stringify(await takeSnapshot(live, ts))));
}

Deno.test("pushedStatus() answers as the process that pushed would, and says of when that is", async () => {
  const holder = holdInMemory();
  const status = pushedStatus(holder.read, () => 110_000);
  assert.equal((await status.containers()).status, 501);
  assert.deepEqual((await status.deploy()).body, {
    ...{ status: "unknown", reason: "nothing was pushed yet" },
  });
  assert.equal((await status.ready()).status, 503);
  assert.equal(await holder.take(await snapshot(100)), true);
  assert.deepEqual((await status.containers()).body, {
    names: ["api"],
    containers: { api: { summary: "two errors" } },
    as_of: 100,
  });
  assert.deepEqual((await status.health()).body, {
    ok: true,
    status: "ok",
    lm_circuit: { open: true, next_retry_sec: 3 },
    snapshot: { ts: 100, age_sec: 10 },
  });
  assert.equal((await status.bus()).status, 501);
  assert.equal((await status.ready()).status, 200);
  assert.equal(await holder.take(await snapshot(99)), false);
  assert.equal((await holder.read())?.ts, 100);
});

Deno.test("checkSnapshot() refuses what is none with a sentence, and keeps only what it knows", () => {
  const good = { v: 1, ts: 1, answers: {} };
  assert.deepEqual(checkSnapshot({ ...good, more: 1, answers: { other: 1 } }), good);
  const bodies = [null, [], "x"].map((body) => ({ status: 200, body }));
  for (
    const wrong of [
      ...[undefined, null, 1, [], {}, { ...good, v: 2 }, { ...good, ts: "1" }, { ...good, ts: -1 }],
      ...[{ ...good, ts: Infinity }, { ...good, answers: [] }, { v: 1, ts: 1 }],
      ...[1, null, {}, { status: 302, body: {} }, ...bodies].map((code) => ({
        ...good,
        answers: { code },
      })),
    ]
  ) assert.throws(() => checkSnapshot(wrong), UserError, JSON.stringify(wrong));
  fc.assert(fc.property(fc.anything(), (value) => {
    assert.throws(() => checkSnapshot(value), UserError);
  }));
});

/** What Deno KV does, its limits included, without a disk. */
function kvInMemory(): KvLike & { readonly values: Map<string, unknown> } {
  const values = new Map<string, unknown>();
  return {
    values,
    get: <T>(key: readonly string[]) =>
      Promise.resolve({ value: (values.get(key.join("/")) ?? null) as T | null }),
    set(key, value) {
      if (value instanceof Uint8Array) assert.ok(value.length <= 65_536);
      values.set(key.join("/"), structuredClone(value));
      return Promise.resolve();
    },
    delete(key) {
      values.delete(key.join("/"));
      return Promise.resolve();
    },
  };
}

Deno.test("holdInKv() shows each isolate the newest snapshot, larger than a value may be", async () => {
  const kv = kvInMemory();
  let now = 0;
  const [one, other] = [holdInKv(kv, () => now), holdInKv(kv, () => now)];
  assert.equal(await other.read(), undefined);
  const large = await snapshot(1, "é".repeat(200_000));
  assert.equal(await one.take(large), true);
  assert.equal(await other.read(), undefined, "looked at most once a second");
  now += 1_001;
  assert.deepEqual(await other.read(), large);
  assert.equal(await other.take(await snapshot(0.5)), false);
  assert.equal(await other.take(await snapshot(2)), true);
  now += 1_001;
  assert.equal((await one.read())?.ts, 2);
  assert.equal(kv.values.size, 2, "the pieces of the old one are gone");
});
