import assert from "node:assert/strict";
import { createCartPole } from "./cart_pole.ts";
import { createEnvPool } from "./env_pool.ts";
import type { PoolResult, SlowEnv, StepResult } from "./types.ts";

/** An environment whose steps end when the test says so. */
interface Held extends SlowEnv {
  finish(step?: Partial<StepResult>): void;
  fail(error: unknown): void;
  readonly seeds: (number | undefined)[];
  closed: number;
}

function held(): Held {
  let settle: PromiseWithResolvers<StepResult> | undefined;
  const env: Held = {
    spec: { obsSize: 1, actions: 2 },
    seeds: [],
    closed: 0,
    reset(seed) {
      env.seeds.push(seed);
      return new Float64Array([100]);
    },
    step(_action, signal) {
      settle = Promise.withResolvers();
      const { reject } = settle;
      signal.addEventListener("abort", () => reject(signal.reason));
      return settle.promise;
    },
    finish(step) {
      const obs = new Float64Array([1]);
      settle!.resolve({ obs, reward: 1, terminated: false, truncated: false, ...step });
    },
    fail: (error) => settle!.reject(error),
    close() {
      env.closed++;
    },
  };
  return env;
}

const kinds = (results: readonly PoolResult[]) => results.map(({ kind, env }) => `${kind} ${env}`);

Deno.test("createEnvPool() starts all environments, each with a seed of its own", async () => {
  const envs = [held(), held(), held()];
  const pool = createEnvPool(envs, { seed: 7 });
  const results = await pool.recv(3);
  assert.deepEqual(kinds(results), ["start 0", "start 1", "start 2"]);
  assert.ok(results.every((result) => result.ready && result.obs[0] === 100));
  assert.equal(new Set(envs.map((env) => env.seeds[0])).size, 3);
  const again = held();
  await createEnvPool([again], { seed: 7 }).stop();
  assert.deepEqual(again.seeds, envs[0]!.seeds);
  await pool.stop();
});

Deno.test("recv() gives what is done while the others go on, in the order it came", async () => {
  const envs = [held(), held(), held()];
  const pool = createEnvPool(envs);
  await pool.recv(3);
  pool.send([0, 1, 2], [0, 1, 0]);
  const batch = pool.recv(2);
  envs[2]!.finish({ reward: 3 });
  envs[0]!.finish({ reward: 4 });
  const found = await batch;
  assert.deepEqual(kinds(found), ["step 2", "step 0"]);
  assert.deepEqual(found.map((result) => result.kind === "step" && result.reward), [3, 4]);
  pool.send([2], [1]);
  envs[1]!.finish();
  envs[2]!.finish();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(kinds(await pool.recv(1)), ["step 1", "step 2"], "all there are");
  await pool.stop();
});

Deno.test("createEnvPool() follows an end by a start, and keeps the two ends apart", async () => {
  const envs = [held(), held()];
  const pool = createEnvPool(envs);
  await pool.recv(2);
  pool.send([0, 1], [0, 0]);
  envs[0]!.finish({ terminated: true, truncated: true, obs: new Float64Array([8]) });
  envs[1]!.finish({ truncated: true, obs: new Float64Array([9]) });
  const results = [...await pool.recv(2)];
  while (results.length < 4) results.push(...await pool.recv());
  assert.deepEqual(kinds(results).sort(), ["start 0", "start 1", "step 0", "step 1"]);
  const ends = results.filter((result) => result.kind === "step");
  assert.deepEqual(
    ends.map(({ ready, terminated, truncated, obs }) => [ready, terminated, truncated, obs[0]]),
    [[false, true, false, 8], [false, false, true, 9]],
  );
  assert.deepEqual(envs[0]!.seeds.slice(1), [undefined], "its numbers go on");
  await pool.stop();
});

Deno.test("createEnvPool() copies observations and masks", async () => {
  const obs = new Float64Array([1]);
  const mask = [true, false];
  const env: SlowEnv = {
    spec: { obsSize: 1, actions: 2 },
    reset: () => obs,
    step: () => ({ obs, reward: 0, terminated: false, truncated: false, mask }),
  };
  const pool = createEnvPool([env]);
  const [first] = await pool.recv();
  assert.equal(first!.kind === "start" && first!.mask, undefined);
  pool.send([0], [0]);
  const [second] = await pool.recv();
  obs[0] = 2;
  mask[1] = true;
  assert.ok(first?.kind === "start" && second?.kind === "step");
  assert.deepEqual([first.obs[0], second.obs[0], second.mask], [1, 1, [true, false]]);
  await pool.stop();
});

