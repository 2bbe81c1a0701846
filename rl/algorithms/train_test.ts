import assert from "node:assert/strict";
import { contextEnv, memoryStore } from "./_testing.ts";
import { onEnv } from "./on_env.ts";
import { createReinforce } from "./reinforce.ts";
import { train, type TrainLog } from "./train.ts";
import type { Iteration, Trainable } from "./types.ts";
import { vectorizeEnvs } from "./vectorize_envs.ts";

function contexts(n: number, keeps = true): Trainable {
  return onEnv(
    createReinforce({ obsSize: 1, actions: 2, nEnvs: n, hidden: [4], replayBatch: 8 }),
    vectorizeEnvs(Array.from({ length: n }, (_, i) => contextEnv(i, { keeps }))),
  );
}

Deno.test("train() ends early by patience alike for one copy and for many", async () => {
  for (const n of [1, 4]) {
    const result = await train(contexts(n), {
      steps: 100_000,
      earlyStop: { patience: 40, warmUp: 10 },
    });
    assert.equal(result.ended, "patience");
    assert.ok(result.steps < 100_000 && result.episodes >= 50, `${result.episodes}`);
    assert.ok(result.bestReturn >= result.smoothedReturn);
  }
});

/** Its returns are given. */
function scripted(returns: readonly number[]): Trainable {
  let at = 0;
  return {
    kind: "scripted",
    policy: contexts(1).policy,
    start() {},
    iterate: () => Promise.resolve(iteration(returns[at++]!)),
    snapshot: () => ({ at }),
    restore(snapshot) {
      ({ at } = snapshot as { at: number });
      return true;
    },
  };
}

function iteration(value: number): Iteration {
  return { steps: 1, updates: 1, returns: [value], reward: value, stats: {} };
}

Deno.test("train() goes on counting patience after a resume", async () => {
  const returns = [5, 4, 3, 2, 1, 1, 1, 1, 1];
  const earlyStop = { patience: 4, warmUp: 1 };
  const expected = await train(scripted(returns), { steps: 9, earlyStop });
  assert.equal(expected.steps, 5);
  const checkpoints = memoryStore();
  await train(scripted(returns), { steps: 3, earlyStop, checkpoints });
  const options = { steps: 9, earlyStop, checkpoints, resume: true };
  assert.deepEqual(await train(scripted(returns), options), { ...expected, resumed: true });
});

Deno.test("train() keeps the latest and the best checkpoint", async () => {
  const checkpoints = memoryStore();
  const saved: string[] = [];
  await train(scripted([1, 9, 1, 1, 1]), {
    steps: 5,
    earlyStop: { warmUp: 1 },
    checkpointInterval: 2,
    checkpoints: {
      save(name, checkpoint) {
        saved.push(name);
        checkpoints.save(name, checkpoint);
      },
      load: checkpoints.load,
    },
  });
  assert.deepEqual(saved, ["best", "best", "latest", "latest", "latest"]);
  const at = (name: string) => JSON.parse(checkpoints.kept.get(name)!).body.trainable.at;
  assert.deepEqual([at("best"), at("latest")], [2, 5]);
});

Deno.test("train() resumes only when asked, and begins anew when there is nothing", async () => {
  const checkpoints = memoryStore();
  const first = await train(scripted([1, 2, 3]), { steps: 2, checkpoints, resume: true });
  assert.deepEqual([first.resumed, first.steps], [false, 2]);
  const again = await train(scripted([7, 7]), { steps: 2, checkpoints });
  assert.deepEqual([again.resumed, again.meanReturn], [false, 7]);
});

Deno.test("train() begins new episodes where the environment keeps no state", async () => {
  const checkpoints = memoryStore();
  await train(contexts(2, false), { steps: 40, checkpoints });
  const resumed = contexts(2, false);
  const { version } = resumed.policy;
  const result = await train(resumed, { steps: 80, checkpoints, resume: true });
  assert.equal(result.resumed, true);
  assert.equal(result.steps, 80);
  assert.ok(resumed.policy.version > version + 20);
});

Deno.test("train() refuses a checkpoint that is damaged, newer or of another kind", async () => {
  const checkpoints = memoryStore();
  await train(scripted([1]), { steps: 1, checkpoints });
  const good = JSON.parse(checkpoints.kept.get("latest")!);
  const resume = (checkpoint: unknown, trainable = scripted([1])) =>
    train(trainable, {
      steps: 2,
      resume: true,
      checkpoints: { save() {}, load: () => checkpoint },
    });
  const changed = structuredClone(good);
  changed.body.run.steps = 0;
  await assert.rejects(resume(changed), /damaged snapshot of scripted-training/);
  await assert.rejects(resume({ ...good, v: 2 }), /version 2/);
  await assert.rejects(resume(good, contexts(1)), /a snapshot of scripted-training/);
  await assert.rejects(resume("rubbish"), /not a snapshot/);
});

Deno.test("train() logs every few rounds, and ends when it is told to", async () => {
  const entries: TrainLog[] = [];
  const ending = new AbortController();
  const result = await train(scripted([1, 2, NaN, 4, 5, 6]), {
    steps: 6,
    logInterval: 2,
    log: (entry) => entries.push(entry),
    onIteration: ({ reward }) => reward === 5 && ending.abort(),
    signal: ending.signal,
  });
  assert.deepEqual(entries.map(({ steps, episodes }) => [steps, episodes]), [[2, 2], [4, 3]]);
  assert.equal(result.ended, "signal");
  assert.equal(result.meanReturn, 3); // a return that is none is left out
  assert.equal(result.steps, 5);
});

Deno.test("train() refuses options out of their range", async () => {
  for (const options of [{ steps: 0 }, { steps: NaN }, { steps: 1, logInterval: 0 }]) {
    await assert.rejects(train(scripted([]), options), RangeError);
  }
});
