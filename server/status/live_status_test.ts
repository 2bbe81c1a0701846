import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import { createLocalBus } from "../../streaming/bus/local_bus.ts";
import { liveStatus } from "./live_status.ts";

Deno.test("liveStatus() of nothing invents nothing: each answer has a reason", async () => {
  const status = liveStatus({ now: () => 5_000 });
  const body = async (name: keyof typeof status) => (await status[name]()).body;
  assert.deepEqual(await body("health"), {
    ok: true,
    status: "ok",
    lm_circuit: { open: null, next_retry_sec: null, reason: "no model is configured" },
  });
  assert.deepEqual(await body("deploy"), { status: "unknown", reason: "no store is configured" });
  assert.deepEqual(await body("code"), { status: "no-storage" });
  assert.deepEqual(await body("auto"), { status: "offline" });
  for (const name of ["containers", "bus", "rl"] as const) {
    const answer = await status[name]();
    assert.equal(answer.status, 501, name);
    assert.match(JSON.stringify(answer.body), /^\{"error":"no \w+ is configured"\}$/);
  }
  const metrics = await body("metrics") as Record<string, unknown>;
  assert.deepEqual(Object.keys(metrics), ["lm_circuit", "dlq", "timestamp"]);
  assert.deepEqual(metrics.dlq, {
    ...{ total: null, by_topic: {}, last_ts: null, reason: "no bus is configured" },
  });
});

Deno.test("liveStatus() reads containers, deployment and code from the store", async () => {
  const store = openMemoryStore();
  const status = liveStatus({ store });
  assert.deepEqual((await status.containers()).body, { names: [], containers: {} });
  assert.match(JSON.stringify((await status.deploy()).body), /unknown.*no deployment was recorded/);
  assert.match(JSON.stringify((await status.code()).body), /"graph":null.*nothing was learned/);
  const found = { summary: "s", key_points: "k", plan: "p", ts: 7 };
  for (const [field, value] of Object.entries(found)) {
    await store.put(`last:b:${field}`, value);
    await store.put(`last:a:b:${field}`, value);
  }
  await store.put("last:__proto__:summary", "mine");
  await store.put("last:x:other", "not ours");
  await store.put("last::summary", "no name");
  const { containers, names } = (await status.containers()).body as {
    containers: Record<string, unknown>;
    names: string[];
  };
  assert.deepEqual(names, ["__proto__", "a:b", "b"]);
  assert.deepEqual(JSON.parse(JSON.stringify(containers["a:b"])), found);
  assert.equal(JSON.stringify(containers).includes('"__proto__":{"summary":"mine"}'), true);
  await store.put("deploy:last:lightweight:status", "up");
  await store.put("deploy:last:lightweight:ts", 9);
  assert.deepEqual((await status.deploy()).body, {
    ...{ status: "up", ts: 9, compose_hash: null, image: null },
  });
  await store.put("code:summary", { text: "Files: 1" });
  assert.deepEqual((await status.code()).body, { graph: null, summary: { text: "Files: 1" } });
});

Deno.test("liveStatus() shows the bus, its dead letters and what is measured beside it", async () => {
  await using bus = createLocalBus({ drainMs: 0 });
  bus.subscribe("a", { maxsize: 1 });
  for (let i = 0; i < 3; i++) bus.publish("a", i);
  const errors: unknown[] = [];
  const status = liveStatus({
    bus,
    lmCircuit: () => ({ open: true, next_retry_sec: 12 }),
    hardware: () => ({ load: 0.5 }),
    tools: () => Promise.reject(new Error("/secret/path")),
    queueDepth: () => 4,
    onError: (error) => errors.push(error),
  });
  const metrics = (await status.metrics()).body as Record<string, unknown>;
  const { last_ts, ...dlq } = metrics.dlq as { last_ts: number };
  assert.deepEqual(dlq, {
    ...{ total: 2, by_topic: { a: 2 }, by_reason: { "backpressure_full:subscriber": 2 } },
  });
  assert.ok(Math.abs(last_ts - Date.now() / 1000) < 60);
  assert.deepEqual(metrics.bus, bus.metrics());
  assert.deepEqual(metrics.lm_circuit, { open: true, next_retry_sec: 12 });
  assert.deepEqual([metrics.hw, metrics.queue_depth], [{ load: 0.5 }, 4]);
  assert.deepEqual(metrics.tools, { reason: "it could not be read" });
  assert.match(String(errors[0]), /secret/);
  const ofBus = (await status.bus()).body as Record<string, unknown>;
  assert.deepEqual(ofBus.health, { available: true });
});

Deno.test("liveStatus() is not ready while the store or the bus is not well", async () => {
  const store = openMemoryStore();
  assert.equal((await liveStatus({ store }).ready()).status, 200);
  await store.close();
  const closed = await liveStatus({ store }).ready();
  assert.equal(closed.status, 503);
  assert.match(JSON.stringify(closed.body), /"ok":false,"checks":\{"store":\{"ok":false,/);
  const bus = createLocalBus();
  const broken = Object.assign(bus, { health: () => ({ available: false, reason: "no broker" }) });
  const { status, body } = await liveStatus({ bus: broken }).ready();
  assert.equal(status, 503);
  assert.match(JSON.stringify(body), /"bus":\{"ok":false,"reason":"no broker"\}/);
  await bus.close();
});
