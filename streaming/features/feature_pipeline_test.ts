import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import { createFeaturePipeline } from "./feature_pipeline.ts";
import type { StreamLearnerRecord } from "./stream_auto_learner.ts";

Deno.test("createFeaturePipeline(): what waits at the stop still reaches figures, bandit and records", async () => {
  await using bus = createLocalBus();
  const store = openMemoryStore();
  const pipeline = createFeaturePipeline(bus, {
    topics: ["logs.ctx.*"],
    signatures: [{
      name: "summary",
      sources: ["agent.results.*"],
      verifiers: [{ name: "short", score: (value) => String(value).length < 40 ? 1 : 0 }],
    }],
    bandit: { save: (state) => store.put("bandit", state) },
    writeRecord: async (record) => void await store.append("streaming_rl_metrics", [record]),
  });
  for (let i = 0; i < 20; i++) bus.publish("logs.ctx.app", { ctx: [`ERROR ${i}`] });
  bus.publish("agent.results.app", "disk full");
  await pipeline.stop();
  await pipeline.stop();

  assert.equal(pipeline.vectorMetrics().processed, 20);
  assert.equal(pipeline.featureSnapshot()?.count, 20);
  assert.equal(pipeline.signatureMetrics()["summary"]?.mean_reward, 1);
  assert.equal(pipeline.banditState().tools["summary"]?.count, 1);
  assert.equal(pipeline.banditMetrics().updates, 1);
  assert.equal(pipeline.recordMetrics()?.total, 20);
  const [entry] = await store.read<StreamLearnerRecord>("streaming_rl_metrics");
  assert.deepEqual([entry?.value.total, entry?.value.feature_snapshot?.count], [20, 20]);
  assert.deepEqual(await store.get("bandit"), pipeline.banditState());
});

Deno.test({
  name: "createFeaturePipeline() needs no permission",
  permissions: "none",
  async fn() {
    await using bus = createLocalBus();
    const pipeline = createFeaturePipeline(bus, { topics: ["a"] });
    bus.publish("a", "x");
    await pipeline.stop();
    assert.equal(pipeline.recordMetrics(), undefined);
    assert.equal(pipeline.featureSnapshot()?.count, 1);
  },
});
