import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import { lineFileName } from "../bus/line_files.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import { openFileLines } from "../logs/file_lines.ts";
import { createEventBus } from "./event_bus.ts";
import { createEventFiles, createEventForward, createEventStore } from "./event_sinks.ts";
import { parseFilter } from "./filter.ts";
import * as log from "./log_events.ts";
import { tailEvents } from "./tail_events.ts";

Deno.test("publishEvent() wraps a payload into its envelope, meta moved and winning", () => {
  const root = new URL("../..", import.meta.url).pathname;
  const env = { APP_NAME: "shop", POD_NAME: "pod-1", HOSTNAME: "host", GIT_SHA: "abc" };
  const bus = createEventBus({ env, root, now: () => 1_500 });
  const payload = { action: "open", meta: { user: "ann", app_version: "2" } };
  const record = bus.publishEvent("ui.action", payload);
  const { line, ...caller } = record.caller!;
  assert.ok(line > 10);
  assert.deepEqual({ ...record, caller }, {
    topic: "ui.action",
    ts: 1.5,
    service: "shop",
    hostname: "host",
    pod: "pod-1",
    app_version: "2",
    caller: { file: "streaming/events/event_bus_test.ts", function: "" },
    event: { action: "open" },
    user: "ann",
  });
  assert.deepEqual(payload.meta, { user: "ann", app_version: "2" });
  assert.deepEqual(bus.memoryTail("ui.action"), [record]);
});

Deno.test("publishEvent() names the default service, and puts unknown topics under events.other", () => {
  const bus = createEventBus();
  const record = bus.publishEvent("my.topic", { a: 1 });
  assert.deepEqual([record.topic, record.service, record.pod], [
    "events.other",
    "dspy-agent",
    undefined,
  ]);
  assert.deepEqual(bus.memoryTopics(), ["events.other"]);
});

Deno.test("the helpers publish the events of their names, and name their caller", () => {
  const bus = createEventBus();
  const records = [
    log.logUiAction(bus, "click", { button: "go" }),
    log.logBackendApi(bus, "/x", "GET", 200, 12.5),
    log.logAgentAction(bus, "patch", "ok", 0.5, { file: "a" }),
    log.logAgentAction(bus, "patch", "ok"),
    log.logIngestDecision(bus, "a.txt", "skip", "binary"),
    log.logTrainingTrigger(bus, "ppo", ["--steps"]),
    log.logTrainingResult(bus, "done", { loss: 1 }),
    log.logTrainingDataset(bus, "split", { rows: 3 }),
    log.logSparkApp(bus, "started", "app", "RUNNING", "ns"),
    log.logSparkLog(bus, "app", "pod", "text"),
  ];
  assert.deepEqual(records.map(({ topic, event }) => [topic, event]), [
    ["ui.action", { action: "click", button: "go" }],
    ["backend.api_call", { route: "/x", method: "GET", status: 200, duration_ms: 12.5 }],
    ["agent.action", { name: "patch", result: "ok", reward: 0.5, file: "a" }],
    ["agent.action", { name: "patch", result: "ok" }],
    ["ingest.decision", { source_file: "a.txt", decision: "skip", reason: "binary" }],
    ["training.trigger", { trainer: "ppo", args: ["--steps"] }],
    ["training.result", { status: "done", metrics: { loss: 1 } }],
    ["training.dataset", { kind: "split", rows: 3 }],
    ["spark.app", { event: "started", name: "app", state: "RUNNING", namespace: "ns" }],
    ["spark.log", { app: "app", pod: "pod", line: "text" }],
  ]);
  for (const { caller } of records) assert.ok(caller!.file.endsWith("event_bus_test.ts"));
});

