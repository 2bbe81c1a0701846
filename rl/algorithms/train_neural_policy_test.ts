import assert from "node:assert/strict";
import { contextEnv, memoryStore } from "./_testing.ts";
import { createNeuralPolicy } from "./neural_policy.ts";
import { type EchoedAction, trainNeuralPolicy, trainPufferPolicy } from "./train_neural_policy.ts";

const makeEnv = (index: number) => contextEnv(index);

Deno.test("trainNeuralPolicy() gives the same run for the same seed", async () => {
  const run = (seed: number) => trainNeuralPolicy({ makeEnv, steps: 30, seed });
  const [one, other] = [await run(4), await run(4)];
  assert.deepEqual(one.rewards, other.rewards);
  assert.deepEqual(one.policy.snapshot(), other.policy.snapshot());
  assert.notDeepEqual((await run(5)).policy.snapshot(), one.policy.snapshot());
});

Deno.test("trainNeuralPolicy() trains one copy and many with all of its options", async () => {
  for (const nEnvs of [1, 3]) {
    const [echoed, lines, told] = [[] as EchoedAction[], [] as string[], [] as string[]];
    const checkpoints = memoryStore();
    const result = await trainNeuralPolicy({
      makeEnv,
      nEnvs,
      steps: 60,
      lr: 5e-3,
      seed: 2,
      gradClip: 0.5,
      entropyCoef: 0.02,
      replayCapacity: 64,
      replayBatch: 16,
      checkpointInterval: 20,
      checkpoints,
      logInterval: 20,
      echoActions: (action) => echoed.push(action),
      logJsonl: (line) => lines.push(line),
      verbose: (line) => told.push(line),
    });
    assert.deepEqual([result.ended, result.steps, result.rewards.length], [
      "steps",
      60 * nEnvs,
      60,
    ]);
    assert.equal(echoed.length, 60 * nEnvs);
    assert.deepEqual(echoed.at(-1)!.step, 60);
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).steps),
      [20, 40, 60].map((n) => n * nEnvs),
    );
    assert.match(told[0]!, new RegExp(`^step 20: ${20 * nEnvs} episodes, reward [01]\\.`));
    assert.deepEqual([...checkpoints.kept.keys()].sort(), ["best", "latest"]);
    const latest = JSON.parse(checkpoints.kept.get("latest")!);
    assert.equal(latest.body.trainable.learner.body.version, 60);
  }
});

Deno.test("trainNeuralPolicy() stops early, and goes on bit for bit", async () => {
  const early = await trainNeuralPolicy({ makeEnv, steps: 5000, earlyStopPatience: 30 });
  assert.equal(early.ended, "patience");
  const checkpoints = memoryStore();
  await trainNeuralPolicy({ makeEnv, steps: 20, checkpoints });
  const rest = await trainNeuralPolicy({ makeEnv, steps: 45, checkpoints, resume: true });
  const whole = await trainNeuralPolicy({ makeEnv, steps: 45 });
  assert.deepEqual(rest.policy.snapshot(), whole.policy.snapshot());
  assert.deepEqual(rest.rewards, whole.rewards.slice(20));
});

Deno.test("trainNeuralPolicy() gives a policy that can be kept and used without it", async () => {
  const { policy } = await trainPufferPolicy({ makeEnv, steps: 150 });
  const copy = createNeuralPolicy(JSON.parse(JSON.stringify(policy.snapshot())));
  assert.ok(copy.probs(undefined, [1])[1]! > 0.8);
  assert.equal(copy.version, 150);
});

Deno.test("trainNeuralPolicy() clips gradients to gradClip", async () => {
  const probs = async (gradClip: number) =>
    (await trainNeuralPolicy({ makeEnv, steps: 30, gradClip })).policy.probs(undefined, [1]);
  // So short a gradient is lost beside Adam's 1e-8.
  const [still, moved] = [await probs(1e-12), await probs(1)];
  assert.ok(Math.abs(still[0]! - 0.5) < 0.02 && Math.abs(moved[0]! - 0.5) > 0.04, `${moved}`);
});

Deno.test("trainNeuralPolicy() refuses counts that are none", async () => {
  await assert.rejects(trainNeuralPolicy({ makeEnv, steps: 0 }), RangeError);
  await assert.rejects(trainNeuralPolicy({ makeEnv, nEnvs: 1.5 }), RangeError);
});
