/** Three nodes: the leader of a topic is killed, another takes over. */
import assert from "node:assert/strict";
import { Admin } from "@platformatic/kafka";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";
import { testBroker, until } from "./_kafka.ts";

const kafka = testBroker("tests/kafka_cluster_test.ts", 3);

kafka.test("a change of leaders loses nothing", async (_, nodes) => {
  const bootstrap = nodes.map((node) => node.bootstrap);
  const topics = { partitions: 3, replicationFactor: 3 };
  await using bus = createKafkaBus({ bootstrap, topics, maxWaiting: 0, warn() {} });
  const plain: number[] = [];
  const grouped = new Map<number, number>();
  bus.subscribe<number>("led.a", ({ value }) => void plain.push(value), { policy: "block" });
  bus.subscribeGroup<number>("led.a", "g", ({ value }) => {
    grouped.set(value, (grouped.get(value) ?? 0) + 1);
  }, { ack: "manual" });
  await bus.ready();
  let sent = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 20; i++) bus.publish("led.a", sent, { key: `k${sent++ % 7}` });
  }, 10);
  await until("messages come", () => plain.length > 200 && grouped.size > 200);
  const admin = new Admin({ clientId: "test", bootstrapBrokers: bootstrap });
  const { topics: known } = await admin.metadata({ topics: ["led.a"], forceUpdate: true });
  await admin.close();
  const leader = known.get("led.a")!.partitions[0]!.leader;
  await nodes.find(({ id }) => id === leader)!.kill9();
  const at = sent;
  await until("what is sent after it comes", () => plain.some((value) => value > at + 400), 60_000);
  clearInterval(timer);
  await until("all came", () => new Set(plain).size === sent && grouped.size === sent, 60_000);
  assert.equal(plain.length, sent, "each once");
  for (let key = 0; key < 7; key++) {
    const got = plain.filter((value) => value % 7 === key);
    assert.ok(got.every((value, i) => i === 0 || value > got[i - 1]!), `order of k${key}`);
  }
  assert.equal(bus.metrics().dlq_total, 0);
});
