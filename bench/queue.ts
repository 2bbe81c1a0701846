// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The job queue beside bare single puts of the same store in the same run: what a job costs that is
 * submitted, leased and acknowledged, one by one and by many at a time. Each put has a key and a
 * value of its own, as each job has; rounds alternate, so both meet the same noise. Then workers are
 * killed.
 *
 * `deno run -A bench/queue.ts`
 */
import { openSqliteStore } from "../core/store/sqlite.ts";
import { killWorkers } from "../streaming/queue/_test_kills.ts";
import { createJobQueue } from "../streaming/queue/create_job_queue.ts";
import { check, median } from "./_report.ts";

const ROUNDS = 9;
const JOBS = 1_600;
const PAYLOAD = { task: "run_tests", input: { paths: ["src/a_test.ts"] }, text: "x".repeat(100) };

const folder = await Deno.makeTempDir();
const store = await openSqliteStore(`${folder}/store.db`);
try {
  const queue = createJobQueue(store);
  let keys = 0;
  const puts = async () => {
    for (let i = 0; i < JOBS; i++) await store.put(`put:${keys++}`, PAYLOAD);
  };
  const jobs = (together: number) => async () => {
    for (let i = 0; i < JOBS; i += together) {
      await Promise.all(Array.from({ length: together }, () => queue.submit({ payload: PAYLOAD })));
      const leases = await queue.lease({ limit: together });
      await Promise.all(leases.map((lease) => queue.ack(lease, { ok: true })));
    }
  };
  const backlog = async () => {
    const specs = Array.from({ length: JOBS }, () => ({ payload: PAYLOAD }));
    for (let i = 0; i < JOBS; i += 32) {
      await Promise.all(specs.slice(i, i + 32).map((spec) => queue.submit(spec)));
    }
    for (let i = 0; i < JOBS; i += 32) {
      const leases = await queue.lease({ limit: 32 });
      await Promise.all(leases.map((lease) => queue.ack(lease, { ok: true })));
    }
  };
  const works: Record<string, () => Promise<void>> = {
    "one by one": jobs(1),
    "8 together": jobs(8),
    "32 together": jobs(32),
    "32 together, all submitted first": backlog,
  };
  const rates: Record<string, number[]> = {};
  const ratios: Record<string, number[]> = {};
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries(works)) {
      const bare = await rate(puts);
      const ours = await rate(work);
      if (round < 0) continue;
      (rates["bare puts"] ??= []).push(bare);
      (rates[name] ??= []).push(ours);
      (ratios[name] ??= []).push(ours / bare);
    }
  }
  for (const [name, values] of Object.entries(rates)) {
    const ratio = ratios[name] === undefined ? "" : `, ratio ${median(ratios[name]).toFixed(2)}`;
    console.log(
      `${name.padEnd(34)} ${Math.round(median(values)).toLocaleString("en")} / s${ratio}`,
    );
  }
  const { completed, pending, leased, dead } = await queue.status();
  const killed = await killWorkers(100);
  console.log(`${killed.kills} kills over ${killed.submitted} jobs`, killed.warnings);
  await check({
    // Each job alone are three commits after another: no third of one, whatever is done.
    "queue.few_jobs_ratio": { value: median(ratios["8 together"]!), limit: 0.25, better: "higher" },
    "queue.jobs_ratio": { value: median(ratios["32 together"]!), limit: 0.25, better: "higher" },
    "queue.backlog_ratio": {
      value: median(ratios["32 together, all submitted first"]!),
      limit: 0.25,
      better: "higher",
    },
    "queue.not_done": { value: pending + leased + dead, limit: 0, better: "lower" },
    "queue.jobs": { value: completed, limit: (ROUNDS + 1) * 4 * JOBS, better: "higher" },
    "queue.lost_over_kills": { value: killed.lost, limit: 0, better: "lower" },
    "queue.doubled_over_kills": { value: killed.doubled, limit: 0, better: "lower" },
  });
} finally {
  await store.close();
  await Deno.remove(folder, { recursive: true });
}

async function rate(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return JOBS / (performance.now() - started) * 1_000;
}
