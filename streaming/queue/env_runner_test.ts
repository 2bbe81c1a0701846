import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Json } from "../../core/store/types.ts";
import { createAdaptiveLimiter } from "./adaptive_limiter.ts";
import { createJobQueue, type JobQueueOptions } from "./create_job_queue.ts";
import { createEnvRunner } from "./env_runner.ts";
import type { EnvRunnerOptions } from "./runner_types.ts";
import { createTaskRegistry, type Task } from "./task.ts";

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = () => new AbortController().signal;

/** Rejects when its signal is aborted. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}

function task(name: string, run: Task["run"], kind: Task["class"] = "cpu_short"): Task {
  return { name, class: kind, run };
}

function setUp(tasks: Task[], runner: Partial<EnvRunnerOptions> = {}, queue: JobQueueOptions = {}) {
  const made = createJobQueue(openMemoryStore(), {
    sweepMs: 0,
    backoffMs: 5,
    maxBackoffMs: 5,
    ...queue,
  });
  const ends: string[] = [];
  const warnings: string[] = [];
  const given: EnvRunnerOptions = {
    queue: made,
    tasks: createTaskRegistry(tasks),
    pollMs: 5,
    onEnd: (lease, end) => ends.push(`${lease.job.id} ${end}`),
    onWarning: (text) => warnings.push(text),
    ...runner,
  };
  return { queue: made, runner: createEnvRunner(given), ends, warnings };
}

Deno.test("drain() does what is there, and keeps results and reasons", async () => {
  const { queue, runner, ends } = setUp([
    task("echo", (payload) => Promise.resolve(payload as Json)),
    task(
      "flaky",
      (_, { attempt }) => attempt < 3 ? Promise.reject(new Error("no")) : Promise.resolve(attempt),
    ),
    task(
      "refused",
      () => Promise.reject(new UserError("refused", "policy says no", { rule: "x" })),
    ),
    task("circle", () => {
      const circle: Record<string, unknown> = {};
      return Promise.resolve(circle.self = circle as Json);
    }),
    task("gpu", () => Promise.resolve(1), "gpu"),
  ]);
  await queue.submit({ id: "a", payload: { task: "echo", n: 1 } });
  await queue.submit({ id: "b", payload: { task: "flaky" } });
  await queue.submit({ id: "c", payload: { task: "refused" } });
  await queue.submit({ id: "d", payload: { task: "circle" } });
  await queue.submit({ id: "e", payload: { task: "unknown" } });
  await queue.submit({ id: "f", payload: { task: "gpu" } });
  await queue.submit({ id: "g", payload: ["no", "task"] });
  await queue.submit({ id: "h", payload: { task: "gpu" }, class: "gpu" });
  for (let round = 0; round < 3; round++) {
    await runner.drain(never());
    await sleep(6);
  }
  assert.deepEqual((await queue.get("a"))?.runner_result, { task: "echo", n: 1 });
  assert.deepEqual((await queue.get("b"))?.runner_result, 3);
  const why = Object.fromEntries((await queue.dead()).map(({ id, error }) => [id, error]));
  assert.match(why.c!, /policy says no/);
  assert.match(why.d!, /the result of a job is JSON/);
  assert.match(why.e!, /given: "unknown": known: circle, echo, flaky, gpu, refused/);
  assert.match(why.f!, /task gpu needs class gpu; the job has cpu_short/);
  assert.match(why.g!, /names a task of this runner; given: nothing/);
  assert.equal((await queue.get("h"))?.state, "pending");
  assert.deepEqual(ends.filter((end) => end.startsWith("b")), ["b retry", "b retry", "b done"]);
  const metrics = await runner.metrics();
  assert.deepEqual([metrics.tasks_processed, metrics.total_errors, metrics.queue_depth], [9, 6, 1]);
  assert.deepEqual(metrics.errors_by_class, { cpu_short: 6 });
  assert.equal(metrics.gpu_utilization, null);
  assert.ok(metrics.latency_p95_ms! >= 0 && metrics.avg_duration_ms! >= 0);
});

Deno.test("run() takes jobs as they come, several at once, and holds them while they run", async () => {
  let [now, most] = [0, 0];
  const { queue, runner } = setUp([
    task("slow", async () => {
      most = Math.max(most, ++now);
      await sleep(700);
      now--;
      return null;
    }),
  ], { visibilityMs: 500, limiter: createAdaptiveLimiter({ base: 3 }) });
  const stop = new AbortController();
  const running = runner.run(stop.signal);
  await Promise.all(Array.from({ length: 7 }, () => queue.submit({ payload: { task: "slow" } })));
  runner.wake();
  while ((await queue.status()).processed < 7) await sleep(5);
  stop.abort();
  assert.equal(await running, 7);
  assert.equal(most, 3);
  const status = await queue.status();
  assert.deepEqual([status.completed, status.processed], [7, 7]);
});

Deno.test("a job that takes too long fails, and its permit is free when it has really ended", async () => {
  const ended = Promise.withResolvers<void>();
  const { queue, runner } = setUp([
    task("listens", (_, { signal }) => untilAborted(signal)),
    task("deaf", () => ended.promise.then(() => 1)),
  ], { timeouts: { cpu_short: 20 } });
  await queue.submit({ id: "listens", payload: { task: "listens" }, maxAttempts: 1 });
  await queue.submit({ id: "deaf", payload: { task: "deaf" }, maxAttempts: 1 });
  await queue.submit({ id: "own", payload: { task: "listens" }, maxAttempts: 1, timeoutMs: 40 });
  await runner.drain(never());
  const errors = (await queue.dead()).map(({ error }) => error);
  assert.deepEqual(errors.length, 3);
  assert.match(errors[0]!, /job "deaf" took more than 0.02 s: give it a longer class/);
  assert.match(errors[2]!, /job "own" took more than 0.04 s/);
  assert.equal((await runner.metrics()).active, 1);
  ended.resolve();
  await sleep(0);
  assert.equal((await runner.metrics()).active, 0);
});

Deno.test("a cancelled job is stopped at the next heartbeat, and nothing of it counts", async () => {
  const reasons: unknown[] = [];
  const { queue, runner, ends } = setUp([
    task("wait", (_, { signal }) =>
      untilAborted(signal).catch((why) => {
        reasons.push(why.rule);
        return 1;
      })),
  ], { visibilityMs: 300 });
  await queue.submit({ id: "a", payload: { task: "wait" } });
  const draining = runner.drain(never());
  while ((await queue.get("a"))?.state !== "leased") await sleep(1);
  assert.equal(await queue.cancel("a"), true);
  await draining;
  assert.deepEqual([reasons, ends], [["queue.lease"], ["a lost"]]);
  assert.equal((await queue.get("a"))?.state, "cancelled");
  assert.equal((await runner.metrics()).tasks_processed, 0);
});

Deno.test("run() that is stopped waits a little, then gives its jobs back uncounted", async () => {
  const { queue, runner, ends } = setUp([
    task("short", () => sleep(30).then(() => null)),
    task("long", (_, { signal }) => untilAborted(signal)),
  ], { graceMs: 500 });
  await queue.submit({ id: "long", payload: { task: "long" } });
  await queue.submit({ id: "short", payload: { task: "short" } });
  const stop = new AbortController();
  const running = runner.run(stop.signal);
  while ((await queue.status()).leased < 2) await sleep(1);
  stop.abort();
  await running;
  assert.deepEqual(ends, ["short done", "long released"]);
  const { state, attempts } = (await queue.get("long"))!;
  assert.deepEqual([state, attempts], ["pending", 0]);
});

Deno.test("task() runs at once, and is refused aloud when too many wait", async () => {
  const gate = Promise.withResolvers<void>();
  const { runner } = setUp([
    task("embed", () => Promise.resolve({ embeddings: [[1, 2]] })),
    task("wait", () => gate.promise.then(() => null)),
    task("fail", () => Promise.reject(new TypeError("broken"))),
  ], { limiter: createAdaptiveLimiter({ base: 1 }), maxWaiting: 2 });
  const done = await runner.task({ id: "1", payload: { task: "embed" } });
  assert.deepEqual([done.id, done.embeddings, done.metadata], ["1", [[1, 2]], {
    embeddings: [[1, 2]],
  }]);
  await assert.rejects(runner.task({ id: "2", payload: { task: "fail" } }), /TypeError: broken/);
  const calls = ["3", "4", "5"].map((id) => runner.task({ id, payload: { task: "wait" } }));
  await assert.rejects(
    runner.task({ id: "6", payload: { task: "wait" } }),
    (error: UserError) => error.rule === "queue.full" && /2 calls wait/.test(error.line),
  );
  assert.equal((await runner.metrics()).queue_depth, 2);
  gate.resolve();
  assert.deepEqual((await Promise.all(calls)).map(({ id }) => id), ["3", "4", "5"]);
});

Deno.test("a store that fails is told of, and the runner goes on", async () => {
  const store = openMemoryStore();
  const queue = createJobQueue(store, { sweepMs: 0 });
  await queue.submit({ id: "a", payload: { task: "ok" } });
  let failures = 2;
  const warnings: string[] = [];
  const runner = createEnvRunner({
    queue: {
      ...queue,
      lease: (options) =>
        failures-- > 0
          ? Promise.reject(new UserError("failed", "disk full"))
          : queue.lease(options),
    },
    tasks: createTaskRegistry([task("ok", () => Promise.resolve(1))]),
    pollMs: 1,
    onWarning: (text) => warnings.push(text),
  });
  const stop = new AbortController();
  const running = runner.run(stop.signal);
  while ((await queue.status()).completed < 1) await sleep(1);
  stop.abort();
  await running;
  assert.deepEqual(warnings, Array(2).fill("no job could be taken: disk full"));
});

Deno.test("the limiter hears how long tasks waited for what they run on, and what failed", async () => {
  let now = 1_000;
  const limiter = createAdaptiveLimiter({ base: 8, now: () => now });
  const { queue, runner } = setUp([
    task("waits", (_, { waited }) => {
      waited(5_000);
      return sleep(700).then(() => null);
    }),
  ], { limiter, now: () => now });
  await queue.submit({ payload: { task: "waits" } });
  now += 3_000;
  await runner.drain(never());
  assert.equal(limiter.limit, 6);
});

Deno.test("createTaskRegistry() refuses two tasks of one name", () => {
  const one = task("a", () => Promise.resolve(1));
  assert.throws(() => createTaskRegistry([one, one]), /two tasks have one name, among a/);
});
