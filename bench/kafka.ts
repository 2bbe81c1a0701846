// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The bus over Kafka beside the bare client on the same broker in the same run, rounds in turn; and
 * what twenty kills of the broker do to a stream.
 *
 * `deno run -A bench/kafka.ts [kills]`
 */
import { Buffer } from "node:buffer";
import { cpuUsage } from "node:process";
import { Admin, Consumer, Producer } from "@platformatic/kafka";
import { type Broker, startBroker } from "../tasks/_kafka_broker.ts";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";
import type { KafkaBus } from "../streaming/kafka/types.ts";
import { check, median } from "./_report.ts";

const MESSAGES = 60_000;
const ROUNDS = 5;
/** The bare client's best on two cores: five requests of 500 at a time. */
const BATCH = 500;
const IN_FLIGHT = 5;
const LINE = {
  line: `2026-01-01T00:00:00Z ERROR payment failed: ${"x".repeat(70)}`,
  ts: 1767225600.5,
};

const dir = await Deno.makeTempDir({ prefix: "dspy-kafka-" });
try {
  const broker = await startBroker({ dir });
  const ratios = await compare(broker);
  const { lost, repeated } = await killed(
    broker,
    Number(Deno.args.find((a) => /^\d+$/.test(a)) ?? 20),
  );
  await broker.kill9();
  await check({
    "kafka.produce_ratio": { value: ratios.produce, limit: 0.9, better: "higher" },
    "kafka.consume_ratio": { value: ratios.consume, limit: 0.9, better: "higher" },
    "kafka.lost": { value: lost, limit: 0, better: "lower" },
    "kafka.handed_out_twice": { value: repeated, limit: 0, better: "lower" },
  });
} finally {
  await Deno.remove(dir, { recursive: true });
}

async function compare({ bootstrap }: Broker): Promise<{ produce: number; consume: number }> {
  const admin = new Admin({ clientId: "bench", bootstrapBrokers: [bootstrap] });
  await admin.createTopics({ topics: ["bare", "ours"], partitions: 3, replicas: 1 });
  await admin.close();
  const bare = new Producer({ clientId: "bench", bootstrapBrokers: [bootstrap] });
  const ours = createKafkaBus({ bootstrap, maxWaiting: 0 });
  await ours.send("ours", LINE);
  const rates: Record<string, number[]> = {};
  const cpu: Record<string, number[]> = {};
  const note = (name: string, rate: number) => void (rates[name] ??= []).push(rate);
  for (let round = -1; round < ROUNDS; round++) {
    const sides: [string, () => Promise<void>][] = [
      ["produce bare", () => produceBare(bare)],
      ["produce ours", () => produceOurs(ours)],
    ];
    for (const [name, work] of round % 2 === 0 ? sides : sides.reverse()) {
      const started = performance.now();
      await work();
      if (round >= 0) note(name, MESSAGES / (performance.now() - started) * 1000);
    }
  }
  await bare.close();
  const all = MESSAGES * (ROUNDS + 1);
  for (let round = -1; round < ROUNDS; round++) {
    const sides: [string, () => Promise<number>][] = [
      ["consume bare", () => consumeBare(bootstrap, `bare-${round}`, all)],
      ["consume ours", () => consumeOurs(ours, `ours-${round}`, all)],
    ];
    for (const [name, work] of round % 2 === 0 ? sides : sides.reverse()) {
      const before = cpuUsage();
      const rate = await work();
      const { user, system } = cpuUsage(before);
      if (round < 0) continue;
      note(name, rate);
      (cpu[name] ??= []).push((user + system) / all);
    }
  }
  await ours.close();
  for (const [name, values] of Object.entries(rates)) {
    console.log(`${name.padEnd(13)} ${Math.round(median(values)).toLocaleString("en")} / s`);
  }
  for (const [name, values] of Object.entries(cpu)) {
    console.log(`${name.padEnd(13)} ${median(values).toFixed(2)} µs of this process a message`);
  }
  const ratio = (work: string) =>
    median(rates[`${work} ours`]!.map((rate, i) => rate / rates[`${work} bare`]![i]!));
  return { produce: ratio("produce"), consume: ratio("consume") };
}

