// deno-lint-ignore-file no-console -- a script for the command line
// Jobs that outlive this process: deno run -A examples/streaming/job_queue.ts [FILE]
import { openSqliteStore } from "@dspy/code/core/store";
import { createEnvRunner, createJobQueue, createTaskRegistry } from "@dspy/code/streaming/queue";

const [file = `${await Deno.makeTempDir()}/jobs.db`] = Deno.args;
const queue = createJobQueue(await openSqliteStore(file), { backoffMs: 50 });
const tasks = createTaskRegistry([{
  name: "count",
  class: "cpu_short",
  run: async ({ path }) => (await Deno.readTextFile(String(path))).split("\n").length,
}]);
const path = import.meta.filename!;
await queue.submit({ id: "ours", payload: { task: "count", path }, priority: 5 });
await queue.submit({ id: "gone", payload: { task: "count", path: "no.txt" }, maxAttempts: 1 });
await createEnvRunner({ queue, tasks }).drain(new AbortController().signal);
console.log((await queue.get("ours"))?.runner_result, (await queue.get("gone"))?.error);
await queue.store.close();
