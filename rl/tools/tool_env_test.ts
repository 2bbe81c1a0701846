import assert from "node:assert/strict";
import fc from "fast-check";
import { createEnvPool } from "../envs/env_pool.ts";
import type { ActionResult } from "../verifiers/types.ts";
import { slowToolEnv } from "./slow_tool_env.ts";
import { TOOL_ACTIONS, ToolAction, toolAction } from "./tool_action.ts";
import { createToolEnv, type ToolExecutor } from "./tool_env.ts";
import { trainBandit } from "./train_bandit.ts";
import { verifiersOf } from "./verifiers_of.ts";

const passing = (rate: number): ToolExecutor => (tool) => ({
  tool,
  ok: true,
  metrics: { pass_rate: rate },
});

Deno.test("toolAction() takes indices, names in any dress and aliases, and nothing else", () => {
  for (const [index, name] of TOOL_ACTIONS.entries()) {
    assert.equal(toolAction(index), name);
    assert.equal(ToolAction[name.toUpperCase() as keyof typeof ToolAction], index);
    for (const dress of [name, name.toUpperCase(), name.replaceAll("_", "-"), ` ${name} `]) {
      assert.equal(toolAction(dress), name);
    }
    assert.equal(toolAction(name.replaceAll("_", " ")), name);
  }
  const aliases = {
    run_tests: ["test", "tests"],
    shell_ls: ["ls", "list"],
    shell_pwd: ["pwd"],
    shell_cat: ["cat", "view"],
    shell_cd: ["cd", "chdir"],
    shell_run: ["shell", "sh", "run", "cli"],
  };
  for (const [name, all] of Object.entries(aliases)) {
    for (const alias of all) assert.equal(toolAction(alias), name);
  }
  for (const bad of ["", "deploy", "constructor", -1, 9, 1.5, NaN, null, undefined, {}, "1"]) {
    assert.throws(() => toolAction(bad), RangeError, String(bad));
  }
});

Deno.test("createToolEnv() begins with zeros and the context, and ends after its steps", async () => {
  let feature = 5;
  const env = createToolEnv(passing(0.25), {
    contextProvider: () => [feature++, -1],
    contextSize: 2,
    episodeLen: 2,
  });
  assert.deepEqual(env.actionNames, TOOL_ACTIONS);
  assert.equal(env.obsSize, 7);
  const [obs, info] = await env.reset();
  assert.deepEqual([[...obs], info], [[0, 0, 0, 0, 0, 5, -1], { t: 0 }]);
  const first = await env.step(ToolAction.LINT);
  assert.deepEqual([...first[0]], [0.25, 0, 0, 0, 0, 6, -1]);
  assert.deepEqual(first.slice(1), [0.25, false, false, {
    tool: "lint",
    ok: true,
    verifier_scores: {
      pass_rate: 0.25,
      blast_radius: null,
      build_ok: null,
      lint_ok: null,
      quality_avg: null,
    },
  }]);
  const [, , terminated, truncated] = await env.step(0);
  assert.deepEqual([terminated, truncated], [true, false]);
  await assert.rejects(env.step(0), /reset\(\) first/);
  await env.reset();
  await env.step(0);
});

Deno.test("createToolEnv() earns nothing for doing nothing, and less for a larger blast radius", async () => {
  const earned = async (metrics: Record<string, number>) => {
    const env = createToolEnv((tool) => ({ tool, ok: true, metrics }));
    await env.reset();
    return (await env.step(0))[1];
  };
  assert.equal(await earned({}), 0);
  await fc.assert(
    fc.asyncProperty(fc.nat(10_000), fc.integer({ min: 1, max: 1_000 }), async (small, more) => {
      const [less, larger] = [small / 100, (small + more) / 100];
      assert.ok(
        await earned({ pass_rate: 1, blast_radius: less }) >
          await earned({ pass_rate: 1, blast_radius: larger }),
      );
    }),
    { numRuns: 30 },
  );
});

Deno.test("createToolEnv() passes arguments on, and takes its own verifiers, weights and reward", async () => {
  const seen: unknown[] = [];
  const env = createToolEnv((tool, args) => {
    seen.push([tool, args]);
    return { tool, ok: false, metrics: { a: 3 } };
  }, {
    allowedActions: ["patch", 0],
    actionArgs: { patch: { patch: "x" } },
    verifiers: [{ kind: "a", score: ({ metrics }) => metrics.a! }],
    weights: { a: 2 },
  });
  await env.reset();
  assert.deepEqual((await env.step(0)).slice(1, 3), [6, true]);
  await env.reset();
  await env.step(1);
  assert.deepEqual(seen, [["patch", { patch: "x" }], ["run_tests", {}]]);
  const own = createToolEnv(passing(1), {
    rewardFn: (_result, verifiers, { weights }) => [
      weights!.pass_rate! * 10,
      new Float64Array(verifiers.length),
      {},
    ],
  });
  await own.reset();
  assert.equal((await own.step(0))[1], 10);
});

