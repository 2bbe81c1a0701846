import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store, Write } from "../../core/store/types.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import { openStoreLog } from "../bus/store_log.ts";
import { until } from "./_test_log.ts";
import { windowLogs, type WindowMessage } from "./window_logs.ts";
import { windowsOf } from "./windows_of.ts";

const OPTIONS = { sizeMs: 1_000, slideMs: 500, watermarkMs: 2_000, commitMs: 5 };
const START = 1_700_000_000_000;

/** Lines of two containers, out of order by up to a second. */
const LINES = Array.from({ length: 600 }, (_, i) => ({
  topic: i % 3 === 0 ? "logs.raw.web" : "logs.raw.app",
  value: {
    line: i % 4 === 0 ? `ERROR ${i}` : i % 7 === 0 ? `WARN ${i}` : `INFO ${i}`,
    ts: START + i * 37 + (i * 7919) % 1_000,
  },
}));

/** What must come out, whatever happens on the way. */
function expected(topic: string): Pick<WindowMessage, "ctx" | "window">[] {
  const events = LINES.filter((line) => line.topic === topic)
    .map(({ value }, i) => ({ key: topic, ...value, seq: i + 1 }));
  return windowsOf(events, OPTIONS).map(({ ctx, start, end }) => ({ ctx, window: { start, end } }));
}

/** A store that fails now and then, before or after it has done what it was asked. */
function shaky(store: Store, fails: () => boolean): Store {
  return Object.assign(Object.create(store) as Store, {
    async commit(writes: readonly Write[]) {
      if (fails()) throw new Error("the disk is full");
      const done = await store.commit(writes);
      if (fails()) throw new Error("lost on the way back");
      return done;
    },
    get: (key: string) => store.get(key),
    list: (prefix: string) => store.list(prefix),
    read: (stream: string, options: object) => store.read(stream, options),
  });
}

Deno.test("windowLogs() sends the windows of each topic, with times in ms, s, JSON text or none", async () => {
  await using bus = createLocalBus({ drainMs: 0, now: () => START + 400 });
  const seen = bus.subscribe<WindowMessage>("logs.ctx.*");
  const work = windowLogs(bus, { store: openMemoryStore(), ...OPTIONS });
  bus.publish("logs.raw.app", { line: "ERROR ms", ts: START + 100 });
  bus.publish("logs.raw.app", { line: "ERROR s", ts: START / 1000 + 0.2 });
  bus.publish("logs.raw.app", JSON.stringify({ line: "ERROR json", ts: START + 300 }));
  bus.publish("logs.raw.app", "plain text failed");
  bus.publish("logs.raw.app", { other: 1 });
  bus.publish("logs.raw.app", { line: "INFO", ts: START + 3_000 });
  await work.stop();
  const { topic, value } = (await seen.get({ timeoutMs: 5_000 }))!;
  assert.equal(topic, "logs.ctx.app");
  assert.deepEqual(value, {
    ctx: ["ERROR ms", "ERROR s", "ERROR json", "plain text failed"],
    stats: { error_count: 4, warn_count: 0, total: 4 },
    window: { start: START - 500, end: START + 500 },
  });
});

Deno.test("windowLogs() gives each window once over stops, failures and redelivery", async () => {
  for (const chance of [0, 0.2]) {
    const store = openMemoryStore();
    const bus = createLocalBus({
      drainMs: 0,
      log: await openStoreLog(openMemoryStore(), { topics: ["logs.raw.*"] }),
    });
    const seen: { id: string; topic: string; value: WindowMessage }[] = [];
    bus.subscribe<WindowMessage>("logs.ctx.*", (message) => void seen.push(message));
    let rng = 7;
    const fails = () => (rng = rng * 48271 % 2147483647) / 2147483647 < chance;
    let work = windowLogs(bus, { store: shaky(store, fails), ...OPTIONS });
    for (const [i, { topic, value }] of LINES.entries()) {
      bus.publish(topic, value);
      if (i % 100 !== 99) continue;
      await new Promise((wake) => setTimeout(wake, 20));
      await work.stop();
      work = windowLogs(bus, { store: shaky(store, fails), ...OPTIONS });
    }
    const wanted = [...expected("logs.raw.app"), ...expected("logs.raw.web")];
    const distinct = () => new Map(seen.map((message) => [message.id, message]));
    await until(() => distinct().size >= wanted.length, "the last window");
    await work.stop();
    for (const topic of ["app", "web"]) {
      const found = [...distinct().values()].filter((one) => one.topic === `logs.ctx.${topic}`)
        .map(({ value: { ctx, window } }) => ({ ctx, window }));
      const byStart = found.toSorted((a, b) => a.window.start - b.window.start);
      assert.deepEqual(byStart, expected(`logs.raw.${topic}`));
    }
    // What comes twice comes with the same id and says the same.
    for (const { id, value } of seen) assert.deepEqual(value, distinct().get(id)!.value);
    if (chance === 0) assert.equal(seen.length, wanted.length);
    await bus.close();
  }
});

Deno.test("windowLogs() counts late lines and keeps nothing of closed windows", async () => {
  const store = openMemoryStore();
  await using bus = createLocalBus({ drainMs: 0 });
  const work = windowLogs(bus, { store, ...OPTIONS });
  bus.publish("logs.raw.app", { line: "INFO", ts: START + 10_000 });
  bus.publish("logs.raw.app", { line: "ERROR late", ts: START });
  await until(() => work.metrics().lines === 2);
  assert.equal(work.metrics().late, 1);
  await work.stop();
  assert.deepEqual(await store.list("windows:at:logs.raw.app:window:"), []);
});
