import { describeError, UserError } from "../../core/errors.ts";
import type { Json } from "../../core/store/types.ts";
import { createAdaptiveLimiter } from "./adaptive_limiter.ts";
import { type Outcome, runAttempt } from "./_attempt.ts";
import { RunnerCounts } from "./_runner_metrics.ts";
import type { DirectResult, DirectTask, EnvRunner, EnvRunnerOptions } from "./runner_types.ts";
import type { JobClass, Lease } from "./types.ts";

/** How long one attempt may take by class, in milliseconds. */
export const CLASS_TIMEOUTS: Readonly<Record<JobClass, number>> = {
  cpu_short: 30_000,
  cpu_long: 600_000,
  gpu: 3_600_000,
  gpu_slurm: 86_400_000,
};

/**
 * A runner: leases jobs of a queue as its limiter allows, holds the leases while it works, acks or
 * fails them.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createEnvRunner, createJobQueue, createTaskRegistry } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * const queue = createJobQueue(openMemoryStore());
 * const tasks = createTaskRegistry([
 *   { name: "double", class: "cpu_short", run: ({ n }) => Promise.resolve(Number(n) * 2) },
 * ]);
 * const runner = createEnvRunner({ queue, tasks });
 * await queue.submit({ id: "one", payload: { task: "double", n: 21 } });
 * assert.equal(await runner.drain(new AbortController().signal), 1);
 * assert.equal((await queue.get("one"))?.runner_result, 42);
 * ```
 */