Deno.test("createToolEnv() refuses bad actions, contexts, rewards and options", async () => {
  const env = createToolEnv(passing(1), { allowedActions: ["tests"] });
  await assert.rejects(env.step(0), /reset\(\) first/);
  await env.reset();
  for (const bad of [-1, 1, 0.5, NaN]) await assert.rejects(env.step(bad), RangeError);
  const context = (features: number[], contextSize: number) =>
    createToolEnv(passing(1), { contextProvider: () => features, contextSize }).reset();
  await assert.rejects(context([1], 2), /1 features; expected .* 2/);
  await assert.rejects(context([NaN], 1), /number 5 of the observation is NaN/);
  await assert.rejects(context([Infinity], 1), RangeError);
  const nan = createToolEnv(passing(NaN));
  await nan.reset();
  await assert.rejects(nan.step(0), /pass_rate/);
  const bad: [Parameters<typeof createToolEnv>[1], RegExp][] = [
    [{ allowedActions: [] }, /no action is allowed/],
    [{ allowedActions: ["ls", "list"] }, /"shell_ls" is allowed twice/],
    [{ allowedActions: ["deploy"] }, /no action "deploy"/],
    [{ episodeLen: 0 }, /"episodeLen" is 0/],
    [{ contextSize: -1 }, /"contextSize" is -1/],
    [{ cooldownMs: { lint: -1 } }, RangeError as unknown as RegExp],
  ];
  for (const [options, message] of bad) {
    assert.throws(() => createToolEnv(passing(1), options), message);
  }
});

Deno.test("createToolEnv() lets one step run at a time, and goes on after one that failed", async () => {
  const { promise, resolve } = Promise.withResolvers<ActionResult>();
  let fail = true;
  const env = createToolEnv((tool) => {
    if (tool === "lint") return promise;
    if (fail) throw new Error("no toolchain");
    return { tool, ok: true, metrics: {} };
  });
  await env.reset();
  await assert.rejects(env.step(0), /no toolchain/);
  fail = false;
  const running = env.step(ToolAction.LINT);
  await assert.rejects(env.step(0), /a step is running/);
  await assert.rejects(env.reset(), /a step is running/);
  resolve({ tool: "lint", ok: true, metrics: {} });
  assert.equal((await running)[2], true);
});

Deno.test("createToolEnv() masks what was just used, for as long as it rests", async () => {
  let time = 0;
  const env = createToolEnv(passing(1), {
    allowedActions: ["run_tests", "lint"],
    cooldownMs: { run_tests: 100 },
    now: () => time,
  });
  await env.reset();
  assert.deepEqual(env.mask(), [true, true]);
  await env.step(0);
  assert.deepEqual(env.mask(), [false, true]);
  time = 100;
  assert.deepEqual(env.mask(), [true, true]);
});

Deno.test("slowToolEnv() makes a pool of tool environments that work side by side", async () => {
  let running = 0;
  let most = 0;
  const make = () =>
    slowToolEnv(createToolEnv(async (tool) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return { tool, ok: true, metrics: { pass_rate: 1 } };
    }, { episodeLen: 2 }));
  const pool = createEnvPool([make(), make(), make()]);
  let steps = 0;
  while (steps < 12) {
    const batch = await pool.recv();
    steps += batch.filter(({ kind }) => kind === "step").length;
    const ready = batch.filter((result) => result.ready).map(({ env }) => env);
    pool.send(ready, ready.map(() => 1));
  }
  await pool.stop();
  assert.equal(most, 3);
});

Deno.test("trainBandit() finds the tool that pays, the same way for the same seed", async () => {
  const make = (index: number) =>
    createToolEnv((tool) => ({
      tool,
      ok: true,
      metrics: { pass_rate: tool === "build" ? 0.9 : tool === "lint" ? 0.4 : 0.1 * index },
    }), { allowedActions: ["lint", "build", "run_tests"] });
  const train = () => trainBandit(make, { steps: 60, nEnvs: 3, policyOptions: { seed: 5 } });
  const one = await train();
  assert.equal(one.rewards.length, 180);
  assert.deepEqual(one.rewards, (await train()).rewards);
  const built = one.infos.slice(-60).filter(({ tool }) => tool === "build").length;
  assert.ok(built > 45, `${built}`);
  const counts = one.policy.arms.map((_, arm) => one.policy.estimate(arm).count);
  assert.equal(counts.reduce((sum, n) => sum + n, 0), 180);
});