async function produceBare(producer: Producer): Promise<void> {
  let next = 0;
  const send = async () => {
    while (next < MESSAGES) {
      const from = next;
      next += BATCH;
      const messages = Array.from({ length: BATCH }, (_, i) => ({
        topic: "bare",
        key: Buffer.from(`source-${(from + i) % 7}`),
        value: Buffer.from(JSON.stringify(LINE)),
        headers: new Map([[Buffer.from("id"), Buffer.from(`0123456789ab-${from + i}`)]]),
        timestamp: BigInt(Date.now()),
      }));
      await producer.send({ acks: -1, messages });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, send));
}

async function produceOurs(bus: KafkaBus): Promise<void> {
  let next = 0;
  const publish = async () => {
    while (next < MESSAGES) {
      const from = next;
      next += BATCH;
      for (let i = from; i < from + BATCH - 1; i++) {
        bus.publish("ours", LINE, { key: `source-${i % 7}` });
      }
      await bus.send("ours", LINE, { key: `source-${(from + BATCH - 1) % 7}` });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, publish));
  await bus.flush();
}

/** Messages a second from the wish to read to the last one: the bare client parses much before it
 * hands the first one out, so that the time from there on says little. */
async function consumeBare(bootstrap: string, groupId: string, count: number): Promise<number> {
  const { one, rate } = counter(count);
  const consumer = new Consumer({
    clientId: "bench",
    bootstrapBrokers: [bootstrap],
    groupId,
    maxWaitTime: 500,
  });
  const stream = await consumer.consume({ topics: ["bare"], mode: "earliest", autocommit: 100 });
  stream.on("data", ({ key, value, headers }) => {
    const id = [...headers.values()][0]!.toString();
    one(key.toString(), JSON.parse(value.toString()), id);
  });
  const found = await rate;
  await consumer.close(true);
  return found;
}

async function consumeOurs(bus: KafkaBus, group: string, count: number): Promise<number> {
  const { one, rate } = counter(count);
  const member = bus.subscribeGroup<typeof LINE>("ours", group, ({ key, value, id }) => {
    one(key ?? "", value, id);
  }, { after: 0 });
  const found = await rate;
  await member.close();
  return found;
}

function counter(count: number) {
  const { promise: rate, resolve } = Promise.withResolvers<number>();
  const started = performance.now();
  let [seen, lines] = [0, 0];
  const one = (key: string, { line }: typeof LINE, id: string) => {
    lines += line.length + key.length + id.length;
    if (++seen === count) resolve(lines && count / (performance.now() - started) * 1000);
  };
  return { one, rate };
}

/** Numbered messages through a broker that is killed again and again. */
async function killed(broker: Broker, kills: number): Promise<{ lost: number; repeated: number }> {
  const bus = createKafkaBus({ bootstrap: broker.bootstrap, maxWaiting: 0, warn() {} });
  const times = new Map<number, number>();
  bus.subscribeGroup<number>("killed", "g", ({ value }) => {
    times.set(value, (times.get(value) ?? 0) + 1);
  }, { ack: "manual" });
  await bus.ready();
  let sent = 0;
  const away: number[] = [];
  const timer = setInterval(() => {
    for (let i = 0; i < 50; i++) bus.publish("killed", sent, { key: `k${sent++ % 5}` });
  }, 10);
  for (let kill = 0; kill < kills; kill++) {
    await pause(300 + Math.random() * 500);
    await broker.kill9();
    await pause(Math.random() * 300);
    await broker.restart();
    const back = performance.now();
    const seen = times.size;
    while (times.size < seen + 50) await pause(5);
    away.push(performance.now() - back);
  }
  clearInterval(timer);
  await bus.flush();
  const end = performance.now() + 30_000;
  while (times.size < sent && performance.now() < end) await pause(10);
  const repeated = [...times.values()].filter((count) => count > 1).length;
  if (kills > 0) {
    console.log(
      `${kills} kills, ${sent.toLocaleString("en")} messages: ${sent - times.size} lost, ` +
        `${repeated} handed out twice, ${bus.health().repeated} sent twice and recognised; messages ` +
        `flow ${Math.round(median(away))} ms (at most ${
          Math.round(Math.max(...away))
        }) after the ` +
        "broker is back",
    );
  }
  await bus.close();
  return { lost: sent - times.size, repeated };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
