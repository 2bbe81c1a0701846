import assert from "node:assert/strict";
import type { UserError } from "../../core/errors.ts";
import { lazyStore } from "../../core/store/lazy.ts";
import type { Store } from "../../core/store/types.ts";
import { refused, setUp } from "./_test_set_up.ts";
import { createJobQueue } from "./create_job_queue.ts";
import type { JobSpec } from "./types.ts";

const PAYLOAD = { task: "lint" };

Deno.test("submit() refuses what is no job, and names it", async () => {
  const { queue, store } = setUp({ maxBytes: 100 });
  const bad: [Partial<Record<keyof JobSpec, unknown>>, RegExp][] = [
    [{ id: "../etc" }, /"\.\.\/etc"/],
    [{ id: "a/b" }, /a\/b/],
    [{ id: "a\\b" }, /a/],
    [{ id: ".hidden" }, /hidden/],
    [{ id: "a:b" }, /a:b/],
    [{ id: "" }, /""/],
    [{ id: "x".repeat(201) }, /xxx/],
    [{ id: 7 }, /number/],
    [{ class: "tpu" }, /"tpu".*cpu_short, cpu_long, gpu, gpu_slurm/],
    [{ priority: 101 }, /priority.*101.*from -100 to 100/],
    [{ priority: 0.5 }, /priority/],
    [{ delayMs: -1 }, /delayMs/],
    [{ maxAttempts: 0 }, /maxAttempts/],
    [{ timeoutMs: NaN }, /timeoutMs/],
    [{ payload: undefined }, /payload is JSON/],
    [{ payload: "\u20ac".repeat(40) }, /payload has 122 bytes.*at most 100/],
  ];
  for (const [fields, says] of bad) {
    await assert.rejects(
      queue.submit({ payload: PAYLOAD, ...fields } as JobSpec),
      (error: UserError) => error.kind === "usage" && says.test(error.line),
      JSON.stringify(fields),
    );
  }
  assert.deepEqual(await store.list(""), []);
});