Deno.test("memoryDelta() gives what came since, and the ring only its newest", () => {
  const bus = createEventBus({ ringSize: 1 });
  assert.deepEqual(bus.memoryDelta("t", 7), [[], 7]);
  for (let i = 1; i <= 250; i++) bus.publish("t", i);
  assert.equal(bus.memoryLastSeq("t"), 250);
  assert.equal(bus.memoryLastSeq("none"), 0);
  assert.deepEqual(bus.memoryTail("t", 3), [248, 249, 250]);
  const [items, last] = bus.memoryDelta("t", 0);
  assert.deepEqual([items.length, items[0], last], [100, 151, 250]); // 100 is the least there is
  assert.deepEqual(bus.memoryDelta("t", 247, 2), [[248, 249], 249]);
  assert.deepEqual(bus.memoryDelta("t", 250), [[], 250]);
  assert.deepEqual(bus.memoryDelta("t", 9000), [[], 250]);
  assert.equal(createEventBus({ env: { EVENTBUS_RING_SIZE: "much" } }).memoryLastSeq("t"), 0);
});

Deno.test("publish() hides secrets, keeps a copy, and survives any value, sink and subscriber", () => {
  const errors: unknown[] = [];
  const broken = {
    write() {
      throw new Error("sink");
    },
  };
  const env = { MY_TOKEN: "correct-horse-battery" };
  const bus = createEventBus({ env, sinks: [broken], onError: (error) => errors.push(error) });
  const seen: unknown[] = [];
  bus.subscribe("t", () => {
    throw new Error("subscriber");
  });
  const stop = bus.subscribe(">", ({ seq, value }, topic) => seen.push([topic, seq, value]));
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const mine = { text: "it is correct-horse-battery", list: [1] };
  bus.publish("t", mine);
  mine.list.push(2);
  bus.publish("t", cycle);
  bus.publish("t", undefined);
  bus.publish("t", "x".repeat(2 ** 20));
  stop();
  bus.publish("t", 5n);
  const [first, second, third, fourth, fifth] = bus.memoryTail("t") as Record<string, string>[];
  assert.deepEqual(first, { text: "it is [redacted]", list: [1] });
  assert.match(second!.unkept!, /circular/);
  assert.equal(third, null);
  assert.equal(fourth!.preview?.length, 1000);
  assert.match(fifth!.unkept!, /BigInt/);
  assert.deepEqual([seen.length, seen[0]], [4, ["t", 1, first]]);
  assert.equal(errors.length, 10);
});

Deno.test("the sinks keep records in files, in a store, and on a bus", async () => {
  const folder = await Deno.makeTempDir();
  const [store, local] = [openMemoryStore(), createLocalBus({ drainMs: 0 })];
  const onBus = local.subscribe("ui.action");
  const files = openFileLines(`${folder}/logs`);
  const sinks = [createEventFiles(files), createEventStore(store), createEventForward(local)];
  const bus = createEventBus({ sinks });
  const records = [1, 2, 3].map((n) => bus.publishEvent("ui.action", { n }));
  bus.publish("../../etc/x", 1);
  await bus.close();
  assert.deepEqual(
    (await Array.fromAsync(files.lines("ui_action.jsonl"))).map((line) => JSON.parse(line)),
    records,
  );
  assert.equal(lineFileName("../../etc/x"), "______etc_x.jsonl");
  assert.equal(await Deno.readTextFile(`${folder}/logs/______etc_x.jsonl`), "1\n");
  assert.deepEqual((await store.read("ui.action")).map(({ value }) => value), records);
  assert.deepEqual((await onBus.get())?.value, records[0]);
  await local.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("tailEvents() filters before it limits, in the ring and in the files of before", async () => {
  const folder = await Deno.makeTempDir();
  const files = openFileLines(folder);
  const lines = Array.from({ length: 500 }, (_, n) => JSON.stringify({ n, rare: n % 100 === 7 }));
  await files.append("t.jsonl", `${lines.join("\n")}\nbroken {\n`);
  const bus = createEventBus();
  const filter = parseFilter(new URLSearchParams("key=rare&value=true&field=n"));
  assert.deepEqual(await tailEvents(bus, "t", { limit: 2, filter, files }), [{ n: 307 }, {
    n: 407,
  }]);
  assert.deepEqual(await tailEvents(bus, "t", { limit: 1, files }), [{ raw: "broken {" }]);
  assert.deepEqual(await tailEvents(bus, "t", { filter }), []);
  for (const line of lines.slice(0, 200)) bus.publish("t", JSON.parse(line));
  assert.deepEqual(await tailEvents(bus, "t", { limit: 9, filter, files }), [{ n: 7 }, { n: 107 }]);
  await Deno.remove(folder, { recursive: true });
});