Deno.test("send() refuses what is not ready or no action, and sends nothing then", async () => {
  const envs = [held(), held()];
  const pool = createEnvPool(envs);
  assert.throws(() => pool.send([0], [0]), /RangeError.*0 is not ready.*recv\(\) its result/);
  await pool.recv(2);
  assert.throws(() => pool.send([0, 2], [0, 0]), /RangeError.*no such environment: 2; there are 2/);
  assert.throws(() => pool.send([0, 1], [0, NaN]), /RangeError.*no such action: NaN/);
  assert.throws(() => pool.send([0, 0], [0, 0]), /RangeError.*0 is not ready/);
  assert.throws(() => pool.send([0, 1], [0]), /RangeError.*1 actions for 2 environments/);
  await assert.rejects(pool.recv(), /RangeError.*no batch of 1.*0 environments at work; send/);
  await pool.stop();
});

Deno.test("recv() refuses to wait for ever, or twice at the same time", async () => {
  const envs = [held(), held()];
  const pool = createEnvPool(envs);
  await pool.recv(2);
  pool.send([0], [0]);
  for (const batch of [2, 0, 1.5, NaN]) {
    await assert.rejects(pool.recv(batch), new RegExp(`RangeError.*no batch of ${batch}`));
  }
  const waiting = pool.recv();
  await assert.rejects(pool.recv(), /another recv\(\) is waiting/);
  envs[0]!.finish();
  assert.equal((await waiting).length, 1);
  await pool.stop();
});

Deno.test("recv() gives up at its signal, and the result comes with the next one", async () => {
  const envs = [held()];
  const pool = createEnvPool(envs);
  await pool.recv();
  pool.send([0], [0]);
  const controller = new AbortController();
  const waiting = pool.recv(1, controller.signal);
  controller.abort(new Error("no patience"));
  await assert.rejects(waiting, /no patience/);
  await assert.rejects(pool.recv(1, controller.signal), /no patience/);
  const next = pool.recv();
  envs[0]!.finish();
  assert.deepEqual(kinds(await next), ["step 0"]);
  await pool.stop();
});

Deno.test("an environment that fails rests until reset(), and the others go on", async () => {
  const envs = [held(), held()];
  const pool = createEnvPool(envs);
  await pool.recv(2);
  pool.send([0, 1], [0, 0]);
  envs[0]!.fail(new Error("the build fell over"));
  envs[1]!.finish();
  const results = [...await pool.recv(2)].sort((a, b) => a.env - b.env);
  assert.deepEqual(kinds(results), ["failed 0", "step 1"]);
  assert.match(String(results[0]!.kind === "failed" && results[0]!.error), /the build fell over/);
  assert.throws(() => pool.send([0], [0]), /0 is not ready for an action; reset\(\) it first/);
  assert.throws(() => pool.reset(5), /RangeError.*no such environment: 5/);
  pool.reset(0, 12);
  assert.throws(() => pool.reset(0), /RangeError.*0 is at work/);
  assert.deepEqual(kinds(await pool.recv()), ["start 0"]);
  assert.equal(envs[0]!.seeds.at(-1), 12);
  await pool.stop();
});

Deno.test("a reward or an observation that is no number is a failure, not a result", async () => {
  const envs = [held(), held(), held()];
  const pool = createEnvPool(envs);
  await pool.recv(3);
  pool.send([0, 1, 2], [0, 0, 0]);
  envs[0]!.finish({ reward: NaN });
  envs[1]!.finish({ obs: new Float64Array([Infinity]) });
  envs[2]!.finish({ obs: new Float64Array(2) });
  assert.deepEqual(kinds(await pool.recv(3)), ["failed 0", "failed 1", "failed 2"]);
  await pool.stop();
});

