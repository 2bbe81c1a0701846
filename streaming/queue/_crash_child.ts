// Works on a queue, for tests. Modes: "submit" submits numbered jobs until it is killed and says each
// that was taken in, one line each; "work" does jobs until it is killed, each with its effect in the
// commit of its ack, and lets some fail or take too long; "drain" does them until none is left.
import { openSqliteStore } from "../../core/store/sqlite.ts";
import { createJobQueue } from "./create_job_queue.ts";
import type { Lease } from "./types.ts";

const [path, mode, start = "0"] = Deno.args;
const store = await openSqliteStore(path!);
const queue = createJobQueue(store, {
  maxAttempts: 1_000_000,
  ...mode !== "drain" && { visibilityMs: 60, sweepMs: 10, backoffMs: 5 },
});
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
say("ready");

if (mode === "submit") {
  for (let n = Number(start);; n += 16) {
    const numbers = Array.from({ length: 16 }, (_, i) => n + i);
    await Promise.all(
      numbers.map((n) =>
        queue.submit({ id: `job-${n}`, payload: n }).catch((error) => {
          // The one before was killed between the commit and its word.
          if (error.rule !== "queue.conflict") throw error;
        })
      ),
    );
    say(String(n + 15));
    await sleep(2);
  }
}

for (;;) {
  const leases = await queue.lease({ limit: 8, worker: String(Deno.pid) });
  if (leases.length === 0) {
    if (mode === "drain") break;
    await sleep(5);
  }
  await Promise.all(leases.map((lease) =>
    work(lease).catch((error) => {
      // On a busy machine a lease is over before anything was done with it.
      if (error.rule !== "queue.lease") throw error;
    })
  ));
}
await store.close();

async function work(lease: Lease): Promise<void> {
  const { id, payload } = lease.job;
  if (mode === "work") {
    if (Number(payload) % 7 === 0 && lease.attempt === 1) {
      return void await queue.fail(lease, "first");
    }
    if (Math.random() < 0.02) await sleep(80);
  }
  const writes = [{ op: "append", stream: "effects", values: [id] } as const];
  await queue.ack(lease, payload, { writes });
}
