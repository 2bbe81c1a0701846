import assert from "node:assert/strict";
import { createFallbackTrainer, type FallbackModel } from "./fallback_trainer.ts";

Deno.test("createFallbackTrainer() keeps running means, and takes the best, of equals the first", () => {
  const trainer = createFallbackTrainer({ config: { epsilon: 0 } });
  assert.equal(trainer.selectAction({}, []), "plan");
  assert.equal(trainer.selectAction({}, ["x", "y"]), "x");
  for (const reward of [1, 0, 0.5]) trainer.trainStep({}, "y", reward, {}, false);
  assert.equal(trainer.model().policy.action_values.y, 0.5);
  assert.deepEqual(trainer.model().policy.action_counts, { y: 3 });
  assert.equal(trainer.selectAction({}, ["x", "y"]), "y");
  trainer.trainStep({}, "y", -10, {}, false);
  assert.equal(trainer.selectAction({}, ["x", "y"]), "x");
});

Deno.test("createFallbackTrainer() explores tools that do something before others", () => {
  const trainer = createFallbackTrainer({ config: { epsilon: 1 }, seed: 4 });
  const picks = (actions: string[]) =>
    new Set(Array.from({ length: 200 }, () => trainer.selectAction({}, actions)));
  assert.deepEqual([...picks(["plan", "lint", "grep", "patch"])].sort(), ["lint", "patch"]);
  assert.deepEqual([...picks(["plan", "grep"])].sort(), ["grep", "plan"]);
});

Deno.test("createFallbackTrainer() tells of steps and of episodes", () => {
  const trainer = createFallbackTrainer({ config: { memory: 2 } });
  assert.deepEqual(trainer.trainStep("s", "lint", 0.5, "t", false), {
    step: 1,
    reward: 0.5,
    epsilon: 0.1,
    total_reward: 0.5,
  });
  trainer.trainStep("t", "lint", 0.25, "u", false);
  assert.deepEqual(trainer.trainStep("u", "build", 1, "v", true), {
    episode: 1,
    step: 3,
    reward: 1.75,
    epsilon: 0.1,
    action_values: { lint: 0.375, build: 1 },
    memory_size: 2,
  });
  assert.deepEqual(trainer.memory().map(({ state }) => state), ["t", "u"]);
  assert.deepEqual(trainer.trainStep("v", "build", 1, "w", false), {
    step: 1,
    reward: 1,
    epsilon: 0.1,
    total_reward: 1,
  });
});

Deno.test("createFallbackTrainer() lets epsilon decay every 100 steps, to its least, and saves", () => {
  const saved: FallbackModel[] = [];
  const trainer = createFallbackTrainer({
    config: { decay: 0.5, min: 0.03, save: 250 },
    save: (model) => saved.push(model),
  });
  const epsilons: number[] = [];
  for (let i = 1; i <= 500; i++) {
    trainer.trainStep({}, "lint", 0, {}, false);
    if (i % 100 === 99 || i % 100 === 0) epsilons.push(trainer.model().policy.epsilon);
  }
  assert.deepEqual(epsilons.slice(0, 6), [0.1, 0.05, 0.05, 0.03, 0.03, 0.03]);
  assert.deepEqual(saved.map(({ training }) => training.step_count), [250, 500]);
});

Deno.test("createFallbackTrainer() goes on from its file as if nothing had happened", () => {
  const run = (trainer: ReturnType<typeof createFallbackTrainer>, from: number, to: number) => {
    const picks: string[] = [];
    for (let i = from; i < to; i++) {
      const action = trainer.selectAction({}, ["lint", "patch", "x"]);
      picks.push(action);
      trainer.trainStep({}, action, Math.sin(i), {}, i % 7 === 6);
    }
    return picks;
  };
  const config = { epsilon: 0.5 };
  const whole = createFallbackTrainer({ config, seed: 9 });
  const picks = run(whole, 0, 400);
  const half = createFallbackTrainer({ config, seed: 9 });
  run(half, 0, 150);
  const resumed = createFallbackTrainer({ from: JSON.parse(JSON.stringify(half.model())) });
  assert.deepEqual(run(resumed, 150, 400), picks.slice(150));
  assert.deepEqual(resumed.model(), whole.model());
});

Deno.test("createFallbackTrainer() refuses rewards that are none, and changes nothing", () => {
  const trainer = createFallbackTrainer();
  trainer.trainStep({}, "lint", 1, {}, false);
  const before = trainer.model();
  for (const reward of [NaN, Infinity, -Infinity]) {
    assert.throws(() => trainer.trainStep({}, "lint", reward, {}, true), RangeError);
  }
  assert.throws(() => trainer.trainStep({}, "", 1, {}, true), /without a name/);
  assert.deepEqual(trainer.model(), before);
  const configs = [{ lr: 2 }, { epsilon: -1 }, { update: 0 }, { memory: -1 }, { decay: NaN }];
  for (const config of configs) {
    assert.throws(() => createFallbackTrainer({ config }), RangeError, JSON.stringify(config));
  }
});

Deno.test("createFallbackTrainer() refuses a damaged file", () => {
  const trainer = createFallbackTrainer();
  trainer.trainStep({}, "lint", 1, {}, false);
  const good = trainer.model();
  const bad = [
    null,
    {},
    [],
    "x",
    { ...good, policy: { ...good.policy, action_values: { lint: NaN } } },
    { ...good, policy: { ...good.policy, action_counts: {} } },
    { ...good, policy: { ...good.policy, action_counts: { lint: -1 } } },
    { ...good, policy: { ...good.policy, epsilon: 3 } },
    { ...good, training: { ...good.training, total_reward: Infinity } },
    { ...good, training: { episode_count: 1 } },
    { ...good, config: { ...good.config, update: 0 } },
    { ...good, rng: { seed: 0, stream: 0, drawn: -1 } },
  ];
  for (const from of bad) {
    assert.throws(() => createFallbackTrainer({ from }), RangeError, JSON.stringify(from));
  }
});
