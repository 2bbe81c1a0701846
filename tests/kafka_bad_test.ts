/** Wrong bootstraps, topics that vanish, poison, messages that are too large, foreign text. */
import assert from "node:assert/strict";
import { Admin, Producer } from "@platformatic/kafka";
import { openMemoryStore } from "../core/store/memory.ts";
import type { DeadLetter } from "../streaming/bus/dead_letter.ts";
import { createTopics } from "../streaming/kafka/create_topics.ts";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";
import { kafkaStreamInspector } from "../streaming/kafka/kafka_stream_inspector.ts";
import type { KafkaBusOptions } from "../streaming/kafka/types.ts";
import { testBroker, until } from "./_kafka.ts";

const kafka = testBroker("tests/kafka_bad_test.ts");

for (
  const [what, listen] of Object.entries({
    "that talks HTTP": () => {
      const server = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen() {} },
        () => new Response("hi"),
      );
      return {
        port: server.addr.port,
        stop: () => server.shutdown(),
      };
    },
    "that says nothing": () => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const connections: Deno.Conn[] = [];
      (async () => {
        for await (const connection of listener) connections.push(connection);
      })().catch(() => {});
      return {
        port: listener.addr.port,
        stop: () => [listener, ...connections].forEach((one) => one.close()),
      };
    },
    "that is not there": () => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      listener.close();
      return { port: listener.addr.port, stop() {} };
    },
  })
) {
  Deno.test(`a bootstrap ${what}: one warning, and all works within the process`, async () => {
    const { port, stop } = listen();
    const warnings: string[] = [];
    const bootstrap = `127.0.0.1:${port}`;
    const bus = createKafkaBus({
      bootstrap,
      retryMs: 100,
      warn: (line) => void warnings.push(line),
    });
    const got: unknown[] = [];
    bus.subscribe("wrong.a", ({ value }) => void got.push(value));
    bus.publish("wrong.a", 1);
    const before = performance.now();
    await bus.send("wrong.a", 2);
    assert.ok(performance.now() - before < 8_000, "it does not hang");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(got, [1, 2]);
    assert.equal(bus.health().available, false);
    assert.equal(warnings.length, 1, warnings.join("\n"));
    assert.match(
      warnings[0]!,
      /^Kafka is not used: .*going on within this process, and trying again$/,
    );
    await bus.close();
    await stop();
  });
}

kafka.test("a topic that vanishes is made anew, and its readers read the new one", async ({ bootstrap }) => {
  const warnings: string[] = [];
  const { bus } = open({ bootstrap, refreshMs: 200, warn: (line) => void warnings.push(line) });
  const plain: unknown[] = [];
  const grouped: unknown[] = [];
  bus.subscribe("gone.*", ({ value }) => void plain.push(value));
  bus.subscribeGroup("gone.a", "g", ({ value }) => void grouped.push(value), { ack: "manual" });
  await bus.ready();
  for (let i = 0; i < 5; i++) await bus.send("gone.a", i, { key: "same" });
  await until("they came", () => plain.length === 5 && grouped.length === 5);
  await bus.flush();
  const admin = new Admin({ clientId: "test", bootstrapBrokers: [bootstrap] });
  await admin.deleteTopics({ topics: ["gone.a"] });
  await admin.close();
  await until(
    "it is noticed",
    () => warnings.filter((line) => /gone\.a is gone/.test(line)).length >= 2,
  );
  await bus.send("gone.a", "new");
  await until("the new one is read", () => plain.includes("new") && grouped.includes("new"));
  assert.deepEqual([plain, grouped], [[0, 1, 2, 3, 4, "new"], [0, 1, 2, 3, 4, "new"]]);
  await bus.close();
});

kafka.test("topics that may not be made: messages to them are dead letters", async ({ bootstrap }) => {
  const { bus, letters } = open({ bootstrap, topics: false });
  await bus.ready();
  await assert.rejects(
    bus.send("none.a", 1),
    /was not sent: kafka_error: topic none\.a is not there/,
  );
  assert.deepEqual(letters.map(({ topic, message }) => [topic, message.value]), [["none.a", 1]]);
  await bus.close();
});

kafka.test("poison goes to the dead letters, and its partition moves on", async ({ bootstrap }) => {
  const store = openMemoryStore();
  const { bus, letters } = open({ bootstrap, store, topics: { partitions: 1 } });
  const published: unknown[] = [];
  bus.subscribe<DeadLetter>(
    "agent.deadletter",
    ({ value }) => void published.push(value.message.value),
  );
  const tries: number[] = [];
  const member = bus.process<number>("poison.a", "g", ({ value, attempt = 0 }) => {
    if (value === 1) {
      tries.push(attempt);
      throw new Error("cannot be done");
    }
    // What no store takes is as bad.
    const write = {
      op: "put",
      key: `got:${value}`,
      value: value === 3 ? undefined : value,
    } as const;
    return [write];
  }, { maxAttempts: 3 });
  await bus.ready();
  for (let i = 0; i < 6; i++) await bus.send("poison.a", i);
  await until("the last is done", () => member.processed >= 6);
  assert.deepEqual((await store.list("got:")).map(({ value }) => value), [0, 2, 4, 5]);
  assert.deepEqual(tries, [0, 1, 2]);
  assert.deepEqual(
    letters.map(({ message, group, attempts }) => [message.value, group, attempts]),
    [
      [1, "g", 3],
      [3, "g", 1],
    ],
  );
  assert.match(letters[0]!.reason, /^group_subscriber_error: cannot be done$/);
  await until("they are published", () => published.length === 2);
  await bus.close();
});

