import assert from "node:assert/strict";
import { contextEnv, corridor, memoryStore } from "./_testing.ts";
import { onEnv } from "./on_env.ts";
import { createReinforce, type ReinforceOptions } from "./reinforce.ts";
import { train } from "./train.ts";
import type { TrainEnv } from "./types.ts";
import { vectorizeEnvs } from "./vectorize_envs.ts";

const small = { obsSize: 1, actions: 2, nEnvs: 4, hidden: [8], lr: 0.01 };

async function contexts(n = 4): Promise<TrainEnv> {
  const envs = vectorizeEnvs(Array.from({ length: n }, (_, i) => contextEnv(i)));
  await envs.reset(1);
  return envs;
}

for (
  const [name, options] of Object.entries<Partial<ReinforceOptions>>({
    "with replay": {},
    "without replay": { replayCapacity: 0 },
    "with a leave-one-out baseline": { baseline: "leave-one-out" },
    "with normalised rewards": { normalizeReward: {} },
  })
) {
  Deno.test(`reinforce learns a choice that depends on what is observed, ${name}`, async () => {
    const envs = await contexts();
    const learner = createReinforce({ ...small, ...options });
    for (let i = 0; i < 200; i++) await learner.iterate(envs);
    assert.ok(learner.policy.probs(undefined, [1])[1]! > 0.8);
    assert.ok(learner.policy.probs(undefined, [-1])[0]! > 0.8);
  });
}

Deno.test("reinforce learns from whole episodes where actions are masked", async () => {
  const envs = vectorizeEnvs([corridor(), corridor()]);
  await envs.reset(1);
  const learner = createReinforce({ ...small, obsSize: 4, actions: 3, nEnvs: 2, batchSize: 32 });
  let returns: readonly number[] = [];
  for (let i = 0; i < 150; i++) ({ returns } = await learner.iterate(envs));
  assert.ok(returns.length >= 7, `${returns.length} episodes in a round`); // of at most 5 steps
});

Deno.test("reinforce learns from one copy as from many", async () => {
  const envs = await contexts(1);
  const learner = createReinforce({ ...small, nEnvs: 1, batchSize: 4 });
  for (let i = 0; i < 200; i++) await learner.iterate(envs);
  assert.ok(learner.policy.probs(undefined, [1])[1]! > 0.8);
});

/** Ends after each step, and earns what is given, in turn. */
function earning(...rewards: readonly number[]) {
  const obs = new Float64Array([1]);
  let at = 0;
  return {
    spec: { obsSize: 1, actions: 2 },
    reset: () => obs,
    step: () => ({
      obs,
      reward: rewards[at++ % rewards.length]!,
      terminated: true,
      truncated: false,
    }),
  };
}

Deno.test("reinforce updates its baseline, a mean of batches, after the advantage", async () => {
  const envs = vectorizeEnvs([earning(3, 10), earning(5, 20)]);
  await envs.reset(1);
  const learner = createReinforce({ ...small, nEnvs: 2, entropyCoef: 0, replayCapacity: 0 });
  const first = (await learner.iterate(envs)).stats;
  assert.equal(first["baseline"], 4);
  // In the first batch each is compared with the other: (±2) / 1, of two about equal choices.
  assert.ok(Math.abs(first["loss"]!) < 0.1, `${first["loss"]}`);
  const second = (await learner.iterate(envs)).stats;
  assert.ok(Math.abs(second["baseline"]! - (0.9 * 4 + 0.1 * 15)) < 1e-12);
  // In the second with the 4 of the first: (6 + 16) / 2 over σ of 3, 5, 10, 20, times ln 2.
  const std = Math.sqrt((6.5 ** 2 + 4.5 ** 2 + 0.5 ** 2 + 10.5 ** 2) / 4);
  assert.ok(Math.abs(second["loss"]! - 11 / std * Math.LN2) < 0.1, `${second["loss"]}`);
});

Deno.test("reinforce learns nothing while all returns are the same", async () => {
  const envs = vectorizeEnvs([earning(3), earning(3)]);
  await envs.reset(1);
  const learner = createReinforce({ ...small, nEnvs: 2, entropyCoef: 0 });
  const before = learner.policy.probs(undefined, [1]);
  for (let i = 0; i < 20; i++) assert.equal((await learner.iterate(envs)).stats["loss"], 0);
  assert.deepEqual(learner.policy.probs(undefined, [1]), before);
});

