import assert from "node:assert/strict";
import { createCartPole } from "../envs/cart_pole.ts";
import { contextEnv, corridor } from "./_testing.ts";
import { vectorizeEnvs } from "./vectorize_envs.ts";

Deno.test("vectorizeEnvs() starts an ended episode anew, and keeps how it ended", async () => {
  const envs = vectorizeEnvs([corridor(3), corridor(3, 1)]);
  await envs.reset(1);
  await envs.step([1, 1]);
  assert.deepEqual([...envs.truncated], [0, 1]);
  assert.deepEqual([...envs.finalObs.subarray(3)], [0, 1, 0]);
  assert.deepEqual([...envs.obs], [0, 1, 0, 1, 0, 0]);
  await envs.step([1, 1]);
  assert.deepEqual([...envs.terminated], [1, 0]);
  assert.deepEqual(envs.takeReturns(), [0, 1, 0]);
  assert.deepEqual(envs.takeReturns(), []);
  for (let i = 0; i < 4; i++) await envs.step([1, 1]);
  assert.deepEqual(envs.takeReturns(), [0, 1, 0, 0, 1, 0]);
});

Deno.test("vectorizeEnvs() tells what may be done next", async () => {
  const envs = vectorizeEnvs([corridor(), contextThree()]);
  await envs.reset(1);
  assert.deepEqual([...envs.mask!], [0, 1, 0, 1, 1, 1]);
  await envs.step([1, 0]);
  assert.deepEqual([...envs.mask!], [1, 1, 0, 1, 1, 1]);
});

/** Of the corridor's size, and masks nothing. */
function contextThree() {
  const obs = new Float64Array(4);
  const step = () => ({ obs, reward: 0, terminated: false, truncated: false });
  return { spec: { obsSize: 4, actions: 3 }, reset: () => obs, step };
}

Deno.test("vectorizeEnvs() waits for all that answer late", async () => {
  const late = (env: ReturnType<typeof contextEnv>) => ({
    ...env,
    reset: (seed?: number) => Promise.resolve(env.reset(seed)),
    step: (action: number) => Promise.resolve(env.step(action)),
  });
  const [slow, fast] = [vectorizeEnvs([late(contextEnv())]), vectorizeEnvs([contextEnv()])];
  await slow.reset(3);
  assert.equal(fast.reset(3), undefined); // nothing to wait for
  for (let i = 0; i < 20; i++) {
    await slow.step([i % 2]);
    assert.equal(fast.step([i % 2]), undefined);
    assert.deepEqual([slow.obs, slow.reward], [fast.obs, fast.reward]);
  }
});

Deno.test("vectorizeEnvs() goes on from a snapshot, bit for bit", async () => {
  const make = () => vectorizeEnvs([createCartPole(), createCartPole()]);
  const one = make();
  await one.reset(5);
  for (let i = 0; i < 30; i++) await one.step([i % 2, 1]);
  const other = make();
  other.restore(JSON.parse(JSON.stringify(one.snapshot())));
  for (let i = 0; i < 60; i++) {
    await one.step([i % 2, 1]);
    await other.step([i % 2, 1]);
    assert.deepEqual(other.obs, one.obs);
  }
  assert.deepEqual(other.takeReturns(), one.takeReturns());
});

Deno.test("vectorizeEnvs() keeps no state that its environments cannot keep", () => {
  assert.equal(
    vectorizeEnvs([contextEnv(), contextEnv(1, { keeps: false })]).snapshot(),
    undefined,
  );
});

Deno.test("vectorizeEnvs() refuses a damaged state and is as it was", async () => {
  const envs = vectorizeEnvs([corridor(), corridor()]);
  await envs.reset(1);
  await envs.step([1, 1]);
  const before = envs.snapshot() as Record<string, unknown>;
  for (
    const damage of [
      null,
      { ...before, states: [] },
      { ...before, obs: [1] },
      { ...before, sums: ["1", 2] },
      { ...before, states: [before["states"], null] },
    ]
  ) assert.throws(() => envs.restore(damage));
  assert.deepEqual(envs.snapshot(), before);
});

Deno.test("vectorizeEnvs() refuses none, others, and observations of another size", async () => {
  assert.throws(() => vectorizeEnvs([]), /not environments of one size/);
  assert.throws(() => vectorizeEnvs([corridor(), contextEnv()]), /not environments of one size/);
  const wrong = { ...corridor(), reset: () => new Float64Array(2) };
  assert.throws(() => vectorizeEnvs([wrong]).reset(1), /observes 2 numbers, its spec says 4/);
  const envs = vectorizeEnvs([corridor()]);
  await envs.reset(1);
  assert.throws(() => envs.step([1, 1]), /2 actions for 1/);
});
