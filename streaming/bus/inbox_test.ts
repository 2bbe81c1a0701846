import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import { putInbox, readInbox } from "./inbox.ts";
import { createLocalBus } from "./local_bus.ts";
import { openStoreLog } from "./store_log.ts";

Deno.test("readInbox() goes on behind what the bus does not take, and sends nothing before it twice", async () => {
  const store = openMemoryStore();
  const log = await openStoreLog(store, { topics: ["a"], maxBytes: 1_000 });
  await using bus = createLocalBus({ log });
  const seen = bus.subscribe("a", { policy: "block" });
  await putInbox(store, ["one", "x".repeat(2_000), "two"].map((value) => ({ topic: "a", value })));
  const errors: unknown[] = [];
  const stop = readInbox(store, bus, { pollMs: 5, onError: (error) => void errors.push(error) });
  const got: string[] = [];
  while (got.at(-1) !== "two") got.push(`${(await seen.get({ timeoutMs: 3_000 }))?.value}`);
  await stop();
  assert.deepEqual(got.filter((value) => value.length < 2_000), ["one", "two"]);
  assert.equal(errors.length, 3);
  assert.match(`${errors[0]}`, /larger than 1000 bytes/);
  assert.ok(bus.metrics().dlq_total >= 1);
  assert.equal((await store.read("bus.inbox")).length, 0);
});
