import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import { Aggregator } from "./aggregator.ts";
import type { LogFindings } from "./process_ctx.ts";
import { Worker } from "./worker.ts";

const CTX = { ctx: ["ERROR no such table: users", "  at load (/app/db.ts:3:7)"], ts: 1 };

Deno.test("Worker answers by rules with what happened and what to do, and keeps it", async () => {
  const store = openMemoryStore();
  const bus = createLocalBus();
  const results = bus.subscribe<LogFindings>("agent.results.>");
  const worker = new Worker(bus, "api", { store, now: () => 7 });
  bus.publish("logs.ctx.api", CTX);
  const { value, topic } = (await results.get({ timeoutMs: 5_000 }))!;
  assert.equal(topic, "agent.results.api");
  assert.match(value.summary, /no such table/);
  assert.match(value.plan, /Open \/app\/db\.ts at line 3/);
  await worker.stop();
  assert.equal(await store.get("last:api:ts"), 7);
  assert.equal(await store.get("last:api:plan"), value.plan);
  await bus.close();
});

Deno.test("Worker answers a context that comes again once, also another member", async () => {
  const store = openMemoryStore();
  const bus = createLocalBus();
  const results = bus.subscribe<LogFindings>("agent.results.>");
  const first = new Worker(bus, "api", { store });
  bus.publish("logs.ctx.api", CTX, { id: "one" });
  await results.get({ timeoutMs: 5_000 });
  await first.stop();
  const second = new Worker(bus, "api", { store });
  bus.publish("logs.ctx.api", CTX, { id: "one" });
  bus.publish("logs.ctx.api", CTX, { id: "two" });
  assert.equal((await results.get({ timeoutMs: 5_000 }))?.id, "two:result");
  await second.stop();
  assert.deepEqual(second.metrics(), { answered: 1, failed: 0, repeated: 1 });
  await bus.close();
});

Deno.test("Worker gives up on what is no context, and answers the next one", async () => {
  const letters: string[] = [];
  const bus = createLocalBus({ deadLetters: { write: ({ reason }) => void letters.push(reason) } });
  const results = bus.subscribe<LogFindings>("agent.results.>");
  const worker = new Worker(bus, "api", { maxAttempts: 2 });
  for (const poison of [null, 7, { ctx: "text" }, { ctx: [1] }]) {
    bus.publish("logs.ctx.api", poison);
  }
  bus.publish("logs.ctx.api", CTX);
  assert.ok(await results.get({ timeoutMs: 10_000 }));
  for (let i = 0; i < 500 && letters.length < 4; i++) {
    await new Promise((done) => setTimeout(done, 10));
  }
  assert.equal(letters.length, 4, letters.join());
  assert.match(letters[0]!, /no context/);
  await worker.stop();
  await bus.close();
});

Deno.test("Worker falls back to rules when the model fails, and says why", async () => {
  const errors: string[] = [];
  const bus = createLocalBus();
  const results = bus.subscribe<LogFindings>("agent.results.>");
  const worker = new Worker(bus, "api", {
    summarizer: { summarize: () => Promise.reject(new Error("model is away")) },
    onError: (error) => void errors.push(String(error)),
  });
  bus.publish("logs.ctx.api", CTX);
  const { value } = (await results.get({ timeoutMs: 5_000 }))!;
  assert.match(value.summary, /no such table/);
  assert.deepEqual(errors, ["Error: model is away"]);
  await worker.stop();
  await bus.close();
});

Deno.test("two workers of a group share the contexts, each answered once", async () => {
  const store = openMemoryStore();
  const bus = createLocalBus();
  const results = bus.subscribe<LogFindings>("agent.results.>", { maxsize: 0 });
  const workers = [new Worker(bus, "api", { store }), new Worker(bus, "api", { store })];
  for (let i = 0; i < 100; i++) bus.publish("logs.ctx.api", CTX, { id: `m${i}` });
  const ids = new Set<string>();
  for (let i = 0; i < 100; i++) ids.add((await results.get({ timeoutMs: 5_000 }))!.id);
  assert.equal(ids.size, 100);
  for (const worker of workers) await worker.stop();
  const answered = workers.map((worker) => worker.metrics().answered);
  assert.ok(answered.every((count) => count > 0), answered.join());
  await bus.close();
});

Deno.test("Aggregator publishes one context for each window, and the rest when it stops", async () => {
  const bus = createLocalBus();
  const contexts = bus.subscribe<{ ctx: string[] }>("ctx");
  const aggregator = new Aggregator(bus, "raw", "ctx", { windowSec: 0.05, maxLines: 3 });
  bus.publish("raw", "INFO fine");
  bus.publish("raw", { line: "WARN one" });
  bus.publish("raw", { line: "failed two" });
  assert.deepEqual((await contexts.get({ timeoutMs: 5_000 }))?.value.ctx, [
    "WARN one",
    "failed two",
  ]);
  for (let i = 0; i < 5; i++) bus.publish("raw", `ERROR ${i}`);
  bus.publish("raw", { other: true });
  await aggregator.stop();
  assert.deepEqual((await contexts.get({ timeoutMs: 5_000 }))?.value.ctx, [
    "ERROR 0",
    "ERROR 1",
    "ERROR 2",
  ]);
  assert.deepEqual(aggregator.metrics(), { contexts: 2, held: 0, skipped: 2 });
  await bus.close();
});