export function createEnvRunner(options: EnvRunnerOptions): EnvRunner {
  const { queue, tasks, classes = ["cpu_short", "cpu_long"], onEnd, onWarning } = options;
  const { maxWaiting = 64, visibilityMs = 30_000, pollMs = 200, graceMs = 5_000 } = options;
  const { limiter = createAdaptiveLimiter(), now = Date.now, worker } = options;
  const counts = new RunnerCounts(now);
  const running = new Set<Promise<void>>();
  let wakeUp = () => {};
  let ended = 0;

  return {
    run: (signal) => take(signal, false),
    drain: (signal) => take(signal, true),
    task: direct,
    wake: () => wakeUp(),
    async metrics() {
      const [{ pending }, gpu] = await Promise.all([
        queue.status(),
        options.gpuUtilization?.() ?? null,
      ]);
      return {
        ...counts.read(),
        queue_depth: pending + limiter.waiting,
        gpu_utilization: gpu,
        limit: limiter.limit,
        active: limiter.active,
      };
    },
  };

  async function take(signal: AbortSignal, once: boolean): Promise<number> {
    const before = ended;
    const stop = new AbortController();
    // Also while all permits are in use.
    const observing = setInterval(() => void observe(), OBSERVE_MS);
    while (!signal.aborted) {
      const first = await limiter.acquire(signal).catch(() => undefined);
      if (first === undefined) break;
      const permits = [first, ...morePermits()];
      const leases = await leaseUpTo(permits.length);
      for (const lease of leases) {
        const work = perform(lease, permits.pop()!, stop.signal);
        running.add(work);
        void work.finally(() => running.delete(work));
      }
      for (const release of permits) release();
      if (leases.length > 0) continue;
      if (once && running.size === 0) break;
      await idle(signal, once ? running : []);
    }
    const timer = setTimeout(() => stop.abort(STOPPED), signal.aborted ? graceMs : 0x7fff_ffff);
    await Promise.all(running);
    clearTimeout(timer);
    clearInterval(observing);
    return ended - before;
  }

  function morePermits(): (() => void)[] {
    const permits: (() => void)[] = [];
    for (let permit; (permit = limiter.tryAcquire()) !== undefined;) permits.push(permit);
    return permits;
  }

  /** A store that fails once must not end the runner. */
  async function leaseUpTo(limit: number): Promise<Lease[]> {
    const given = { classes, limit, visibilityMs, ...worker !== undefined && { worker } };
    return await queue.lease(given).catch((error: unknown) => {
      onWarning?.(`no job could be taken: ${describeError(error)}`);
      return [];
    });
  }

  async function perform(lease: Lease, release: () => void, stopping: AbortSignal): Promise<void> {
    const { job, attempt } = lease;
    const since = job.not_before ?? job.submitted_at;
    const lost = new AbortController();
    const heart = setInterval(() => {
      queue.extend(lease, visibilityMs).catch((error: UserError) => {
        if (error.rule === "queue.lease") lost.abort(error);
      });
    }, Math.max(1, Math.floor(visibilityMs / 3)));
    const { outcome, settled } = runAttempt(tasks, {
      ...job,
      attempt,
      timeoutMs: job.timeout_ms ?? timeoutOf(job.class),
      onWait: counts.waited,
      signal: AbortSignal.any([lost.signal, stopping]),
    });
    const end = await outcome;
    clearInterval(heart);
    const started = lease.leased_at;
    const gone = lost.signal.aborted || (stopping.aborted && !end.ok);
    if (!gone) {
      counts.ended(job.class, end.ok, now() - started, now() - (attempt === 1 ? since : started));
    }
    ended++;
    const told = await settle(lease, end, lost.signal.aborted, stopping.aborted);
    try {
      onEnd?.(lease, told);
    } catch (error) {
      onWarning?.(`onEnd failed: ${describeError(error)}`);
    }
    // One that does not listen still works: its permit is not free yet.
    void settled.finally(release);
  }

  async function settle(lease: Lease, end: Outcome, lost: boolean, stopping: boolean) {
    try {
      if (lost) return "lost";
      if (end.ok) {
        await queue.ack(lease, end.result);
        return "done";
      }
      if (stopping) {
        await queue.release(lease);
        return "released";
      }
      return await queue.fail(lease, end.error.line, { retry: end.retry });
    } catch (error) {
      if (error instanceof UserError && error.rule === "queue.lease") return "lost";
      // What it gave cannot be kept: another attempt would give the same.
      if (error instanceof UserError && error.kind === "usage") {
        return await queue.fail(lease, error.line, { retry: false }).catch(() => "lost" as const);
      }
      onWarning?.(`the end of job "${lease.job.id}" was not kept: ${describeError(error)}`);
      return "lost";
    }
  }

  async function direct(task: DirectTask, signal?: AbortSignal): Promise<DirectResult> {
    const { id, class: kind = "cpu_short", payload } = task;
    if (limiter.waiting >= maxWaiting) {
      throw new UserError("refused", `the runner is full: ${maxWaiting} calls wait`, {
        rule: "queue.full",
        hint: "call again later, or submit it to the queue",
      });
    }
    const came = now();
    const release = await limiter.acquire(signal);
    const started = now();
    const { outcome, settled } = runAttempt(tasks, {
      id,
      class: kind,
      payload,
      attempt: 1,
      timeoutMs: timeoutOf(kind),
      onWait: counts.waited,
      signal: signal ?? new AbortController().signal,
    });
    const end = await outcome;
    void settled.finally(release);
    const latency_ms = now() - came;
    counts.ended(kind, end.ok, now() - started, latency_ms);
    if (!end.ok) throw end.error;
    const { embeddings } = (end.result ?? {}) as { embeddings?: Json };
    return { id, ...embeddings !== undefined && { embeddings }, latency_ms, metadata: end.result };
  }

  function timeoutOf(kind: JobClass): number {
    return options.timeouts?.[kind] ?? CLASS_TIMEOUTS[kind];
  }

  async function observe(): Promise<void> {
    const depth = await queue.status().then(({ pending }) => pending, () => 0);
    limiter.observe({ depth, ...counts.sample() });
  }

  /** Until it is time to look again, or one of these has ended. */
  async function idle(signal: AbortSignal, ends: Iterable<Promise<void>>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wakeUp = resolve;
    const timer = setTimeout(resolve, pollMs);
    const leave = () => resolve();
    signal.addEventListener("abort", leave, { once: true });
    await Promise.race([promise, ...ends]);
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
  }
}

/** How often the limiter is told of the load, in milliseconds; it decides how often it changes. */
const OBSERVE_MS = 500;

const STOPPED = new UserError("aborted", "the runner stops");
