import assert from "node:assert/strict";
import type { SlowEnv } from "../envs/types.ts";
import { createQueue } from "./_queue.ts";
import { createAsyncTrainer } from "./async_trainer.ts";
import type { AsyncPolicy } from "./async_types.ts";

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** One action in two pays; a step takes a while. */
function slow(ms = 1, more: Partial<SlowEnv> = {}): SlowEnv {
  return {
    spec: { obsSize: 1, actions: 2 },
    reset: () => Float64Array.of(0),
    async step(action) {
      await wait(ms);
      return { obs: Float64Array.of(1), reward: action, terminated: true, truncated: false };
    },
    ...more,
  };
}

/** A policy that only counts. */
function counter() {
  const seen: { action: number; reward: number; weight: number }[] = [];
  const policy: AsyncPolicy = {
    probs: () => Float64Array.of(0.5, 0.5),
    pick: () => ({ arm: seen.length % 2, propensity: 0.5, probs: Float64Array.of(0.5, 0.5) }),
    update: (action, reward, _context, weight) => void seen.push({ action, reward, weight }),
  };
  return { policy, seen };
}

Deno.test("createQueue() keeps the order and its limit, and lets who waits longest go first", async () => {
  const queue = createQueue<number>(2);
  const order: string[] = [];
  await queue.push(1);
  await queue.push(2);
  const third = queue.push(3).then((added) => order.push(`3 ${added}`));
  const fourth = queue.push(4).then((added) => order.push(`4 ${added}`));
  assert.equal(queue.size, 2);
  assert.equal(await queue.pull(), 1);
  await third;
  assert.deepEqual(order, ["3 true"]);
  queue.close();
  await fourth;
  assert.deepEqual(order, ["3 true", "4 false"]);
  assert.deepEqual([await queue.pull(), await queue.pull(), await queue.pull()], [2, 3, undefined]);
  assert.equal(await queue.push(5), false);
  const empty = createQueue<number>(1);
  const waiting = empty.pull();
  empty.close();
  assert.equal(await waiting, undefined);
});

Deno.test("createAsyncTrainer() learns which action pays, and ends after its updates", async () => {
  const logged: number[] = [];
  const trainer = createAsyncTrainer(() => slow(0), {
    policyOptions: { seed: 2 },
    maxUpdates: 200,
    logInterval: 50,
    range: [0, 1],
    onLog: ({ updates }) => logged.push(updates),
  });
  trainer.start();
  const stats = await trainer.join();
  assert.deepEqual([stats.updates, stats.count], [200, 200]);
  assert.ok(stats.avg_reward > 0.8, `${stats.avg_reward}`);
  assert.deepEqual(logged, [50, 100, 150, 200]);
  assert.throws(() => trainer.start(), /started before/);
});

Deno.test("createAsyncTrainer() updates once for each judged step, and never after stop()", async () => {
  const { policy, seen } = counter();
  const ids: string[] = [];
  const trainer = createAsyncTrainer(() => slow(), {
    policy,
    range: [0, 1],
    judge: async ({ event_id, reward }) => {
      await wait(1);
      ids.push(event_id);
      return reward;
    },
  });
  trainer.start();
  await wait(60);
  const stats = await trainer.stop();
  assert.ok(stats.updates > 10);
  assert.equal(new Set(ids).size, ids.length);
  // All that was stepped was judged, and all that was judged was learned: it was drained.
  assert.deepEqual([stats.steps, stats.missing], [ids.length, 0]);
  assert.equal(stats.updates + stats.stale, ids.length);
  assert.equal(seen.length, stats.updates);
  await wait(20);
  assert.equal(seen.length, stats.updates);
  assert.deepEqual(await trainer.stop(), stats);
});

Deno.test("createAsyncTrainer() lets an environment go on only after its step was judged", async () => {
  const busy = new Set<number>();
  let broken = 0;
  const trainer = createAsyncTrainer(
    (index) =>
      slow(0, {
        async step(action) {
          if (busy.has(index)) broken++;
          await wait(1);
          busy.add(index);
          return { obs: Float64Array.of(0), reward: action, terminated: true, truncated: false };
        },
      }),
    {
      judge: async ({ env, reward }) => {
        await wait(3);
        busy.delete(env);
        return reward;
      },
      maxUpdates: 30,
    },
  );
  trainer.start();
  await trainer.join();
  assert.equal(broken, 0);
});

Deno.test("createAsyncTrainer() holds the rollouts back when the judges are slow", async () => {
  let stepped = 0;
  let judged = 0;
  let most = 0;
  const trainer = createAsyncTrainer(
    () =>
      slow(0, {
        step(action) {
          most = Math.max(most, ++stepped - judged);
          return { obs: Float64Array.of(0), reward: action, terminated: true, truncated: false };
        },
      }),
    {
      rolloutWorkers: 4,
      judgeWorkers: 1,
      maxQueue: 1,
      judge: async ({ reward }) => {
        await wait(2);
        judged++;
        return reward;
      },
      maxUpdates: 20,
    },
  );
  trainer.start();
  await trainer.join();
  // One at the judge, one in the queue, one with each rollout that waits to hand it over.
  assert.ok(most <= 6, `${most}`);
});

