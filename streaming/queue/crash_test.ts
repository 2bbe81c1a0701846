import assert from "node:assert/strict";
import { openSqliteStore } from "../../core/store/sqlite.ts";
import { killWorkers, queueChild } from "./_test_kills.ts";
import { createJobQueue } from "./create_job_queue.ts";

Deno.test("createJobQueue() loses and doubles nothing over 100 kill -9", async () => {
  const { kills, submitted, lost, doubled, warnings } = await killWorkers(100);
  assert.deepEqual({ lost, doubled, warnings }, { lost: 0, doubled: 0, warnings: [] });
  assert.ok(kills >= 100 && submitted > 100, `${kills} kills, ${submitted} jobs`);
});

Deno.test("two processes on one store share the jobs, each to one of them", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/store.db`;
  const store = await openSqliteStore(path);
  try {
    const queue = createJobQueue(store);
    const ids = Array.from({ length: 1_000 }, (_, i) => `job-${i}`);
    await Promise.all(ids.map((id) => queue.submit({ id, payload: id })));
    const ends = await Promise.all([1, 2].map(() => queueChild([path, "drain"]).output()));
    assert.deepEqual(ends.map(({ code }) => code), [0, 0]);
    const effects = (await store.read<string>("effects", { limit: 1e4 })).map(({ value }) => value);
    assert.deepEqual(effects.sort(), ids.sort());
    const jobs = await Promise.all(ids.map((id) => queue.get(id)));
    assert.ok(jobs.every((job) => job?.state === "done" && job.attempts === 1));
    assert.equal(new Set(jobs.map((job) => job?.worker)).size, 2);
  } finally {
    await store.close();
    await Deno.remove(folder, { recursive: true });
  }
});