Deno.test("reinforce replays only what is not stale, with truncated ratios", async () => {
  const envs = await contexts();
  const learner = createReinforce({ ...small, maxStaleness: 0, replayBatch: 16 });
  const first = (await learner.iterate(envs)).stats;
  const second = (await learner.iterate(envs)).stats;
  assert.equal(first["replayed"], 0);
  assert.equal(second["replayed"], 0); // what was kept is one version old
  const fresher = createReinforce({ ...small, maxStaleness: 1, replayBatch: 16, maxRatio: 1 });
  await fresher.iterate(envs);
  for (let i = 0; i < 20; i++) {
    const { stats } = await fresher.iterate(envs);
    assert.equal(stats["replayed"], 16);
    assert.ok(stats["ratio"]! > 0.8 && stats["ratio"]! < 1 + 1e-9, `${stats["ratio"]}`);
  }
});

Deno.test("reinforce does not learn from an episode with a missing reward", async () => {
  const broken = { ...contextEnv(), step: broke };
  function broke() {
    return { obs: new Float64Array([1]), reward: NaN, terminated: true, truncated: false };
  }
  const envs = vectorizeEnvs([broken, contextEnv()]);
  await envs.reset(1);
  const learner = createReinforce({ ...small, nEnvs: 2 });
  for (let i = 1; i <= 100; i++) assert.equal((await learner.iterate(envs)).stats["missing"], i);
  assert.ok(learner.policy.probs(undefined, [1])[1]! > 0.8);

  const all = vectorizeEnvs([broken, broken]);
  await all.reset(1);
  const hopeless = createReinforce({ ...small, nEnvs: 2 });
  const before = hopeless.policy.snapshot();
  await assert.rejects(async () => {
    for (let i = 0; i < 10; i++) await hopeless.iterate(all);
  }, /10 steps in a row/);
  assert.deepEqual(hopeless.policy.snapshot(), before);
});

Deno.test("reinforce cuts an episode that does not end at its horizon", async () => {
  const envs = vectorizeEnvs([corridor(4, Infinity)]);
  await envs.reset(1);
  const learner = createReinforce({ ...small, obsSize: 4, actions: 3, nEnvs: 1, horizon: 2 });
  const { steps, updates } = await learner.iterate(envs);
  assert.deepEqual([steps, updates], [2, 1]);
});

Deno.test("reinforce goes on bit for bit, with open episodes and replay", async () => {
  const make = () =>
    onEnv(
      createReinforce({
        ...small,
        obsSize: 4,
        actions: 3,
        nEnvs: 3,
        replayCapacity: 50,
        normalizeReward: { of: "return" },
      }),
      vectorizeEnvs([corridor(), corridor(5 - 1, 7), corridor()]),
    );
  const whole = make();
  const checkpoints = memoryStore();
  const expected = await train(whole, { steps: 600 });
  await train(make(), { steps: 200, checkpoints });
  const rest = make();
  const result = await train(rest, { steps: 600, checkpoints, resume: true });
  assert.deepEqual({ ...result, resumed: false }, expected);
  assert.deepEqual(rest.snapshot(), whole.snapshot());
});

Deno.test("reinforce.restore() refuses another number of environments, and damage", async () => {
  const learner = createReinforce(small);
  await learner.iterate(await contexts());
  const kept = JSON.parse(JSON.stringify(learner.snapshot()));
  assert.throws(() => createReinforce({ ...small, nEnvs: 2 }).restore(kept), /not 2 environments/);
  assert.throws(() => learner.restore({ ...kept, checksum: "00000000" }), /checksum/);
  learner.restore(kept)();
  assert.deepEqual(learner.snapshot(), kept);
});

Deno.test("createReinforce() refuses options out of their range", () => {
  for (const options of [{ maxRatio: 0.5 }, { maxRatio: 3 }, { horizon: 0 }, { replayBatch: -1 }]) {
    assert.throws(() => createReinforce({ ...small, ...options }), RangeError);
  }
});
