import assert from "node:assert/strict";
import fc from "fast-check";
import type { UserError } from "../../core/errors.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import { openSqliteStore } from "../../core/store/sqlite.ts";
import type { Store } from "../../core/store/types.ts";
import { createJobQueue } from "./create_job_queue.ts";
import type { JobClass, JobQueue, JobState, Lease } from "./types.ts";

const VISIBILITY = 100;
const BACKOFF = 40;
const MAX_ATTEMPTS = 3;
const IDS = ["a", "b", "c", "d", "e", "f"];

/** What a job is, said as simply as possible. */
interface ModelJob {
  readonly id: string;
  readonly class: JobClass;
  readonly priority: number;
  /** Counts submissions. */
  readonly order: number;
  state: JobState;
  attempts: number;
  /** When it may start. */
  due: number;
  /** Of the lease it is in. */
  until: number;
  token: string;
}

/** A queue in the plainest words, and the real one beside it. */
class Pair {
  readonly jobs = new Map<string, ModelJob>();
  readonly counts = { submitted: 0, completed: 0, failed: 0, cancelled: 0 };
  readonly leases: Lease[] = [];
  now = 1_000_000;
  #order = 0;
  #tokens = 0;
  queue: JobQueue;

  constructor(readonly store: Store) {
    this.queue = this.open();
  }

  open(): JobQueue {
    return createJobQueue(this.store, {
      visibilityMs: VISIBILITY,
      backoffMs: BACKOFF,
      maxAttempts: MAX_ATTEMPTS,
      sweepMs: 0,
      now: () => this.now,
      random: () => 1,
      newToken: () => `t${this.#tokens++}`,
    });
  }

  async submit(id: string, kind: JobClass, priority: number, delayMs: number): Promise<void> {
    const submitted = await told(
      this.queue.submit({ id, class: kind, payload: { id }, priority, delayMs }),
    );
    if (this.jobs.has(id)) return assert.equal(submitted, "queue.conflict");
    assert.equal(submitted, undefined);
    this.counts.submitted++;
    this.jobs.set(id, {
      id,
      class: kind,
      priority,
      order: this.#order++,
      state: "pending",
      attempts: 0,
      due: this.now + delayMs,
      until: 0,
      token: "",
    });
  }

  async lease(classes: readonly JobClass[], limit: number): Promise<void> {
    for (const job of this.jobs.values()) {
      if (job.state === "leased" && job.until <= this.now) this.#failed(job, 0);
    }
    const expected = [...this.jobs.values()]
      .filter((job) =>
        job.state === "pending" && job.due <= this.now && classes.includes(job.class)
      )
      .sort((a, b) => b.priority - a.priority || a.order - b.order).slice(0, limit);
    const leases = await this.queue.lease({ classes, limit });
    assert.deepEqual(leases.map(({ job }) => job.id), expected.map(({ id }) => id));
    for (const lease of leases) {
      const job = this.jobs.get(lease.job.id)!;
      assert.equal(lease.attempt, job.attempts + 1);
      assert.deepEqual(lease.job.payload, { id: job.id });
      job.state = "leased";
      job.until = lease.until;
      job.token = lease.token;
      this.leases.push(lease);
    }
  }

  async end(index: number, how: "ack" | "fail" | "bury" | "extend" | "release"): Promise<void> {
    const lease = this.leases[index % Math.max(1, this.leases.length)];
    if (lease === undefined) return;
    const { queue } = this;
    const result = await told(
      how === "ack"
        ? queue.ack(lease, { by: lease.token })
        : how === "extend"
        ? queue.extend(lease)
        : how === "release"
        ? queue.release(lease)
        : queue.fail(lease, "no", { retry: how === "fail" }),
    );
    const job = this.jobs.get(lease.job.id)!;
    if (job.state !== "leased" || job.token !== lease.token) {
      return assert.equal(result, "queue.lease", `${how} of an outdated lease`);
    }
    assert.equal(result, undefined);
    if (how === "extend") job.until = this.now + VISIBILITY;
    else if (how === "release") job.state = "pending";
    else if (how === "ack") {
      job.state = "done";
      this.counts.completed++;
    } else this.#failed(job, how === "bury" ? "never" : BACKOFF * 2 ** job.attempts);
  }

