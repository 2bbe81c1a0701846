import assert from "node:assert/strict";
import fc from "fast-check";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import { busContract } from "./_test_contract.ts";
import { until } from "./_test_until.ts";
import { commitWithOffset } from "./commit_with_offset.ts";
import { createLocalBus, type LocalBus } from "./local_bus.ts";
import type { LocalBusOptions } from "./local_bus_options.ts";
import { openStoreLog, type StoreLogOptions } from "./store_log.ts";
import type { DeadLetter } from "./dead_letter.ts";

const shared = openMemoryStore();

busContract("LocalBus with a log", () => open(shared, { topics: [">"] }), { durable: true });

async function open(
  store: Store,
  options: Partial<StoreLogOptions> = {},
  busOptions: LocalBusOptions = {},
): Promise<LocalBus> {
  const log = await openStoreLog(store, { topics: ["t.>"], retriesMs: [5], ...options });
  return createLocalBus({ drainMs: 500, ...busOptions, log });
}

/** A store that answers late, and that can be made to fail. */
function slowStore(commitMs = 0): Store & { trouble: Error | undefined } {
  const store = openMemoryStore();
  const slow = {
    ...store,
    trouble: undefined as Error | undefined,
    get: (key: string) => store.get(key),
    put: (key: string, value: unknown) => store.put(key, value),
    list: (prefix: string) => store.list(prefix),
    head: (stream: string) => store.head(stream),
    async read(...args: Parameters<Store["read"]>) {
      await later();
      return await store.read(...args);
    },
    async commit(writes: Parameters<Store["commit"]>[0]) {
      await later(commitMs);
      if (slow.trouble !== undefined) throw slow.trouble;
      return await store.commit(writes);
    },
  };
  return slow as unknown as Store & { trouble: Error | undefined };
}

const later = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("send() resolves when the message is in the store, publish() does not wait", async () => {
  const store = openMemoryStore();
  const bus = await open(store);
  bus.publish("t.a", 1);
  assert.equal(await store.head("bus:t.a"), 0);
  const { id } = await bus.send("t.a", { deep: [2] }, { key: "k" });
  const [, entry] = await store.read<{ id: string; ts: number }>("bus:t.a");
  assert.deepEqual(entry?.value, { id, ts: entry?.value.ts, key: "k", value: { deep: [2] } });
  await bus.send("other", 3);
  assert.equal(await store.head("bus:other"), 0);
  await bus.close();
});

Deno.test("a bus opened later goes on: positions, retained values, replay from a position", async () => {
  const store = openMemoryStore();
  const first = await open(store);
  for (let i = 1; i <= 5; i++) first.publish("t.a", i);
  await first.close();
  const bus = await open(store);
  assert.deepEqual([bus.latest("t.a")?.value, bus.latest("t.a")?.seq, bus.topics()], [5, 5, [
    "t.a",
  ]]);
  const reader = bus.subscribe<number>("t.a", { after: 3 });
  const latest = bus.subscribe("t.a", { latest: true });
  assert.equal(bus.publish("t.a", 6).seq, 6);
  const got = [await reader.get(), await reader.get(), await reader.get()];
  assert.deepEqual(got.map((message) => [message?.seq, message?.value]), [[4, 4], [5, 5], [6, 6]]);
  assert.deepEqual([latest.getNowait()?.value, latest.getNowait()?.value], [5, 6]);
  for (const [topic, after] of [["t.*", 0], ["other", 0], ["t.a", -1], ["t.a", 0.5]] as const) {
    assert.throws(() => bus.subscribe(topic, { after }), { name: "UserError" }, topic);
  }
  await bus.close();
});

