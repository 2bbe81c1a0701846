import assert from "node:assert/strict";
import { createCartPoleVector } from "../envs/cart_pole_vector.ts";
import { contextEnv, corridor, memoryStore } from "./_testing.ts";
import { onEnv } from "./on_env.ts";
import { createPpo, type PpoOptions } from "./ppo.ts";
import { ppoPresets } from "./ppo_presets.ts";
import { train } from "./train.ts";
import { vectorizeEnvs } from "./vectorize_envs.ts";

const small = { obsSize: 4, actions: 2, nEnvs: 2, numSteps: 32, hidden: [8], totalSteps: 1024 };

Deno.test("ppo learns to balance a pole for a while", async () => {
  const ppo = createPpo({ obsSize: 4, actions: 2, nEnvs: 4, seed: 3 });
  const { smoothedReturn } = await train(onEnv(ppo, createCartPoleVector(4)), { steps: 8192 });
  // A random policy holds it for about 22 steps.
  assert.ok(smoothedReturn > 40, `${smoothedReturn}`);
});

Deno.test("ppo learns where actions are masked, and never takes a masked one", async () => {
  const envs = vectorizeEnvs([corridor(), corridor()]); // throws when it does
  await envs.reset(1);
  const ppo = createPpo({ ...small, obsSize: 4, actions: 3, lr: 0.01, annealLr: false });
  let reward = 0;
  for (let i = 0; i < 20; i++) ({ reward } = await ppo.iterate(envs));
  // From cell 0 to 3 it takes three steps at best.
  assert.ok(reward > 0.28, `${reward}`);
});

Deno.test("ppo goes on bit for bit from a checkpoint", async () => {
  const make = () =>
    onEnv(
      createPpo({ ...small, normalizeReward: { of: "return" } }),
      createCartPoleVector(2),
    );
  const whole = make();
  const checkpoints = memoryStore();
  const expected = await train(whole, { steps: 640 });
  await train(make(), { steps: 256, checkpoints });
  const rest = make();
  const result = await train(rest, { steps: 640, checkpoints, resume: true });
  assert.deepEqual({ ...result, resumed: false }, expected);
  assert.deepEqual(rest.snapshot(), whole.snapshot());
});

Deno.test("ppo gives the same run for the same seed, and another for another", async () => {
  const run = async (seed: number) => {
    const one = onEnv(createPpo({ ...small, seed }), createCartPoleVector(2));
    await one.start(1);
    await one.iterate();
    return one.policy.snapshot();
  };
  assert.deepEqual(await run(1), await run(1));
  assert.notDeepEqual(await run(1), await run(2));
});

Deno.test("ppo finds its policy unmoved before the first step, masks and all", async () => {
  const envs = vectorizeEnvs([corridor(), corridor()]);
  await envs.reset(1);
  const ppo = createPpo({ ...small, actions: 3, epochs: 1, minibatchSize: 64 });
  const { stats } = await ppo.iterate(envs);
  assert.ok(Math.abs(stats["approxKl"]!) < 1e-9, `${stats["approxKl"]}`);
});

/** Earns NaN at every step. */
function spoilt() {
  const env = contextEnv();
  return { ...env, step: (action: number) => ({ ...env.step(action), reward: NaN }) };
}

Deno.test("ppo learns nothing where a reward is missing, and gives up after ten", async () => {
  const envs = vectorizeEnvs([contextEnv(), spoilt()]);
  await envs.reset(1);
  const ppo = createPpo({ ...small, obsSize: 1 });
  const before = ppo.policy.snapshot();
  for (let i = 1; i < 10; i++) {
    const { updates, stats, reward } = await ppo.iterate(envs);
    assert.equal(updates, 0);
    assert.equal(stats["skipped"], i);
    assert.ok(reward >= 0 && reward <= 1);
  }
  assert.deepEqual(ppo.policy.snapshot(), before);
  await assert.rejects(ppo.iterate(envs), /10 steps in a row/);
});

Deno.test("ppo refuses observations that are no numbers, and other environments", async () => {
  const env = contextEnv();
  const blind = { ...env, reset: () => new Float64Array([NaN]) };
  const envs = vectorizeEnvs([blind, blind]);
  await envs.reset(1);
  await assert.rejects(
    createPpo({ ...small, obsSize: 1 }).iterate(envs),
    /copy 0 of the environment observes/,
  );
  await assert.rejects(createPpo(small).iterate(envs), /for a learner of 2 copies with 4 numbers/);
});

Deno.test("ppo stops its epochs when the policy has moved too far", async () => {
  const updates = async (options: Partial<PpoOptions>) => {
    const env = createCartPoleVector(2);
    env.reset(1);
    return (await createPpo({ ...small, lr: 0.01, ...options }).iterate(env)).updates;
  };
  assert.equal(await updates({}), 16);
  const stopped = await updates({ targetKl: 1e-6 });
  assert.ok(stopped >= 1 && stopped < 16, `${stopped}`);
});

Deno.test("ppo lowers its learning rate to 0 over totalSteps", async () => {
  const env = createCartPoleVector(2);
  env.reset(1);
  const ppo = createPpo({ ...small, totalSteps: 128 });
  const rates = [];
  for (let i = 0; i < 3; i++) rates.push((await ppo.iterate(env)).stats["lr"]);
  assert.deepEqual(rates, [2.5e-4, 1.25e-4, 0]);
});

Deno.test("ppoPresets.sb3 makes 10 epochs of minibatches of 64", async () => {
  const env = createCartPoleVector(1);
  env.reset(1);
  const ppo = createPpo({ ...small, nEnvs: 1, ...ppoPresets.sb3, numSteps: 256 });
  const { updates, stats } = await ppo.iterate(env);
  assert.equal(updates, 10 * 4);
  assert.equal(stats["lr"], 3e-4);
});

Deno.test("ppo.restore() refuses what is damaged, newer or of another shape", () => {
  const ppo = createPpo(small);
  const kept = ppo.snapshot() as { v: number; body: Record<string, unknown> };
  const damaged = { ...kept, body: { ...kept.body, iterations: 9 } };
  assert.throws(() => ppo.restore(damaged), /checksum/);
  assert.throws(() => ppo.restore({ ...kept, v: 2 }), /version 2, known is 1/);
  assert.throws(() => ppo.restore({ ...kept, kind: "grpo" }), /a snapshot of grpo/);
  assert.throws(() => ppo.restore(null), /not a snapshot/);
  assert.throws(() => createPpo({ ...small, hidden: [9] }).restore(kept), /sizes 4,8,2/);
  assert.throws(() => createPpo({ ...small, normalizeReward: {} }).restore(kept), /normalised/);
  assert.deepEqual(ppo.snapshot(), kept);
});

Deno.test("createPpo() refuses counts that are none", () => {
  for (const options of [{ nEnvs: 0 }, { numSteps: 1.5 }, { epochs: NaN }, { obsSize: 0 }]) {
    assert.throws(() => createPpo({ ...small, ...options }), RangeError);
  }
});
