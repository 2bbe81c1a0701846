import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import { FeatureStore } from "./feature_store.ts";
import { StreamAutoLearner, type StreamLearnerRecord } from "./stream_auto_learner.ts";

Deno.test("StreamAutoLearner.record() has the rate of the last 60 seconds, less at the start", async () => {
  await using bus = createLocalBus();
  let time = 1_000_000;
  const learner = new StreamAutoLearner({
    write: () => Promise.resolve(),
    topic: "in",
    now: () => time,
  });
  learner.start(bus);
  const receive = async (messages: number) => {
    for (let i = 0; i < messages; i++) bus.publish("in", i);
    await bus.flush();
  };
  assert.equal(learner.record().rate_per_sec, 0);
  await receive(30);
  assert.equal(learner.record().rate_per_sec, 30);
  time += 10_000;
  await receive(10);
  assert.equal(learner.record().rate_per_sec, 4);
  time += 45_000;
  assert.equal(learner.record().rate_per_sec, 40 / 55);
  time += 10_000;
  assert.deepEqual(learner.record(), {
    topic: "in",
    total: 40,
    rate_per_sec: 10 / 60,
    ts: 1065,
    feature_snapshot: null,
  });
  await learner.stop();
});

Deno.test("StreamAutoLearner writes what is new, at intervals and at the end, and survives a full disk", async () => {
  await using bus = createLocalBus();
  const store = new FeatureStore();
  store.update({ features: [1] });
  const written: StreamLearnerRecord[] = [];
  let tries = 0;
  const first = Promise.withResolvers<void>();
  const learner = new StreamAutoLearner({
    intervalMs: 5,
    snapshot: () => store.snapshot(),
    write: (record) => {
      if (tries++ === 0) {
        first.resolve();
        return Promise.reject(new Error("disk full"));
      }
      written.push(record);
      return Promise.resolve();
    },
  });
  learner.start(bus);
  bus.publish("agent.rl.vectorized", {});
  await first.promise;
  bus.publish("agent.rl.vectorized", {});
  await bus.flush();
  await learner.stop();
  assert.deepEqual(written.map(({ total }) => total), [2]);
  assert.equal(written[0]!.feature_snapshot?.count, 1);
  assert.deepEqual(learner.metrics(), {
    total: 2,
    written: 1,
    errors: 1,
    last_error: "Error: disk full",
  });
});

Deno.test("StreamAutoLearner refuses an interval of nothing", () => {
  assert.throws(
    () => new StreamAutoLearner({ write: () => Promise.resolve(), intervalMs: 0 }),
    UserError,
  );
});
