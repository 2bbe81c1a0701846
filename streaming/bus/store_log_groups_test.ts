import assert from "node:assert/strict";
import fc from "fast-check";
import { openMemoryStore } from "../../core/store/memory.ts";
import { openLogged, slowStore } from "./_test_log.ts";
import { until } from "./_test_until.ts";
import { commitWithOffset } from "./commit_with_offset.ts";

Deno.test("a group goes on where it was, after crashes at any point: nothing is left out", async () => {
  const step = fc.record({
    publish: fc.nat(20),
    take: fc.nat(20),
    ack: fc.nat(20),
    wait: fc.boolean(),
    crash: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const store = slowStore();
      const options = { ack: "manual", maxsize: 10_000 } as const;
      let bus = await openLogged(store, { delayMs: 0 });
      let member = bus.subscribeGroup<number>("t.>", "g", options);
      const sent = new Set<number>();
      const done = new Set<number>();
      let next = 0;
      for (const { publish, take, ack, wait, crash } of steps) {
        const sends = Array.from({ length: publish }, () => bus.send(`t.${next % 2}`, next++));
        for (const { value } of await Promise.all(sends)) sent.add(value);
        const taken = [];
        for (let i = 0; i < take; i++) {
          const message = await member.get({ timeoutMs: 5 });
          if (message !== undefined) taken.push(message);
        }
        for (const message of taken.slice(0, ack).reverse()) {
          done.add(message.value);
          member.ack(message);
        }
        if (wait) await bus.flush();
        if (!crash) continue;
        // The old one is left as it is: it can write no more.
        bus = await openLogged(store, { delayMs: 0 });
        member = bus.subscribeGroup<number>("t.>", "g", options);
      }
      const last = await openLogged(store);
      const rest = last.subscribeGroup<number>("t.>", "g", options);
      while (last.metrics().lag!["t.>"]!.g! > 0) {
        const message = await rest.get({ timeoutMs: 2000 });
        assert.ok(message, "the rest does not come");
        done.add(message.value);
        rest.ack(message);
      }
      for (const value of sent) assert.ok(done.has(value), `${value} was left out`);
      await last.close();
      // And what is done stays done.
      const end = await openLogged(store);
      const none = end.subscribeGroup<number>("t.>", "g", options);
      assert.equal(await none.get({ timeoutMs: 20 }), undefined);
      assert.deepEqual(end.metrics().lag, { "t.>": { g: 0 } });
      await end.close();
    }),
    { numRuns: 15 },
  );
});

Deno.test("commitWithOffset() has its effect once, over crashes, late members and a failing store", async () => {
  const store = slowStore();
  const options = { ack: "manual", maxsize: 1000, ackTimeoutMs: 15, maxAttempts: 1000 } as const;
  const first = await openLogged(store);
  first.subscribeGroup("t.a", "g", options);
  for (let i = 1; i <= 100; i++) await first.send("t.a", i);
  for (let life = 0; life < 6; life++) {
    const bus = await openLogged(store);
    let isGone = false;
    const members = [1, 2].map(() => bus.subscribeGroup<number>("t.a", "g", options));
    const working = members.map(async (member) => {
      for await (const batch of member.batches(5)) {
        for (const one of batch) {
          if (isGone) await new Promise(() => {});
          // Too late for its loan; the second time it is in time.
          if (one.attempt === undefined && one.seq % 7 === life) {
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          await commitWithOffset(member, one, [{ op: "add", key: "sum", by: one.value }])
            .catch(() => {});
        }
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    store.trouble = new Error("full");
    await new Promise((resolve) => setTimeout(resolve, 10));
    store.trouble = undefined;
    if (life < 5) {
      isGone = life > 0; // a crash: nothing is closed, and the first even works on
      continue;
    }
    await until(() => bus.metrics().lag!["t.a"]!.g === 0, 20_000);
    await bus.close();
    await Promise.all(working);
  }
  assert.equal(await store.get("sum"), 5050);
  await first.close();
});

Deno.test("commitWithOffset() writes nothing for a message that is done, and refuses other readers", async () => {
  const store = openMemoryStore();
  const bus = await openLogged(store);
  const member = bus.subscribeGroup("t.a", "g", { ack: "manual" });
  const message = await bus.send("t.a", 1);
  const got = (await member.get())!;
  const write = { op: "add", key: "n", by: 1 } as const;
  assert.deepEqual(await Promise.all([1, 2].map(() => commitWithOffset(member, got, [write]))), [
    true,
    false,
  ]);
  assert.equal(await store.get("n"), 1);
  const auto = bus.subscribeGroup("t.a", "auto");
  const free = bus.subscribeGroup("other", "g", { ack: "manual" });
  for (const reader of [bus.subscribe("t.a"), auto, free]) {
    await assert.rejects(commitWithOffset(reader, message, [write]), { name: "UserError" });
  }
  await bus.close();
});

Deno.test("members that come back get what was published while none was there", async () => {
  const bus = await openLogged(openMemoryStore());
  const join = () => bus.subscribeGroup<number>("t.a", "g", { ack: "manual" });
  const first = join();
  await bus.send("t.a", 1);
  const open1 = (await first.get())!;
  await first.close();
  await bus.send("t.a", 2);
  const second = join();
  bus.publish("t.a", 3);
  const got = [await second.get(), await second.get(), await second.get()];
  assert.deepEqual(got.map((message) => [message?.value, message?.attempt]), [
    [1, 1],
    [2, undefined],
    [3, undefined],
  ]);
  first.ack(open1); // too late: it is the second's now
  for (const message of got) second.ack(message!);
  const { delivered, queued, replayed, by_topic } = bus.metrics();
  assert.deepEqual([delivered, queued, replayed, by_topic["t.a"]?.published], [3, 0, 1, 3]);
  await bus.close();
});

Deno.test("a group gets a backlog at its own pace, and loses nothing to its small queues", async () => {
  const store = openMemoryStore();
  const first = await openLogged(store);
  for (let i = 0; i < 600; i++) first.publish("t.a", i);
  await first.close();
  const bus = await openLogged(store);
  const seen: number[] = [];
  const work = async ({ value }: { value: number }) => {
    await Promise.resolve();
    seen.push(value);
  };
  const options = { ack: "manual", maxsize: 3, after: 0 } as const;
  bus.subscribeGroup<number>("t.a", "functions", work, options);
  const member = bus.subscribeGroup<number>("t.a", "g", options);
  for (let i = 0; i < 600; i++) {
    const message = await member.get({ timeoutMs: 2000 });
    assert.equal(message?.value, i);
    member.ack(message!);
  }
  await until(() => seen.length === 600, 2000);
  assert.deepEqual(seen, Array.from({ length: 600 }, (_, i) => i));
  assert.equal(bus.metrics().dlq_total, 0);
  await bus.close();
});

Deno.test("commitWithOffset() of a member that left, and of the next one: one of them", async () => {
  const store = slowStore(30); // reading is faster
  const bus = await openLogged(store);
  const join = () => bus.subscribeGroup<number>("t.a", "g", { ack: "manual" });
  const first = join();
  await bus.send("t.a", 1);
  const write = { op: "add", key: "n", by: 1 } as const;
  const committing = commitWithOffset(first, (await first.get())!, [write]);
  await first.close();
  const second = join();
  const again = (await second.get({ timeoutMs: 1000 }))!;
  const done = await Promise.all([committing, commitWithOffset(second, again, [write])]);
  assert.deepEqual([done, await store.get("n")], [[true, false], 1]);
  await bus.close();
});