Deno.test("submit() refuses an id that is known, also that of a job that has ended", async () => {
  const { queue } = setUp();
  const both = await Promise.allSettled([
    queue.submit({ id: "a", payload: 1 }),
    queue.submit({ id: "a", payload: 2 }),
    queue.submit({ id: "b", payload: 3 }),
  ]);
  assert.deepEqual(both.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  const [lease] = await queue.lease();
  await queue.ack(lease!);
  await assert.rejects(queue.submit({ id: "a", payload: 1 }), refused("queue.conflict"));
  assert.equal((await queue.get("a"))?.payload, 1);
  assert.equal((await queue.status()).submitted, 2);
});

Deno.test("submit() gives ids that sort by time, even when the clock goes back", async () => {
  const { queue, world } = setUp();
  const ids: string[] = [];
  for (const step of [0, 0, 5, -3_600_000, 0, 7]) {
    world.now += step;
    ids.push((await queue.submit({ payload: null })).id);
  }
  assert.deepEqual([...ids].sort(), ids);
  const leases = await queue.lease({ limit: 10 });
  assert.deepEqual(leases.map(({ job }) => job.id), ids);
});

Deno.test("submit() refuses aloud when too many wait, and takes jobs in again once they do not", async () => {
  const { queue } = setUp({ maxPending: 3 });
  const first = await Promise.allSettled(
    Array.from({ length: 5 }, () => queue.submit({ payload: null })),
  );
  assert.deepEqual(
    first.map((end) => end.status === "rejected" ? end.reason.rule : "in"),
    ["in", "in", "in", "queue.full", "queue.full"],
  );
  await queue.lease();
  await queue.submit({ payload: null });
  await assert.rejects(queue.submit({ payload: null }), refused("queue.full"));
});

Deno.test("submit() and ack() that are called together are one transaction each", async () => {
  const { store, queue } = setUp();
  let commits = 0;
  const counting: Store = {
    ...lazyStore(() => Promise.resolve(store)),
    commit: (writes) => {
      commits++;
      return store.commit(writes);
    },
  };
  const counted = createJobQueue(counting);
  await Promise.all(Array.from({ length: 100 }, () => counted.submit({ payload: null })));
  assert.equal(commits, 1);
  const leases = await counted.lease({ limit: 100 });
  // One that fails leaves the others as they are.
  await queue.cancel(leases[50]!.job.id);
  commits = 0;
  const ends = await Promise.allSettled(leases.map((lease) => counted.ack(lease)));
  assert.deepEqual(ends.flatMap(({ status }, i) => status === "rejected" ? i : []), [50]);
  assert.equal((await queue.status()).completed, 99);
  assert.equal(commits, 101);
});

Deno.test("lease() gives a job to one worker until it is silent for too long", async () => {
  const { queue, open, world } = setUp({ visibilityMs: 1_000 });
  await queue.submit({ id: "a", payload: PAYLOAD });
  const other = open();
  const [[mine], [theirs]] = await Promise.all([queue.lease({ worker: "w1" }), other.lease()]);
  assert.equal([mine, theirs].filter(Boolean).length, 1);
  const lease = (mine ?? theirs)!;
  world.now += 999;
  assert.deepEqual(await other.lease(), []);
  const extended = await queue.extend(lease);
  world.now += 999;
  assert.deepEqual(await other.lease(), []);
  assert.equal((await queue.get("a"))?.state, "leased");
  world.now += 1;
  const [again] = await other.lease();
  assert.equal(again?.attempt, 2);
  assert.match(again!.job.error!, /went silent/);
  for (const old of [lease, extended]) {
    await assert.rejects(queue.ack(old), refused("queue.lease"));
    await assert.rejects(queue.extend(old), refused("queue.lease"));
    await assert.rejects(queue.fail(old, "x"), refused("queue.lease"));
    await assert.rejects(queue.release(old), refused("queue.lease"));
  }
  await queue.ack(again!, "done");
  await assert.rejects(queue.ack(again!), refused("queue.lease"));
  const { runner_result, attempts, state } = (await queue.get("a"))!;
  assert.deepEqual([runner_result, attempts, state], ["done", 2, "done"]);
});

Deno.test("lease() takes no job by what it was a moment ago", async () => {
  const { store, queue, world, open } = setUp({ visibilityMs: 10 });
  await queue.submit({ id: "a", payload: null, maxAttempts: 2 });
  // Another process has the job and loses it between our look and our commit.
  const other = open();
  let raced = false;
  const slow = createJobQueue({
    ...lazyStore(() => Promise.resolve(store)),
    commit: async (writes) => {
      if (!raced && writes.some((write) => write.op === "expect" && /:ready:/.test(write.key))) {
        raced = true;
        await other.lease();
        world.now += 10;
        assert.equal((await other.lease({ classes: ["gpu"] })).length, 0);
      }
      return await store.commit(writes);
    },
  }, { sweepMs: 0, now: () => world.now });
  const [lease] = await slow.lease();
  assert.equal(raced, true);
  assert.equal(lease?.attempt, 2);
  assert.equal(await slow.fail(lease!, "no"), "dead");
  for (const visibilityMs of [0, NaN, -1]) {
    await assert.rejects(queue.lease({ visibilityMs }), /visibilityMs of a lease/);
  }
});

Deno.test("a job whose workers always die is dead after its attempts", async () => {
  const { queue, world } = setUp({ visibilityMs: 10 });
  await queue.submit({ id: "killer", payload: null, maxAttempts: 3 });
  for (let attempt = 1; attempt <= 3; attempt++) {
    assert.equal((await queue.lease({ worker: `w${attempt}` }))[0]?.attempt, attempt);
    world.now += 10;
  }
  assert.deepEqual(await queue.lease(), []);
  const [dead] = await queue.dead();
  assert.deepEqual([dead?.id, dead?.attempts, dead?.worker], ["killer", 3, "w3"]);
  assert.match(dead!.error!, /its worker w3 went silent/);
});

Deno.test("fail() lets a job come again after pauses that double, up to a limit and with jitter", async () => {
  const { queue, world } = setUp({ backoffMs: 1_000, maxBackoffMs: 3_000 });
  await queue.submit({ id: "a", payload: null });
  for (const pause of [1_000, 2_000, 3_000, 3_000]) {
    const [lease] = await queue.lease();
    assert.equal(await queue.fail(lease!, "x".repeat(9_000)), "retry");
    world.now += pause - 1;
    assert.deepEqual(await queue.lease(), []);
    world.now += 1;
  }
  const [last] = await queue.lease();
  assert.equal(last?.job.error?.length, 4_000);
  assert.equal(await queue.fail(last!, "no"), "dead");

  const early = setUp({ backoffMs: 1_000, random: () => 0 });
  await early.queue.submit({ payload: null });
  await early.queue.fail((await early.queue.lease())[0]!, "no");
  early.world.now += 500;
  assert.equal((await early.queue.lease()).length, 1);
});

Deno.test("ack() writes the effect of a job with it, or neither", async () => {
  const { queue, store } = setUp();
  await queue.submit({ id: "a", payload: null });
  const [lease] = await queue.lease();
  const effect = { op: "append", stream: "effects", values: ["a"] } as const;
  await assert.rejects(
    queue.ack(lease!, 1, { writes: [{ op: "expect", key: "flag", value: "on" }, effect] }),
    refused("queue.condition"),
  );
  assert.equal(await store.head("effects"), 0);
  await store.put("flag", "on");
  // The heartbeat and the end of a job may cross.
  await queue.extend(lease!);
  await queue.ack(lease!, 1, { writes: [{ op: "expect", key: "flag", value: "on" }, effect] });
  await assert.rejects(queue.ack(lease!, 1, { writes: [effect] }), refused("queue.lease"));
  assert.equal(await store.head("effects"), 1);
  await queue.submit({ id: "b", payload: null });
  const [big] = await queue.lease();
  await assert.rejects(
    queue.ack(big!, "x".repeat(1 << 21)),
    /the result of a job has 2097154 bytes of JSON; at most 1048576/,
  );
});

Deno.test("cancel() ends a job wherever it is, and nobody can finish it", async () => {
  const { queue } = setUp();
  await queue.submit({ id: "delayed", payload: null, delayMs: 1e6 });
  await queue.submit({ id: "leased", payload: null, priority: 1 });
  await queue.submit({ id: "ready", payload: null });
  const [lease] = await queue.lease();
  for (const id of ["delayed", "leased", "ready"]) {
    assert.equal(await queue.cancel(id), true, id);
    assert.equal(await queue.cancel(id), false, id);
    assert.equal((await queue.get(id))?.state, "cancelled", id);
  }
  await assert.rejects(queue.ack(lease!), refused("queue.lease"));
  assert.equal(await queue.cancel("never"), false);
  const { pending, leased, cancelled } = await queue.status();
  assert.deepEqual([pending, leased, cancelled], [0, 0, 3]);
});

Deno.test("list() gives jobs by state, those first that a person looks for", async () => {
  const { queue } = setUp({ maxAttempts: 1 });
  await queue.submit({ id: "later", payload: null, delayMs: 5 });
  await queue.submit({ id: "low", payload: null });
  await queue.submit({ id: "high", payload: null, priority: 9, class: "gpu" });
  for (const id of ["1", "2", "3", "4"]) await queue.submit({ id, payload: null, priority: 50 });
  const [one, two, three] = await queue.lease({ limit: 3, worker: "w" });
  await queue.ack(one!);
  await queue.ack(two!);
  await queue.fail(three!, "no");
  await queue.lease({ worker: "w" });
  const ids = async (...given: Parameters<typeof queue.list>) =>
    (await queue.list(...given)).map(({ id }) => id);
  assert.deepEqual(await ids("pending"), ["high", "low", "later"]);
  assert.deepEqual(await ids("pending", 2), ["high", "low"]);
  assert.deepEqual(await ids("done"), ["2", "1"]);
  assert.deepEqual(await ids("done", 1), ["2"]);
  assert.deepEqual(await ids("dead"), ["3"]);
  assert.deepEqual(await ids("cancelled"), []);
  assert.deepEqual((await queue.list("leased")).map(({ id, worker }) => [id, worker]), [[
    "4",
    "w",
  ]]);
});

Deno.test("queues of one store know nothing of each other", async () => {
  const { queue, store } = setUp();
  const other = createJobQueue(store, { name: "other" });
  await queue.submit({ id: "a", payload: 1 });
  await other.submit({ id: "a", payload: 2 });
  assert.equal((await other.lease())[0]?.job.payload, 2);
  assert.equal((await queue.status()).pending, 1);
  assert.throws(() => createJobQueue(store, { name: "a:b" }), /not the id of a job: "a:b"/);
});
