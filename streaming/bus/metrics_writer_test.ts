import assert from "node:assert/strict";
import { openTestFiles } from "./_test_files.ts";
import { until } from "./_test_until.ts";
import { createJsonLineSink } from "./json_line_sink.ts";
import { createLocalBus } from "./local_bus.ts";
import { startMetricsWriter } from "./metrics_writer.ts";

Deno.test("startMetricsWriter() writes the newest counters and appends all, until it is stopped", async () => {
  const files = openTestFiles();
  const bus = createLocalBus({ drainMs: 0 });
  const writer = startMetricsWriter(bus, files, { everyMs: 5, now: () => 2500 });
  bus.subscribe("t");
  bus.publish("t", 1);
  await until(() => files.appends >= 3, 2000);
  bus.publish("t", 2);
  await writer.stop();
  await writer.stop();
  const written = files.appends;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(files.appends, written);
  const newest = JSON.parse(files.texts.get("bus_metrics.json")!);
  assert.deepEqual(newest, {
    ts: 2.5,
    topics: { t: [2] },
    groups: {},
    published: 2,
    delivered: 0,
    dropped: 0,
    dlq_total: 0,
    dlq_by_reason: {},
    by_topic: { t: { published: 2, dlq: 0 } },
    queued: 2,
    replayed: 0,
    backpressure: 0,
    high_water: { t: 2 },
    lag: {},
  });
  assert.equal(files.texts.get("bus_metrics.jsonl")!.trim().split("\n").length, written);
  await bus.close();
});

Deno.test("startMetricsWriter() goes on after a write that failed, and ends with its signal", async () => {
  const files = openTestFiles();
  const errors: unknown[] = [];
  const abort = new AbortController();
  const onError = (error: unknown) => errors.push(error);
  files.trouble = new Error("no space left");
  startMetricsWriter(createLocalBus(), files, { everyMs: 2, signal: abort.signal, onError });
  await until(() => errors.length >= 2, 2000);
  files.trouble = undefined;
  await until(() => files.appends > 0, 2000);
  abort.abort();
  await new Promise((resolve) => setTimeout(resolve, 10));
  const { appends } = files;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(files.appends, appends);
});

Deno.test("createJsonLineSink() writes the messages of its topics, and send() waits for that", async () => {
  const files = openTestFiles();
  const sink = createJsonLineSink(files, { topics: ["logs.>"], maxValueBytes: 1000 });
  const bus = createLocalBus({ sinks: [sink] });
  const messages = [
    await bus.send("logs.app", { text: 'with "quotes"\n' }, { key: 'k"' }),
    bus.publish("logs.app", undefined),
    bus.publish("logs.../x".replace("...", "."), 3),
  ];
  bus.publish("other", 4);
  await assert.rejects(bus.send("logs.app", "x".repeat(2000)), /larger than 1000/);
  await bus.flush();
  const read = (name: string) =>
    files.texts.get(name)!.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(read("logs_app.jsonl"), [messages[0], JSON.parse(JSON.stringify(messages[1]))]);
  assert.deepEqual([...files.texts.keys()].sort(), ["logs__x.jsonl", "logs_app.jsonl"]);
  assert.deepEqual(bus.metrics().dlq_by_reason, { storage_error: 1 });
  files.trouble = new Error("no space left");
  await assert.rejects(bus.send("logs.app", 5), /no space/);
  assert.deepEqual(bus.health(), { available: false, reason: "no space left" });
  await bus.close();
});