// With Deno's own look-out: no timer of the grace may outlive the stop.
const watched = { sanitizeOps: true, sanitizeResources: true };
Deno.test(
  "stop() aborts what is at work, closes all and gives what was left",
  watched,
  async () => {
    const envs = [held(), held(), held()];
    const pool = createEnvPool(envs);
    await pool.recv(3);
    pool.send([0, 1], [0, 0]);
    envs[0]!.finish();
    await new Promise((resolve) => setTimeout(resolve));
    const waiting = pool.recv(2);
    const ended = pool.stop();
    await assert.rejects(waiting, /the pool was stopped/);
    const { left, stuck, errors } = await ended;
    assert.deepEqual(kinds(left), ["step 0", "failed 1"]);
    assert.deepEqual([stuck, errors], [[], []]);
    assert.deepEqual(envs.map((env) => env.closed), [1, 1, 1]);
    assert.equal(pool.stop(), ended, "a second stop() is the first one");
    assert.throws(() => pool.send([2], [0]), /the pool was stopped/);
    assert.throws(() => pool.reset(2), /the pool was stopped/);
    await assert.rejects(pool.recv(), /the pool was stopped/);
  },
);

Deno.test("stop() does not wait longer than graceMs for one that hangs, and names it", async () => {
  const deaf: SlowEnv = {
    spec: { obsSize: 1, actions: 2 },
    reset: () => new Float64Array(1),
    step: () => new Promise(() => {}),
    close: () => Promise.reject(new Error("will not close")),
  };
  const pool = createEnvPool([deaf, held()], { graceMs: 20 });
  await pool.recv(2);
  pool.send([0, 1], [0, 0]);
  const started = performance.now();
  const { stuck, errors } = await pool.stop();
  assert.ok(performance.now() - started < 500);
  assert.deepEqual(stuck, [0]);
  assert.match(String(errors), /will not close/);
});

Deno.test("createEnvPool() stops at its signal, with its reason", async () => {
  const controller = new AbortController();
  const envs = [held()];
  const pool = createEnvPool(envs, { signal: controller.signal });
  await pool.recv();
  pool.send([0], [0]);
  const waiting = pool.recv();
  controller.abort(new Error("the person left"));
  await assert.rejects(waiting, /the person left/);
  assert.deepEqual((await pool.stop()).stuck, []);
  assert.equal(envs[0]!.closed, 1);
  assert.throws(() => createEnvPool(envs, { signal: controller.signal }), /the person left/);
});

Deno.test("createEnvPool() starts no episode after the stop", async () => {
  const env = held();
  const slow: SlowEnv = {
    ...env,
    step: () =>
      new Promise((resolve) =>
        setTimeout(
          () =>
            resolve({ obs: new Float64Array(1), reward: 1, terminated: true, truncated: false }),
          5,
        )
      ),
  };
  const pool = createEnvPool([slow]);
  await pool.recv();
  pool.send([0], [0]);
  assert.deepEqual(kinds((await pool.stop()).left), ["step 0"]);
  assert.equal(env.seeds.length, 1);
});

Deno.test("createEnvPool() refuses no environments and a grace that is none", () => {
  assert.throws(() => createEnvPool([]), /RangeError.*without environments/);
  for (const graceMs of [-1, NaN, Infinity]) {
    assert.throws(() => createEnvPool([held()], { graceMs }), /RangeError.*graceMs must be/);
  }
  assert.throws(() => createEnvPool([held()], { seed: NaN }), /RangeError.*not a seed/);
});

Deno.test("createEnvPool() has all environments at work at the same time", async () => {
  let [atWork, most, steps] = [0, 0, 0];
  const envs = Array.from({ length: 4 }, (): SlowEnv => {
    const env = createCartPole();
    return {
      spec: env.spec,
      reset: (seed) => env.reset(seed),
      async step(action) {
        most = Math.max(most, ++atWork);
        await new Promise((done) => setTimeout(done, 5));
        atWork--;
        return env.step(action);
      },
    };
  });
  const pool = createEnvPool(envs);
  while (steps < 40) {
    const batch = await pool.recv();
    steps += batch.filter((result) => result.kind === "step").length;
    const ready = batch.filter((result) => result.ready).map((result) => result.env);
    pool.send(ready, ready.map(() => steps % 2));
  }
  assert.equal(most, 4);
  assert.deepEqual((await pool.stop()).stuck, []);
});
