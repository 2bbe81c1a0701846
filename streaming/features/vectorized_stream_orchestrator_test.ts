import assert from "node:assert/strict";
import { createLocalBus } from "../bus/local_bus.ts";
import type { EventStream, Message } from "../bus/types.ts";
import { FeatureStore } from "./feature_store.ts";
import { RLVectorizer } from "./rl_vectorizer.ts";
import type { VectorizedRecord } from "./vectorized_record.ts";
import {
  type VectorizedStreamOptions,
  VectorizedStreamOrchestrator,
} from "./vectorized_stream_orchestrator.ts";

const OUT = "agent.rl.vectorized";

function open(bus: EventStream, options: VectorizedStreamOptions) {
  const store = new FeatureStore();
  const vectorizer = new RLVectorizer({ now: () => 4000 });
  const orchestrator = new VectorizedStreamOrchestrator(vectorizer, store, options);
  const vectors = bus.subscribe<VectorizedRecord>(OUT, { maxsize: 0 });
  orchestrator.start(bus);
  return { orchestrator, store, vectors };
}

Deno.test("VectorizedStreamOrchestrator makes one vector per message, in order, and counts", async () => {
  await using bus = createLocalBus();
  const { orchestrator, store, vectors } = open(bus, { topics: ["a.*", "b", "b", OUT] });
  for (let i = 0; i < 50; i++) bus.publish("a.one", `line ${i}`);
  bus.publish("b", { message: "error" });
  bus.publish("b", { message: "  " });
  await orchestrator.stop();
  const got: Message<VectorizedRecord>[] = [];
  for (let one = vectors.getNowait(); one; one = vectors.getNowait()) got.push(one);
  const lines = got.filter(({ key }) => key === "a.one").map(({ value }) => value.meta.sample);
  assert.deepEqual(lines, Array.from({ length: 50 }, (_, i) => `line ${i}`));
  assert.equal(got.length, 51);
  assert.equal(store.snapshot()?.count, 51);
  assert.deepEqual(orchestrator.metrics(), {
    processed: 51,
    dropped: 1,
    errors: 0,
    last_error: null,
    last_emission_ts: 4,
    per_topic: { "a.one": 50, b: 1 },
    topics: ["a.*", "b"],
    out_topic: OUT,
  });
});

Deno.test("VectorizedStreamOrchestrator makes no vectors of its vectors under a wildcard", async () => {
  await using bus = createLocalBus({ notices: false });
  const { orchestrator, vectors } = open(bus, { topics: [">"] });
  bus.publish("x", "hello");
  assert.equal((await vectors.get())?.value.topic, "x");
  bus.publish("x", "again");
  assert.equal((await vectors.get())?.value.meta.sample, "again");
  await orchestrator.stop();
  assert.equal(orchestrator.metrics().processed, 2);
});

Deno.test("VectorizedStreamOrchestrator counts what has no vector, dead-letters it and goes on", async () => {
  await using bus = createLocalBus();
  const { orchestrator, vectors } = open(bus, { topics: ["a"] });
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  bus.publish("a", circle);
  bus.publish("a", "fine");
  assert.equal((await vectors.get())?.value.meta.sample, "fine");
  await orchestrator.stop();
  await bus.flush();
  const { processed, errors, last_error } = orchestrator.metrics();
  assert.equal(processed, 1);
  assert.ok(errors > 0);
  assert.match(last_error ?? "", /circular/);
  assert.equal(bus.metrics().dlq_total, 1);
});

Deno.test("VectorizedStreamOrchestrator: two share the work of one group, and stop by signal", async () => {
  await using bus = createLocalBus({ drainMs: 0 });
  const stop = new AbortController();
  const options = { topics: ["a"], signal: stop.signal };
  const [one, two] = [open(bus, options), open(bus, options)];
  for (let i = 0; i < 40; i++) bus.publish("a", `line ${i}`);
  stop.abort();
  await Promise.all([one.orchestrator.stop(), two.orchestrator.stop()]);
  const shares = [one, two].map(({ orchestrator }) => orchestrator.metrics().processed);
  assert.equal(shares[0]! + shares[1]!, 40);
  assert.ok(Math.min(...shares) > 0, `${shares}`);
  assert.equal(one.vectors.qsize, 40);
});
