import assert from "node:assert/strict";
import fc from "fast-check";
import { openMemoryStore } from "../../core/store/memory.ts";
import { busContract } from "./_test_contract.ts";
import { later, openLogged, slowStore } from "./_test_log.ts";
import { until } from "./_test_until.ts";
import { commitWithOffset } from "./commit_with_offset.ts";
import type { DeadLetter } from "./dead_letter.ts";

const shared = openMemoryStore();

busContract("LocalBus with a log", () => openLogged(shared, { topics: [">"] }), { durable: true });

Deno.test("send() resolves when the message is in the store, publish() does not wait", async () => {
  const store = openMemoryStore();
  const bus = await openLogged(store);
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
  const first = await openLogged(store);
  for (let i = 1; i <= 5; i++) first.publish("t.a", i);
  await first.close();
  const bus = await openLogged(store);
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
        const first = await openLogged(store);
        for (let i = 0; i < before; i++) first.publish("t.a", i);
        await first.close();
        const bus = await openLogged(store);
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

Deno.test("what cannot be stored becomes a dead letter, and positions stay true", async () => {
  const store = slowStore();
  const letters: DeadLetter[] = [];
  const deadLetters = { write: (letter: DeadLetter) => void letters.push(letter) };
  const bus = await openLogged(store, { maxBytes: 1000 }, { deadLetters });
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
  const later = await openLogged(store);
  const reader = later.subscribe<number>("t.a", { after: 0 });
  const seqs = [await reader.get(), await reader.get(), await reader.get()]
    .map((message) => [message?.seq, message?.value]);
  assert.deepEqual(seqs, [[1, 1], [6, 6], [8, 8]]);
  assert.equal(later.publish("t.a", 9).seq, 9);
  await later.close();
});

Deno.test("a second process takes the log over; the first one's messages become dead letters", async () => {
  const store = openMemoryStore();
  const first = await openLogged(store);
  await first.send("t.a", 1);
  const second = await openLogged(store);
  await assert.rejects(first.send("t.a", 2), /another process/);
  assert.equal((await second.send("t.a", "two")).seq, 2);
  assert.equal(first.metrics().dlq_total, 1);
  assert.equal(first.health().available, false);
  await first.close();
  await second.close();
});

Deno.test("a message done before a crash kept it from being stored takes no other's place", async () => {
  const store = slowStore();
  const bus = await openLogged(store, { delayMs: 10_000 });
  const member = bus.subscribeGroup("t.a", "g", { ack: "manual" });
  bus.publish("t.a", "never stored");
  const got = (await member.get())!;
  assert.ok(await commitWithOffset(member, got, []));
  // A crash here.
  const later = await openLogged(store);
  const again = later.subscribeGroup("t.a", "g", { ack: "manual" });
  assert.equal((await later.send("t.a", "new")).seq, 2);
  assert.equal((await again.get({ timeoutMs: 1000 }))?.value, "new");
  assert.deepEqual((await store.read("bus:t.a")).map(({ offset }) => offset), [1, 2]);
  await later.close();
});

Deno.test("keepLast removes old messages, but none that a group waits for", async () => {
  const store = openMemoryStore();
  const bus = await openLogged(store, { keepLast: 100 }, { drainMs: 0 });
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
  const first = await openLogged(store);
  await first.send("t.a", 0);
  await first.close();
  const bus = await openLogged(store, { delayMs: 60_000, batch: 1_000_000 }, { drainMs: 0 });
  const reader = bus.subscribe<number>("t.a", { after: 0, maxsize: 0 });
  for (let i = 1; i <= 3000; i++) bus.publish("t.a", i); // more than wait for it
  await until(() => reader.qsize === 3001, 5000);
  for (let i = 0; i <= 3000; i++) assert.equal(reader.getNowait()?.value, i);
  await bus.close();
});
