import assert from "node:assert/strict";
import { lazyStore } from "../../core/store/lazy.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import type { Message } from "../bus/types.ts";
import { createJobQueue } from "./create_job_queue.ts";
import { createEnvRunner } from "./env_runner.ts";
import { queueOverBus } from "./queue_over_bus.ts";
import { createTaskRegistry } from "./task.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!await check()) await sleep(2);
}

Deno.test("queueOverBus() makes each message one job, however often it comes", async () => {
  await using bus = createLocalBus();
  const letters = bus.subscribe<{ topic: string; reason: string }>("agent.deadletter");
  const queue = createJobQueue(openMemoryStore());
  const bridge = await queueOverBus(bus, queue, { results: false });
  for (let round = 0; round < 2; round++) {
    await bus.send("agent.tasks", { payload: 1, priority: 3, class: "cpu_long" }, { id: "a/1" });
    await bus.send("agent.tasks", { payload: 2, id: "named" });
  }
  await until(() => bridge.submitted + bridge.repeated === 4);
  assert.deepEqual([bridge.submitted, bridge.repeated], [2, 2]);
  const { class: kind, priority, payload } = (await queue.get("_a-2f-1"))!;
  assert.deepEqual([kind, priority, payload], ["cpu_long", 3, 1]);
  assert.equal((await queue.get("named"))?.payload, 2);

  // Another job under a known id, and what is no task at all, are dead letters in the end.
  await bus.send("agent.tasks", { payload: 3, id: "named" });
  await bus.send("agent.tasks", "nonsense");
  await bus.send("agent.tasks", { payload: 1, class: "tpu" });
  for (let i = 0; i < 3; i++) assert.equal((await letters.get())?.value.topic, "agent.tasks");
  assert.equal((await queue.status()).submitted, 2);
  await bridge.stop();
});

Deno.test("queueOverBus() publishes how jobs end, once per end, and another process goes on there", async () => {
  await using bus = createLocalBus();
  const store = openMemoryStore();
  const queue = createJobQueue(store, { maxAttempts: 1 });
  await queue.submit({ id: "before", payload: null });
  await queue.ack((await queue.lease())[0]!);
  const seen: Message<Record<string, unknown>>[] = [];
  bus.subscribe<Record<string, unknown>>("agent.results", (message) => void seen.push(message));
  const runner = createEnvRunner({
    queue,
    tasks: createTaskRegistry([
      { name: "ok", class: "cpu_short", run: () => Promise.resolve({ passed: 3 }) },
      { name: "bad", class: "cpu_short", run: () => Promise.reject(new Error("broken")) },
    ]),
  });
  const first = await queueOverBus(bus, queue, { onSubmitted: runner.wake, pollMs: 5 });
  await bus.send("agent.tasks", { payload: { task: "ok" } }, { id: "m1" });
  await bus.send("agent.tasks", { payload: { task: "bad" } }, { id: "m2" });
  await until(() => first.submitted === 2);
  await runner.drain(new AbortController().signal);
  await first.stop();
  const told = seen.map((
    { id, key, value },
  ) => [id, key, value.state, value.runner_result ?? value.error]);
  assert.deepEqual(told.sort(), [
    ["result.m1.done.1", "m1", "done", { passed: 3 }],
    ["result.m2.dead.1", "m2", "dead", "Error: broken"],
  ]);
  const second = await queueOverBus(bus, createJobQueue(store), { pollMs: 5 });
  await queue.cancel("m2");
  await until(() => second.published === 1);
  await second.stop();
  assert.equal(seen.at(-1)?.value.state, "cancelled");
  assert.equal(seen.length, 3);
});

Deno.test("queueOverBus() waits while the queue is full, and loses nothing", async () => {
  await using bus = createLocalBus();
  const queue = createJobQueue(openMemoryStore(), { maxPending: 2 });
  const bridge = await queueOverBus(bus, queue, { results: false });
  for (let n = 0; n < 5; n++) await bus.send("agent.tasks", { payload: n });
  await until(() => bridge.submitted === 2);
  while (bridge.submitted < 5) {
    for (const lease of await queue.lease({ limit: 9 })) await queue.ack(lease);
    await sleep(20);
  }
  assert.equal(bridge.refused, 0);
  await bridge.stop();
  assert.equal(bus.metrics().dlq_total, 0);
});

Deno.test("queueOverBus() publishes results when the bus is back, and tells once that they wait", async () => {
  const queue = createJobQueue(openMemoryStore());
  const warnings: string[] = [];
  const sent: unknown[] = [];
  let down = true;
  await using bus = createLocalBus();
  const shaky = {
    subscribeGroup: bus.subscribeGroup.bind(bus),
    send: (async (topic, value, options) => {
      if (down) throw new Error("no broker");
      sent.push(value);
      return await bus.send(topic, value, options);
    }) as typeof bus.send,
  };
  const bridge = await queueOverBus(shaky, queue, {
    pollMs: 1,
    onWarning: (text) => warnings.push(text),
  });
  await queue.submit({ id: "a", payload: null });
  await queue.ack((await queue.lease())[0]!);
  await until(() => warnings.length > 0);
  await sleep(10);
  down = false;
  await until(() => bridge.published === 1);
  await bridge.stop();
  assert.deepEqual(warnings, ["results wait to be published: Error: no broker"]);
  assert.equal(sent.length, 1);
});

Deno.test("queueOverBus() leaves a task on the bus that the store does not take", async () => {
  await using bus = createLocalBus();
  const store = openMemoryStore();
  let full = true;
  const broken: Store = {
    ...lazyStore(() => Promise.resolve(store)),
    commit: (writes) => full ? Promise.reject(new Error("no space left")) : store.commit(writes),
  };
  const queue = createJobQueue(broken);
  const warnings: string[] = [];
  const stop = new AbortController();
  const bridge = await queueOverBus(bus, queue, {
    results: false,
    signal: stop.signal,
    onWarning: (text) => {
      warnings.push(text);
      full = false;
    },
  });
  await bus.send("agent.tasks", { payload: 1 }, { id: "m" });
  await until(() => bridge.submitted === 1);
  assert.deepEqual(warnings, ["task m was not stored: Error: no space left"]);
  stop.abort();
  await bridge.stop();
});
