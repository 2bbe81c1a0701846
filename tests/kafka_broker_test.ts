/** What a broker that is killed, or not there, does to the bus. */
import assert from "node:assert/strict";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";
import type { KafkaBus } from "../streaming/kafka/types.ts";
import { testBroker, until } from "./_kafka.ts";

const kafka = testBroker("tests/kafka_broker_test.ts");

kafka.test("a broker killed three times mid-stream loses nothing and keeps the order", async (broker) => {
  const { bootstrap } = broker;
  const warnings: string[] = [];
  const options = { bootstrap, maxWaiting: 0, warn: (line: string) => void warnings.push(line) };
  await using bus = createKafkaBus(options);
  const plain: number[] = [];
  const grouped: number[] = [];
  bus.subscribe<number>("kill.a", ({ value }) => void plain.push(value), { policy: "block" });
  bus.subscribeGroup<number>("kill.a", "g", ({ value }) => void grouped.push(value), {
    ack: "manual",
  });
  await bus.ready();
  let sent = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 50; i++) bus.publish("kill.a", sent, { key: `k${sent++ % 5}` });
  }, 10);
  try {
    for (let kill = 0; kill < 3; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await broker.kill9();
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(bus.health().available, false);
      await broker.restart();
      const seen = plain.length;
      await until("messages come again", () => plain.length > seen + 100);
    }
  } finally {
    clearInterval(timer);
  }
  await until("all came", () => plain.length >= sent && grouped.length >= sent);
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const got of [plain, grouped]) {
    assert.deepEqual(
      [...got].sort((a, b) => a - b),
      Array.from({ length: sent }, (_, i) => i),
      "each once",
    );
    for (let key = 0; key < 5; key++) assertRising(got.filter((value) => value % 5 === key));
  }
  assert.equal(bus.metrics().dlq_total, 0);
  const { available, outages } = bus.health();
  assert.deepEqual([available, Number(outages) >= 3], [true, true]);
  assert.ok(warnings.some((line) => line.startsWith("Kafka is away")), warnings.join("\n"));
});

kafka.test("while a broker is away: send() waits, what waits is bounded, a new bus works alone", async (broker) => {
  const { bootstrap } = broker;
  const reasons: string[] = [];
  const warnings: string[] = [];
  await using waiting = createKafkaBus({ bootstrap, warn() {} });
  await using small = createKafkaBus({
    bootstrap,
    maxWaiting: 100,
    patienceMs: 200,
    notices: false,
    deadLetters: { write: ({ reason }) => void reasons.push(reason) },
    warn() {},
  });
  await Promise.all([waiting.send("away.a", 1), small.send("full.a", 0)]);
  await broker.kill9();
  let sent: Promise<unknown>;
  let late: KafkaBus;
  const got: number[] = [];
  try {
    const signal = AbortSignal.timeout(300);
    await assert.rejects(waiting.send("away.a", 2, { signal }), { name: "TimeoutError" });
    sent = waiting.send("away.a", 3);

    for (let i = 0; i < 150; i++) small.publish("full.a", i);
    assert.deepEqual(reasons, new Array(50).fill("backpressure_full:kafka"));
    await assert.rejects(small.flush(), /100 messages are not at the broker/);
    const before = performance.now();
    await small.close();
    assert.ok(performance.now() - before < 5_000, "close() does not hang");
    assert.deepEqual(reasons.slice(50), new Array(100).fill("closed:bus"));
    assert.equal(small.metrics().dlq_total, 150);

    const warn = (line: string) => void warnings.push(line);
    late = createKafkaBus({ bootstrap, retryMs: 200, warn });
    late.subscribe<number>("late.a", ({ value }) => void got.push(value));
    await late.send("late.a", 1);
    assert.deepEqual([got, late.health().available], [[1], false]);
  } finally {
    await broker.restart();
  }
  await sent;
  await until("Kafka is used", () => late.health().available);
  await late.ready();
  const { seq } = await late.send("late.a", 2);
  await until("it came by Kafka", () => got.length === 2);
  assert.deepEqual([got, seq], [[1, 2], 1]);
  assert.deepEqual(warnings, [
    `Kafka is not used: nothing answers at ${bootstrap}; going on within this process, and trying again`,
  ]);
  await late.close();
});

function assertRising(values: readonly number[]): void {
  for (let i = 1; i < values.length; i++) {
    assert.ok(values[i]! > values[i - 1]!, `${values[i]} after ${values[i - 1]}`);
  }
}