Deno.test("trainBandit() learns with the observation that the action was picked from", async () => {
  const seen: number[] = [];
  const picked: number[] = [];
  let t = 0;
  const env = () =>
    createToolEnv(passing(1), {
      allowedActions: ["lint"],
      contextProvider: () => [t++],
      contextSize: 1,
      episodeLen: 3,
    });
  const policy = {
    kind: "spy",
    arms: ["lint"],
    probs: () => Float64Array.of(1),
    pick(_: readonly boolean[], context?: ArrayLike<number>) {
      picked.push(context![5]!);
      return { arm: 0, propensity: 1, probs: Float64Array.of(1) };
    },
    update: (_: number, __: number, context?: ArrayLike<number>) => void seen.push(context![5]!),
    estimate: () => ({ mean: 0, low: 0, high: 0, count: 0 }),
    snapshot: () => {
      throw new Error("not asked");
    },
  };
  await trainBandit(env, { steps: 6, nEnvs: 1, policy });
  assert.deepEqual(seen, picked);
  assert.equal(new Set(seen).size, 6);
});

Deno.test("trainBandit() counts rewards out of range, turns without an action, and stops when told", async () => {
  const wild = () =>
    createToolEnv(passing(1), { weights: { pass_rate: 7 }, allowedActions: ["lint"] });
  const { counts, rewards } = await trainBandit(wild, { steps: 3, nEnvs: 1 });
  assert.deepEqual([counts, rewards], [{ mapped: 3, below: 0, above: 3 }, [7, 7, 7]]);
  const resting = () =>
    createToolEnv(passing(1), {
      allowedActions: ["lint"],
      cooldownMs: { lint: 1e9 },
      now: () => 0,
    });
  const rested = await trainBandit(resting, { steps: 4, nEnvs: 1 });
  assert.deepEqual([rested.rewards.length, rested.idle], [1, 3]);
  const controller = new AbortController();
  const told: number[] = [];
  await trainBandit(wild, {
    steps: 100,
    nEnvs: 2,
    signal: controller.signal,
    onStep: ({ step }) => {
      told.push(step);
      if (step === 5) controller.abort();
    },
  });
  assert.deepEqual(told, [0, 1, 2, 3, 4, 5]);
});

Deno.test("trainBandit() keeps no reward of a tool that could not run, and says why", async () => {
  const make = (index: number) =>
    createToolEnv((tool) => {
      if (index === 1) throw new Error("no test toolchain found here");
      return { tool, ok: true, metrics: { pass_rate: 1 } };
    });
  let told = 0;
  const training = trainBandit(make, { steps: 5, nEnvs: 3, onStep: () => void told++ });
  await assert.rejects(training, /no test toolchain found here/);
  assert.equal(told, 2);
  await assert.rejects(trainBandit(make, { steps: 0 }), /"steps" is 0/);
  await assert.rejects(trainBandit(make, { nEnvs: 1.5 }), /"nEnvs" is 1\.5/);
  await assert.rejects(trainBandit(make, { range: [1, 0] }), RangeError);
  const { policy } = await trainBandit(() => createToolEnv(passing(1)), { steps: 1 });
  const other = () => createToolEnv(passing(1), { allowedActions: ["lint"] });
  await assert.rejects(trainBandit(other, { policy }), /the environment's actions are lint/);
});

Deno.test("verifiersOf() takes a module's verifiers, and says what is wrong with others", async () => {
  const score = () => 1;
  const good = { getVerifiers: () => Promise.resolve([{ kind: "a", score }]) };
  assert.deepEqual((await verifiersOf(good, "m.ts")).map(({ kind }) => kind), ["a"]);
  const bad: [unknown, RegExp][] = [
    [{}, /m\.ts exports no function getVerifiers\(\)/],
    [null, /exports no function/],
    [{ getVerifiers: () => [] }, /gave no list/],
    [{ getVerifiers: () => "a" }, /gave no list/],
    [{ getVerifiers: () => [{ kind: "a" }] }, /verifier 0 of m\.ts is not/],
    [{ getVerifiers: () => [{ kind: "a", score }, null] }, /verifier 1 of m\.ts is not/],
    [{ getVerifiers: () => [{ kind: "a", score }, { kind: "a", score }] }, /two verifiers/],
  ];
  for (const [module, message] of bad) {
    await assert.rejects(verifiersOf(module, "m.ts"), { name: "TypeError", message });
  }
});
