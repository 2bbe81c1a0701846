import assert from "node:assert/strict";
import { SparkCheckpointMonitor } from "./spark_checkpoint_monitor.ts";

const at = (newest: number | undefined, now: number) =>
  new SparkCheckpointMonitor({ newestChange: () => Promise.resolve(newest), now: () => now })
    .snapshot();

Deno.test("SparkCheckpointMonitor.snapshot() says active, stale after two minutes, or missing", async () => {
  assert.deepEqual(await at(10_000, 130_000), {
    active: true,
    reason: null,
    last_update: 10,
    age_sec: 120,
    timestamp: 130,
  });
  const stale = await at(10_000, 130_100);
  assert.deepEqual([stale.active, stale.reason], [false, "stale by 120.1s"]);
  const missing = await at(undefined, 5_000);
  assert.deepEqual([missing.active, missing.reason], [false, "checkpoint missing"]);
  assert.deepEqual([missing.last_update, missing.age_sec], [null, null]);
});

Deno.test("SparkCheckpointMonitor.snapshot() bears a file from the future and a folder it may not read", async () => {
  const future = await at(10_000, 5_000);
  assert.deepEqual([future.active, future.age_sec], [true, 0]);
  const newestChange = () => Promise.reject(new Error("no permission"));
  const health = await new SparkCheckpointMonitor({ newestChange }).snapshot();
  assert.deepEqual([health.active, health.reason], [false, "Error: no permission"]);
});