Deno.test("createAsyncTrainer() drops what is stale and counts it", async () => {
  const { policy, seen } = counter();
  const gates: (() => void)[] = [];
  const trainer = createAsyncTrainer(() => slow(0), {
    policy,
    rolloutWorkers: 1,
    judgeWorkers: 5,
    staleness: 2,
    judge: async ({ reward }) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return reward;
    },
  });
  trainer.start();
  // Six steps under the policy without any update; then all are judged at once.
  while (gates.length < 5) await wait(1);
  for (const open of gates.splice(0)) open();
  await wait(5);
  const stats = await trainer.stop();
  assert.ok(stats.stale >= 2, `${stats.stale}`);
  assert.equal(seen.length, stats.updates);
});

Deno.test("createAsyncTrainer() weighs by the truncated importance ratio", async () => {
  const { policy, seen } = counter();
  let now = 0.5;
  const trainer = createAsyncTrainer(() => slow(0), {
    policy: { ...policy, probs: () => Float64Array.of(now, now) },
    maxRatio: 1.5,
    judge: ({ reward }) => {
      now = now === 0.5 ? 0.25 : 0.95;
      return reward;
    },
    maxUpdates: 10,
  });
  trainer.start();
  await trainer.join();
  assert.deepEqual([...new Set(seen.map(({ weight }) => weight))].sort(), [0.5, 1.5]);
});

Deno.test("createAsyncTrainer() takes the reward of a judge that fails for missing, not for 0", async () => {
  const { policy, seen } = counter();
  let calls = 0;
  const trainer = createAsyncTrainer(() => slow(0), {
    policy,
    judge: ({ reward }) => {
      calls++;
      if (calls % 3 === 0) throw new Error("judge failed");
      return calls % 3 === 1 ? NaN : reward;
    },
    maxUpdates: 10,
  });
  trainer.start();
  const { missing, updates } = await trainer.join();
  assert.deepEqual([updates, seen.length], [10, 10]);
  assert.ok(missing >= 18, `${missing}`);
});

Deno.test("createAsyncTrainer() counts steps that fail and rewards that are refused, and goes on", async () => {
  const { policy, seen } = counter();
  let steps = 0;
  const trainer = createAsyncTrainer(
    () =>
      slow(0, {
        step(action) {
          if (++steps % 4 === 0) throw new Error("no toolchain");
          return { obs: Float64Array.of(0), reward: action, terminated: true, truncated: false };
        },
      }),
    {
      policy: {
        ...policy,
        update(action, reward, context, weight) {
          if (seen.length === 3 && reward >= 0 && steps < 8) throw new RangeError("no");
          policy.update(action, reward, context, weight);
        },
      },
      maxUpdates: 12,
    },
  );
  trainer.start();
  const { failed, refused, updates } = await trainer.join();
  assert.equal(updates, 12);
  assert.ok(failed >= 3 && refused >= 1, `${failed} ${refused}`);
});

Deno.test("createAsyncTrainer() stops within a second though steps and judges hang", async () => {
  for (const hang of ["step", "judge", "reset", "close"] as const) {
    const never = new Promise<never>(() => {});
    let closed = 0;
    const trainer = createAsyncTrainer(
      () =>
        slow(0, {
          ...(hang === "step" || hang === "reset" ? { [hang]: () => never } : {}),
          close: () => {
            closed++;
            return hang === "close" ? never : undefined;
          },
        }),
      { graceMs: 60, ...(hang === "judge" ? { judge: () => never } : {}) },
    );
    trainer.start();
    await wait(10);
    const start = performance.now();
    const stats = await trainer.stop();
    assert.ok(performance.now() - start < 400, hang);
    assert.equal(closed, 4);
    if (hang === "judge") assert.equal(stats.missing, stats.steps);
    if (hang !== "close") assert.equal(stats.updates, 0);
  }
  // The default grace too, and a trainer that never began.
  const trainer = createAsyncTrainer(() => slow(0, { step: () => new Promise(() => {}) }));
  trainer.start();
  const start = performance.now();
  await trainer.stop();
  assert.ok(performance.now() - start < 1_000);
  const idle = createAsyncTrainer(() => slow());
  assert.equal((await idle.stop()).updates, 0);
  assert.throws(() => idle.start(), /started before/);
});

Deno.test("createAsyncTrainer() tells the environment's signal when it stops", async () => {
  let told = 0;
  const env = (): SlowEnv =>
    slow(0, {
      step: (_action, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            told++;
            reject(signal.reason);
          });
        }),
    });
  const trainer = createAsyncTrainer(env, { graceMs: 20, rolloutWorkers: 2 });
  trainer.start();
  await wait(10);
  await trainer.stop();
  assert.equal(told, 2);
});

Deno.test("createAsyncTrainer() rests while no action may be taken", async () => {
  let open = false;
  const trainer = createAsyncTrainer(() => slow(0, { mask: () => [open, open] }), {
    maxUpdates: 4,
  });
  trainer.start();
  await wait(25);
  assert.equal(trainer.snapshotStats().steps, 0);
  open = true;
  assert.equal((await trainer.join()).updates, 4);
});

Deno.test("createAsyncTrainer() refuses options that are none", () => {
  const bad = [
    { rolloutWorkers: 0 },
    { judgeWorkers: 1.5 },
    { maxQueue: 0 },
    { logInterval: NaN },
    { staleness: -1 },
    { maxRatio: NaN },
    { graceMs: -1 },
    { range: [1, 1] as const },
    { policy: "tomson" },
  ];
  for (const options of bad) {
    assert.throws(() => createAsyncTrainer(() => slow(), options), RangeError);
  }
});
