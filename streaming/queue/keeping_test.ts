import assert from "node:assert/strict";
import { refused, setUp } from "./_test_set_up.ts";

Deno.test("a clock that is set back makes no job wait longer than it was to", async () => {
  const { queue, world, open } = setUp({ visibilityMs: 1_000, backoffMs: 5_000 });
  await queue.submit({ id: "leased", payload: null, priority: 2 });
  await queue.submit({ id: "failed", payload: null, priority: 1 });
  await queue.submit({ id: "delayed", payload: null, delayMs: 4_000 });
  const [, failed] = await queue.lease({ limit: 2 });
  await queue.fail(failed!, "no");
  world.now -= 86_400_000;
  assert.deepEqual(await queue.lease(), []);
  world.now += 1_000;
  assert.deepEqual((await queue.lease()).map(({ job }) => job.id), ["leased"]);
  world.now += 4_000;
  const others = await queue.lease({ limit: 9 });
  assert.deepEqual(others.map(({ job }) => job.id), ["leased", "failed", "delayed"]);

  // A process that starts after the change sees it, too.
  world.now -= 86_400_000;
  const late = open();
  assert.deepEqual(await late.lease(), []);
  world.now += 1_000;
  assert.equal((await late.lease({ limit: 9 })).length, 3);
});

Deno.test("a clock that jumps forward runs jobs again, and what the first worker did is refused", async () => {
  const { queue, world } = setUp();
  await queue.submit({ id: "a", payload: null });
  const [first] = await queue.lease();
  world.now += 86_400_000;
  const [second] = await queue.lease();
  await assert.rejects(queue.ack(first!, 1), refused("queue.lease"));
  await queue.ack(second!, 2);
  assert.equal((await queue.get("a"))?.runner_result, 2);
});

Deno.test("ended jobs are kept by number and age, then their ids are free again", async () => {
  const { queue, store, world, open } = setUp({ keepDone: 10, keepMs: 1_000 });
  const run = async (count: number) => {
    await Promise.all(
      Array.from({ length: count }, (_, i) => queue.submit({ id: `j${i}`, payload: null })),
    );
    const leases = await queue.lease({ limit: 1_000 });
    await Promise.all(leases.map((lease) => queue.ack(lease)));
  };
  await run(600);
  assert.equal((await queue.status()).done, 600);
  // Two processes trim at once: each record goes once.
  const gone = await Promise.all([queue.trim(), open().trim()]);
  assert.equal(gone[0] + gone[1], 590);
  assert.equal((await queue.status()).done, 10);
  assert.equal((await store.list("queue:main:job:")).length, 10);
  assert.equal(await queue.get("j0"), undefined);
  assert.equal((await queue.get("j599"))?.state, "done");
  await run(300);
  // A lease looks after it by itself, a page at a time.
  await queue.lease();
  assert.equal((await queue.status()).done, 310 - 256);
  world.now += 1_001;
  await queue.lease();
  const status = await queue.status();
  assert.deepEqual([status.done, status.completed, status.pending], [0, 900, 0]);
  assert.deepEqual((await store.list("queue:main:")).map(({ key }) => key), [
    "queue:main:number:completed",
    "queue:main:number:forgotten",
    "queue:main:number:submitted",
    "queue:main:number:trimmed",
  ]);
});

Deno.test("records that cannot be read are kept aside and told of, and the others go on", async () => {
  const { queue, store, warnings, world } = setUp();
  for (const id of ["entry", "job", "lease", "wait", "fine"]) {
    await queue.submit({ id, payload: id, delayMs: id === "wait" ? 5 : 0 });
  }
  const key = (part: string) => `queue:main:${part}`;
  await store.put(key("job:job"), { id: "job", nonsense: true });
  await store.put(key("leased:lease"), "garbage");
  const [ready] = (await store.list(key("ready:"))).filter(({ key }) => key.endsWith(":lease"));
  await store.commit([{ op: "delete", key: ready!.key }]);
  const [waiting] = await store.list(key("waiting:"));
  await store.put(waiting!.key, { place: "../../etc" });
  world.now += 5;
  const leases = await queue.lease({ limit: 10 });
  assert.deepEqual(leases.map(({ job }) => job.id), ["entry", "fine"]);
  assert.equal(warnings.length, 3);
  assert.match(
    warnings.join("\n"),
    /lease queue:main:leased:lease cannot be read: kept aside; job "lease" is dead/,
  );
  assert.match(
    warnings.join("\n"),
    /queue:main:ready:\S+:job and its job do not fit: kept aside$/m,
  );
  const aside = await store.read<{ key: string; value: unknown }>(key("aside"));
  assert.deepEqual(
    aside.map(({ value }) => value.value),
    ["garbage", { place: "../../etc" }, 0, { id: "job", nonsense: true }],
  );
  const { pending, leased, dead } = await queue.status();
  assert.deepEqual([pending, leased, dead], [0, 2, 2]);
  assert.equal(await queue.redrive(), 2);
  assert.deepEqual((await queue.lease({ limit: 9 })).map(({ job }) => job.id), ["lease", "wait"]);

  const dead2 = setUp();
  await dead2.queue.submit({ id: "a", payload: null, maxAttempts: 1 });
  await dead2.queue.fail((await dead2.queue.lease())[0]!, "no");
  await dead2.store.put(key("job:a"), 7);
  assert.equal(await dead2.queue.redrive(), 0);
  assert.deepEqual([(await dead2.queue.status()).dead, dead2.warnings.length], [0, 1]);
});

Deno.test("ended() tells what ended, in order and page by page; the dead outlast what is kept", async () => {
  const { queue } = setUp({ keepDone: 0, maxAttempts: 1 });
  for (const id of ["a", "b", "c"]) await queue.submit({ id, payload: null });
  const [a, b] = await queue.lease({ limit: 2 });
  await queue.fail(a!, "broken");
  await queue.ack(b!, 1);
  await queue.cancel("c");
  await queue.redrive();
  const ends = await queue.ended();
  assert.deepEqual(ends.map(({ position, id, state }) => [position, id, state]), [
    [1, "a", "dead"],
    [2, "b", "done"],
    [3, "c", "cancelled"],
  ]);
  assert.deepEqual(ends.map(({ job }) => job?.state), [undefined, "done", "cancelled"]);
  assert.deepEqual((await queue.ended(1, 1)).map(({ id }) => id), ["b"]);
  await queue.fail((await queue.lease())[0]!, "broken");
  assert.equal(await queue.trim(), 2);
  assert.deepEqual((await queue.dead()).map(({ id, error }) => [id, error]), [["a", "broken"]]);
  const { done, dead, pending } = await queue.status();
  assert.deepEqual([done, dead, pending], [0, 1, 0]);
});