kafka.test("a store that takes nothing stops the work and loses nothing", async ({ bootstrap }) => {
  const store = openMemoryStore();
  let full = true;
  const { bus } = open({
    bootstrap,
    store: new Proxy(store, {
      get(target, name: keyof typeof store) {
        if (name === "commit" && full) return () => Promise.reject(new Error("disk is full"));
        const method = target[name] as (...args: unknown[]) => unknown;
        return method.bind(target);
      },
    }),
  });
  const member = bus.process<number>("disk.a", "g", ({ value }) => [
    { op: "add", key: `got:${value}`, by: 1 },
  ]);
  await bus.ready();
  for (let i = 0; i < 10; i++) await bus.send("disk.a", i);
  await until("it shows", () => /storage_error: .*disk is full/.test(bus.health().reason ?? ""));
  full = false;
  await until("it is done", () => member.processed === 10);
  assert.equal(bus.health().available, true);
  assert.equal((await store.list("got:")).filter(({ value }) => value === 1).length, 10);
  await bus.close();
});

kafka.test("messages that are too large are dead letters, others pass", async ({ bootstrap }) => {
  // Larger than the broker takes, but not than the bus does: the broker refuses it.
  const { bus, letters } = open({ bootstrap, maxBytes: 5_000_000, notices: false });
  const got: unknown[] = [];
  bus.subscribe<string>("large.a", ({ value }) => void got.push(value.length));
  await bus.ready();
  const sent = ["a", "x".repeat(3_000_000), "bcd", "y".repeat(6_000_000), "ef"].map((text) =>
    bus.send("large.a", text, { key: "same" }).then(() => "sent", (error) => String(error))
  );
  const results = await Promise.all(sent);
  assert.deepEqual(results.map((result) => result === "sent"), [true, false, true, false, true]);
  assert.match(results[1]!, /kafka_error/);
  assert.match(results[3]!, /6000002 bytes are more than 5000000/);
  await until("the others came", () => got.length === 3);
  assert.deepEqual([got, letters.length], [[1, 3, 2], 2]);
  await bus.close();
});

kafka.test("text of other programs is read as it is, with an id of its place", async ({ bootstrap }) => {
  const { bus } = open({ bootstrap, topics: { partitions: 1 } });
  const reader = bus.subscribe("foreign.a");
  await bus.ready();
  const producer = new Producer({ clientId: "other", bootstrapBrokers: [bootstrap] });
  const texts = ["plain text", '{"line":"x"}', "{broken", "7", ""];
  await producer.send({
    acks: -1,
    messages: texts.map((text) => ({ topic: "foreign.a", value: Buffer.from(text) })),
  });
  await producer.close();
  const got = [];
  for (const _ of texts) got.push((await reader.get({ timeoutMs: 10_000 }))!);
  assert.deepEqual(got.map(({ value }) => value), ["plain text", { line: "x" }, "{broken", 7, ""]);
  assert.deepEqual(got.map(({ id, seq }) => [id, seq])[1], ["foreign.a/0/1", 2]);
  await bus.close();
});

kafka.test("createTopics() makes what is missing and changes nothing; the inspector shows it", async ({ bootstrap }) => {
  const first = await createTopics({ bootstrap }, ["made.a", "made.b"], { partitions: 2 });
  const again = await createTopics({ bootstrap }, ["made.a", "made.c"], { partitions: 5 });
  assert.deepEqual(first, { created: ["made.a", "made.b"], existing: [], failed: [] });
  assert.deepEqual(again, { created: ["made.c"], existing: ["made.a"], failed: [] });
  const bad = await createTopics({ bootstrap }, ["made.d"], { replicationFactor: 3 });
  assert.equal(bad.failed[0]?.topic, "made.d");
  const { available, reason, topics } = await kafkaStreamInspector({ bootstrap }).probe();
  assert.deepEqual([available, reason], [true, null]);
  assert.deepEqual(topics["made.a"], { partitions: 2, replication: 1, leader: bootstrap });
  assert.deepEqual(topics["made.c"], { partitions: 5, replication: 1, leader: bootstrap });
  assert.equal(topics["made.d"], undefined);
});

function open(options: KafkaBusOptions) {
  const letters: DeadLetter[] = [];
  const deadLetters = { write: (letter: DeadLetter) => void letters.push(letter) };
  return { bus: createKafkaBus({ deadLetters, warn() {}, ...options }), letters };
}
