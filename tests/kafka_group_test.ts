/** Groups: members that come, go and are killed; many messages; work that is done once. */
import assert from "node:assert/strict";
import { openMemoryStore } from "../core/store/memory.ts";
import { openSqliteStore } from "../core/store/sqlite.ts";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";
import type { KafkaBus } from "../streaming/kafka/types.ts";
import { testBroker, until } from "./_kafka.ts";

const kafka = testBroker("tests/kafka_group_test.ts");

kafka.test("members that join and leave share the partitions and do each message once", async ({ bootstrap }) => {
  const store = openMemoryStore();
  const buses: KafkaBus[] = [];
  const join = () => {
    const bus = createKafkaBus({ bootstrap, store, warn() {} });
    buses.push(bus);
    const member = bus.process<number>("share.a", "g", ({ value }) => [
      { op: "add", key: `got:${value}`, by: 1 },
    ]);
    return { bus, member };
  };
  const first = join();
  await first.bus.ready();
  let sent = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 20; i++) first.bus.publish("share.a", sent, { key: `k${sent++ % 50}` });
  }, 10);
  await until("the first works", () => first.member.processed > 100);
  const second = join();
  await until("two work", () => second.member.processed > 100);
  const third = join();
  await until("three work", () => third.member.processed > 100);
  await second.bus.close();
  const before = [first, third].map(({ member }) => member.processed);
  await until(
    "two work",
    () => [first, third].every(({ member }, i) => member.processed > before[i]! + 100),
  );
  clearInterval(timer);
  const processed = () =>
    buses.length > 0 &&
    [first, second, third].reduce((sum, { member }) => sum + member.processed, 0);
  await until("all is done", () => processed() === sent);
  const counts = await store.list<number>("got:");
  assert.equal(counts.length, sent);
  assert.deepEqual(counts.filter(({ value }) => value !== 1), [], "each once");
  for (const bus of buses) await bus.close();
});

kafka.test("members with acknowledgement in three processes' worth of buses lose nothing", async ({ bootstrap }) => {
  const got = new Map<number, number>();
  const join = () => {
    const bus = createKafkaBus({ bootstrap, warn() {} });
    bus.subscribeGroup<number>("acks.a", "g", async ({ value }) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      got.set(value, (got.get(value) ?? 0) + 1);
    }, { ack: "manual", maxsize: 100 });
    return bus;
  };
  const buses = [join()];
  await buses[0]!.ready();
  for (let i = 0; i < 3_000; i++) buses[0]!.publish("acks.a", i, { key: `k${i}` });
  await until("some are done", () => got.size > 200);
  buses.push(join());
  await until("more are done", () => got.size > 600);
  buses.push(join());
  await until("more are done", () => got.size > 1_000);
  await buses[1]!.close();
  await until("all are done", () => got.size === 3_000);
  const again = [...got.values()].filter((count) => count > 1).length;
  assert.ok(again <= 600, `${again} came again in rebalances`);
  for (const bus of buses) await bus.close();
});

kafka.test("200,000 messages: none lost, the repeated ones skipped", async ({ bootstrap }) => {
  const count = 200_000;
  const seen = new Uint8Array(count);
  const last = new Int32Array(16).fill(-1);
  let got = 0;
  let disordered = 0;
  await using reader = createKafkaBus({ bootstrap, warn() {} });
  reader.subscribeGroup<number>("many.a", "g", ({ value }) => {
    seen[value]!++;
    if (value < last[value % 16]!) disordered++;
    last[value % 16] = value;
    got++;
  });
  await reader.ready();
  await using bus = createKafkaBus({ bootstrap, maxWaiting: 0, warn() {} });
  for (let i = 0; i < count; i++) {
    bus.publish("many.a", i, { key: `k${i % 16}` });
    if (i % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  await bus.flush();
  await until("all came", () => got >= count, 60_000);
  assert.deepEqual([got, disordered], [count, 0]);
  assert.ok(seen.every((times) => times === 1));
});

kafka.test("a worker killed at random points does each message once, as its store says", async ({ bootstrap }) => {
  const dir = await Deno.makeTempDir();
  const file = `${dir}/store.db`;
  const bus = createKafkaBus({ bootstrap, maxWaiting: 0, warn() {} });
  const count = 3_000;
  for (let i = 0; i < count; i++) bus.publish("killed.a", i, { key: `k${i % 20}` });
  await bus.flush();
  await bus.close();
  const store = await openSqliteStore(file);
  const done = async () => (await store.list("got:")).length;
  try {
    for (let run = 0; await done() < count; run++) {
      assert.ok(run < 10, "it gets on");
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "tests/_kafka_worker_child.ts", bootstrap, file, "killed.a", "g"],
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      const target = await done() + 300 + Math.random() * 500;
      const end = Date.now() + 30_000;
      // The last one may live until all is done.
      while (await done() < (run < 2 ? Math.min(target, count) : count)) {
        assert.ok(Date.now() < end, `${await done()} of ${count} done in run ${run}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      child.kill("SIGKILL");
      await child.stdout.cancel();
      await child.status;
    }
    const counts = await store.list<number>("got:");
    assert.deepEqual(counts.filter(({ value }) => value !== 1), [], "each once");
  } finally {
    await store.close();
    await Deno.remove(dir, { recursive: true });
  }
});

kafka.test("the mark in the store wins over what the broker knows", async ({ bootstrap }) => {
  const store = openMemoryStore();
  const run = async (count: number) => {
    await using bus = createKafkaBus({ bootstrap, store, topics: { partitions: 1 }, warn() {} });
    const got: number[] = [];
    const member = bus.process<number>("mark.a", "g", ({ value }) => {
      got.push(value);
      return [];
    }, { after: 0 });
    await bus.ready();
    for (let i = 0; i < count; i++) await bus.send("mark.a", i);
    await until("it came", () => member.processed + member.skipped >= Math.max(count, 1));
    await member.close();
    return got;
  };
  assert.deepEqual(await run(5), [0, 1, 2, 3, 4]);
  const [{ key, value }] = await store.list<{ next: number }>("kafka:mark:") as [
    { key: string; value: { next: number } },
  ];
  assert.equal(value.next, 5);
  // As if the machine had stopped before the last two were stored: the broker says 5.
  await store.put(key, { ...value, next: 3, seen: [] });
  assert.deepEqual(await run(0), [3, 4]);
});