Deno.test("subscribe({ after }) gives all in order, none twice, whatever is published meanwhile", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(700),
      fc.nat(800),
      fc.array(fc.nat(900), { maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      async (before, after, bursts, maxsize) => {
        const store = slowStore();
        const first = await open(store);
        for (let i = 0; i < before; i++) first.publish("t.a", i);
        await first.close();
        const bus = await open(store);
        const reader = bus.subscribe<number>("t.a", { after, maxsize });
        const seqs: number[] = [];
        const reading = (async () => {
          for await (const { seq } of reader) {
            seqs.push(seq);
            if (seqs.length % 50 === 0) await later();
          }
        })();
        let total = before;
        for (const burst of bursts) {
          for (let i = 0; i < burst; i++, total++) bus.publish("t.a", total);
          await later();
        }
        const lost = () => bus.metrics().dlq_total;
        await until(() => seqs.length + lost() >= total - Math.min(after, before), 5000);
        await bus.close();
        await reading;
        // Once it has caught up it is a reader like any other, and may have no room.
        const start = Math.min(after, before);
        assert.equal(seqs.length + lost(), total - start);
        seqs.forEach((seq, i) => assert.ok(seq > (seqs[i - 1] ?? start)));
        const { delivered, dropped, dlq_total, published, replayed, queued } = bus.metrics();
        const all = delivered + dropped + dlq_total + queued!;
        const receivers = bus.metrics().by_topic["t.a"]?.published ?? 0;
        assert.equal(all, receivers + replayed!, JSON.stringify(bus.metrics()) + published);
      },
    ),
    { numRuns: 15 },
  );
});

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
      let bus = await open(store, { delayMs: 0 });
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
        bus = await open(store, { delayMs: 0 });
        member = bus.subscribeGroup<number>("t.>", "g", options);
      }
      const last = await open(store);
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
      const end = await open(store);
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
  const first = await open(store);
  first.subscribeGroup("t.a", "g", options);
  for (let i = 1; i <= 100; i++) await first.send("t.a", i);
  for (let life = 0; life < 6; life++) {
    const bus = await open(store);
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
  const bus = await open(store);
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
  const bus = await open(openMemoryStore());
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

Deno.test("what cannot be stored becomes a dead letter, and positions stay true", async () => {
  const store = slowStore();
  const letters: DeadLetter[] = [];
  const deadLetters = { write: (letter: DeadLetter) => void letters.push(letter) };
  const bus = await open(store, { maxBytes: 1000 }, { deadLetters });
  const live = bus.subscribe("t.a");
  await bus.send("t.a", 1);
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  for (const poison of [cycle, () => {}, "x".repeat(2000), 5n]) {
    await assert.rejects(bus.send("t.a", poison));
  }
  await bus.send("t.a", 6);
  store.trouble = new Error("no space left");
  const failing = bus.send("t.a", 7);
  await assert.rejects(failing, /no space left/);
  assert.deepEqual(bus.health(), { available: false, reason: "no space left" });
  store.trouble = undefined;
  await bus.send("t.a", 8);
  assert.deepEqual(bus.health(), { available: true });
  assert.equal(live.qsize, 8); // readers had all of them
  assert.deepEqual(letters.map(({ message }) => message.seq), [2, 3, 4, 5, 7]);
  assert.ok(letters.every(({ reason }) => reason.startsWith("storage_error: ")));
  assert.deepEqual(bus.metrics().dlq_by_reason, { storage_error: 5 });
  await bus.close();
  const later = await open(store);
  const reader = later.subscribe<number>("t.a", { after: 0 });
  const seqs = [await reader.get(), await reader.get(), await reader.get()]
    .map((message) => [message?.seq, message?.value]);
  assert.deepEqual(seqs, [[1, 1], [6, 6], [8, 8]]);
  assert.equal(later.publish("t.a", 9).seq, 9);
  await later.close();
});

Deno.test("a second process takes the log over; the first one's messages become dead letters", async () => {
  const store = openMemoryStore();
  const first = await open(store);
  await first.send("t.a", 1);
  const second = await open(store);
  await assert.rejects(first.send("t.a", 2), /another process/);
  assert.equal((await second.send("t.a", "two")).seq, 2);
  assert.equal(first.metrics().dlq_total, 1);
  assert.equal(first.health().available, false);
  await first.close();
  await second.close();
});

Deno.test("a message done before a crash kept it from being stored takes no other's place", async () => {
  const store = slowStore();
  const bus = await open(store, { delayMs: 10_000 });
  const member = bus.subscribeGroup("t.a", "g", { ack: "manual" });
  bus.publish("t.a", "never stored");
  const got = (await member.get())!;
  assert.ok(await commitWithOffset(member, got, []));
  // A crash here.
  const later = await open(store);
  const again = later.subscribeGroup("t.a", "g", { ack: "manual" });
  assert.equal((await later.send("t.a", "new")).seq, 2);
  assert.equal((await again.get({ timeoutMs: 1000 }))?.value, "new");
  assert.deepEqual((await store.read("bus:t.a")).map(({ offset }) => offset), [1, 2]);
  await later.close();
});

Deno.test("keepLast removes old messages, but none that a group waits for", async () => {
  const store = openMemoryStore();
  const bus = await open(store, { keepLast: 100 }, { drainMs: 0 });
  const member = bus.subscribeGroup("t.a", "g", { ack: "manual", maxsize: 0 });
  const publish = async () => {
    for (let i = 0; i < 2000; i++) bus.publish("t.a", i);
    await bus.flush();
  };
  await publish();
  assert.equal((await store.read("bus:t.a", { limit: 1 }))[0]?.offset, 1);
  for (let m = member.getNowait(); m !== undefined; m = member.getNowait()) member.ack(m);
  await publish();
  const [oldest] = await store.read("bus:t.a", { limit: 1 });
  assert.ok(oldest!.offset > 1500, `${oldest!.offset}`);
  await bus.close();
});

Deno.test("what comes while older messages are read, and is not stored yet, comes too", async () => {
  const store = slowStore();
  const first = await open(store);
  await first.send("t.a", 0);
  await first.close();
  const bus = await open(store, { delayMs: 60_000, batch: 1_000_000 }, { drainMs: 0 });
  const reader = bus.subscribe<number>("t.a", { after: 0, maxsize: 0 });
  for (let i = 1; i <= 3000; i++) bus.publish("t.a", i); // more than wait for it
  await until(() => reader.qsize === 3001, 5000);
  for (let i = 0; i <= 3000; i++) assert.equal(reader.getNowait()?.value, i);
  await bus.close();
});

Deno.test("a group gets a backlog at its own pace, and loses nothing to its small queues", async () => {
  const store = openMemoryStore();
  const first = await open(store);
  for (let i = 0; i < 600; i++) first.publish("t.a", i);
  await first.close();
  const bus = await open(store);
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
  const bus = await open(store);
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