  async cancel(id: string): Promise<void> {
    const state = this.jobs.get(id)?.state;
    const can = state === "pending" || state === "leased" || state === "dead";
    assert.equal(await this.queue.cancel(id), can);
    if (!can) return;
    const job = this.jobs.get(id)!;
    if (state === "leased") job.attempts++;
    job.state = "cancelled";
    this.counts.cancelled++;
  }

  async redrive(): Promise<void> {
    const dead = [...this.jobs.values()].filter(({ state }) => state === "dead");
    assert.deepEqual(
      (await this.queue.dead()).map(({ id }) => id),
      dead.map(({ id }) => id).sort(),
    );
    assert.equal(await this.queue.redrive(), dead.length);
    for (const job of dead) Object.assign(job, { state: "pending", attempts: 0, due: this.now });
  }

  /** The process is killed and another takes over; within a millisecond order is each one's own. */
  restart(): void {
    this.now++;
    this.queue = this.open();
  }

  async check(): Promise<void> {
    const states = [...this.jobs.values()].map(({ state }) => state);
    const count = (state: JobState) => states.filter((found) => found === state).length;
    assert.deepEqual(await this.queue.status(), {
      pending: count("pending"),
      leased: count("leased"),
      done: count("done") + count("cancelled"),
      dead: count("dead"),
      cancelled: this.counts.cancelled,
      submitted: this.counts.submitted,
      processed: this.counts.completed + this.counts.failed,
      completed: this.counts.completed,
    });
    for (const job of this.jobs.values()) {
      const found = await this.queue.get(job.id);
      assert.deepEqual([found?.state, found?.attempts], [
        job.state,
        job.attempts + (job.state === "done" ? 1 : 0),
      ]);
    }
  }

  #failed(job: ModelJob, pause: number | "never"): void {
    job.attempts++;
    this.counts.failed++;
    if (pause === "never" || job.attempts >= MAX_ATTEMPTS) job.state = "dead";
    else Object.assign(job, { state: "pending", due: this.now + pause });
  }
}

/** The rule by which something was refused. */
function told(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(() => undefined, (error: UserError) => error.rule ?? String(error));
}

type Step = (pair: Pair) => Promise<void> | void;

const KIND = fc.constantFrom<JobClass>("cpu_short", "gpu");
const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: submits() },
  { weight: 5, arbitrary: leasing() },
  { weight: 5, arbitrary: ending() },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 150 }).map((ms): Step => (pair) => void (pair.now += ms)),
  },
  { weight: 1, arbitrary: fc.constantFrom(...IDS).map((id): Step => (pair) => pair.cancel(id)) },
  { weight: 1, arbitrary: fc.constant<Step>((pair) => pair.redrive()) },
  { weight: 1, arbitrary: fc.constant<Step>((pair) => pair.restart()) },
);

function submits(): fc.Arbitrary<Step> {
  return fc.tuple(
    fc.constantFrom(...IDS),
    KIND,
    fc.constantFrom(0, 5, -100),
    fc.constantFrom(0, 60),
  )
    .map(([id, kind, priority, delay]) => (pair) => pair.submit(id, kind, priority, delay));
}

function leasing(): fc.Arbitrary<Step> {
  return fc.tuple(
    fc.subarray<JobClass>(["cpu_short", "gpu"], { minLength: 1 }),
    fc.integer({ min: 1, max: 3 }),
  )
    .map(([classes, limit]) => (pair) => pair.lease(classes, limit));
}

function ending(): fc.Arbitrary<Step> {
  return fc.tuple(fc.nat(30), fc.constantFrom("ack", "fail", "bury", "extend", "release"))
    .map(([index, how]) => (pair) => pair.end(index, how as "ack"));
}

async function follow(store: Store, steps: readonly Step[]): Promise<void> {
  const pair = new Pair(store);
  for (const step of steps) {
    await step(pair);
    await pair.check();
  }
}

Deno.test("createJobQueue() does what the model does, over memory", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 60, size: "max" }), async (steps) => {
      await follow(openMemoryStore(), steps);
    }),
    { numRuns: 300 },
  );
});

Deno.test("createJobQueue() does what the model does, over SQLite", async () => {
  const folder = await Deno.makeTempDir();
  let file = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { maxLength: 60, size: "max" }), async (steps) => {
        const store = await openSqliteStore(`${folder}/${file++}.db`);
        try {
          await follow(store, steps);
        } finally {
          await store.close();
        }
      }),
      { numRuns: 30 },
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
