import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../core/errors.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import { type OnlineBanditState, OnlineBanditUpdater } from "./online_bandit_updater.ts";

Deno.test("OnlineBanditUpdater.update() is w += alpha (r - w x) x, with count and mean", () => {
  const vectors: number[][] = [];
  const bandit = new OnlineBanditUpdater({
    vector: () => vectors.at(-1),
    alpha: 0.1,
    now: () => 3000,
  });
  bandit.update("grep", 1);
  assert.deepEqual(bandit.state(), {
    tools: { grep: { count: 1, mean_reward: 1, w: [] } },
    updated_at: 3,
  });
  assert.equal(bandit.predict("grep"), undefined);
  vectors.push([1, 2]);
  bandit.update("grep", 0.5);
  bandit.update("grep", 0);
  const { count, mean_reward, w } = bandit.state().tools["grep"]!;
  assert.deepEqual([count, mean_reward], [3, 0.5]);
  // [0, 0] + 0.1 · 0.5 · x = [0.05, 0.1]; w·x = 0.25; − 0.1 · 0.25 · x
  assert.deepEqual(w.map((value) => value.toFixed(6)), ["0.025000", "0.050000"]);
});

Deno.test("OnlineBanditUpdater learns a reward that depends on the vector", () => {
  let x = [0, 0];
  const bandit = new OnlineBanditUpdater({ vector: () => x });
  fc.sample(fc.tuple(fc.boolean(), fc.boolean()), { numRuns: 2000, seed: 3 }).forEach(([a, b]) => {
    x = [Number(a), Number(b)];
    bandit.update("t", 0.8 * x[0]! - 0.3 * x[1]!);
  });
  x = [1, 0];
  assert.ok(Math.abs(bandit.predict("t")! - 0.8) < 0.01);
  x = [0, 1];
  assert.ok(Math.abs(bandit.predict("t")! + 0.3) < 0.01);
  x = [1, 1, 1];
  assert.equal(bandit.predict("t"), undefined);
});

Deno.test("OnlineBanditUpdater goes on from a state, keeps __proto__ apart, ignores what is no number", () => {
  const from = JSON.parse('{"tools":{"a":{"count":1,"mean_reward":1,"w":[1]}},"updated_at":9}');
  const bandit = new OnlineBanditUpdater({ vector: () => [1, 1], from: from as OnlineBanditState });
  bandit.update("a", NaN);
  bandit.update("a", 0);
  bandit.update("__proto__", 1);
  const { tools } = bandit.state();
  assert.deepEqual(tools["a"], { count: 2, mean_reward: 0.5, w: [1] });
  assert.deepEqual(Object.keys(tools), ["a", "__proto__"]);
  assert.equal(bandit.metrics().ignored, 2);
  assert.throws(() => new OnlineBanditUpdater({ vector: () => [], alpha: 0 }), UserError);
});

Deno.test("OnlineBanditUpdater listens, saves at most once in a while and at the end", async () => {
  await using bus = createLocalBus();
  const saved: OnlineBanditState[] = [];
  const bandit = new OnlineBanditUpdater({
    vector: () => [1],
    saveMs: 60_000,
    save: (state) => {
      saved.push(state);
      return Promise.resolve();
    },
  });
  bandit.start(bus);
  for (const reward of [1, 0]) bus.publish("agent.learning", { tool: "grep", reward, ts: 1 });
  for (const bad of [{ tool: "grep" }, { reward: 1 }, "x", null]) {
    bus.publish("agent.learning", bad);
  }
  await bus.flush();
  await bandit.stop();
  assert.deepEqual(saved.map(({ tools }) => tools["grep"]?.count), [2]);
  assert.deepEqual(bandit.metrics(), { updates: 2, ignored: 4, save_errors: 0, last_error: null });
});

Deno.test("OnlineBanditUpdater counts saves that fail and saves again with the next reward", async () => {
  const saved: number[] = [];
  let full = true;
  const { promise, resolve } = Promise.withResolvers<void>();
  const bandit = new OnlineBanditUpdater({
    vector: () => [1],
    saveMs: 1,
    save: (state) => {
      if (full) {
        resolve();
        return Promise.reject(new Error("disk full"));
      }
      saved.push(state.tools["t"]!.count);
      return Promise.resolve();
    },
  });
  bandit.update("t", 1);
  await promise;
  full = false;
  bandit.update("t", 1);
  await bandit.stop();
  assert.deepEqual(saved, [2]);
  assert.deepEqual([bandit.metrics().save_errors, bandit.metrics().last_error], [
    1,
    "Error: disk full",
  ]);
});
