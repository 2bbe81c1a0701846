import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";
import { counted } from "../../core/logs/counted.ts";
import type { Json } from "../../core/store/types.ts";
import { defineTool, type Tool, type ToolResult } from "../../core/tool.ts";
import { createJobQueue } from "../../streaming/queue/create_job_queue.ts";
import type { JobQueue, JobRecord, JobState } from "../../streaming/queue/types.ts";

const ACTIONS = ["status", "submit", "list", "cancel", "redrive"] as const;

const input = z.object({
  action: z.enum(ACTIONS).default("status").describe("what to do"),
  words: z.array(z.string()).default([])
    .describe(
      "submit: task, then its payload as JSON; list: pending, leased, done, dead or cancelled; " +
        "status, cancel, redrive: ids",
    ),
  class: z.enum(["cpu_short", "cpu_long"]).default("cpu_long")
    .describe("submit: what the job needs"),
  priority: z.coerce.number().int().min(-100).max(100).default(0)
    .describe("submit: higher ones come first"),
  id: z.string().min(1).optional().describe("submit: its name; default a new one"),
});

/** Input of the tool `jobs`. */
export type JobsInput = z.infer<typeof input>;

/** Puts jobs into the workspace's queue and shows what became of them; `queue run` works on them. */
const jobs: Tool<JobsInput, unknown> = defineTool({
  name: "jobs",
  summary: "Puts jobs (run_tests, lint, build, types) into the queue here, and shows what they did",
  input,
  positional: ["action", "words"],
  examples: [
    { line: "jobs submit run_tests", says: "to be run by: queue run" },
    { line: `jobs submit run_tests '{"filter":"parse"}' --priority 5`, says: "with a payload" },
    { line: "jobs status", says: "how many wait, run and are done" },
  ],
  effect: "read",
  needs: () => ({}),
  async run(
    { action, words, ...given },
    { store, origin, progress },
  ): Promise<ToolResult<unknown>> {
    if (origin === "agent" && action !== "status" && action !== "list") {
      const rule = "streams.own";
      throw new UserError("refused", `jobs ${action} is for the person alone`, { rule });
    }
    const queue = createJobQueue(store, {
      onWarning: (text) => progress({ text, lasting: true }),
    });
    switch (action) {
      case "submit":
        return await submit(queue, words, given);
      case "status":
        return words[0] === undefined ? await status(queue) : await show(queue, words[0]);
      case "list":
        return await list(queue, words[0]);
      case "cancel": {
        const [id] = words;
        if (id === undefined) throw new UserError("usage", "which job?", { hint: "give its id" });
        const done = await queue.cancel(id);
        return {
          ok: done,
          data: { id, cancelled: done },
          text: done ? `cancelled ${id}` : `no job ${id} waits`,
        };
      }
      case "redrive": {
        const count = await queue.redrive(words.length > 0 ? words : undefined);
        const ok = count > 0 || words.length === 0;
        const text = ok
          ? `${counted(count, "dead job")} put back`
          : `none dead: ${words.join(", ")}`;
        return { ok, data: { count }, text };
      }
    }
  },
});

export default jobs;

/** What `queue run` can do. */
const TASKS: readonly string[] = ["run_tests", "lint", "build", "types"];

async function submit(
  queue: JobQueue,
  [task, payload, ...more]: readonly string[],
  { class: kind, priority, id }: Pick<JobsInput, "class" | "priority" | "id">,
) {
  if (task === undefined || more.length > 0) {
    throw new UserError("usage", "a job has a task and perhaps a payload", {
      hint: `for example: queue submit run_tests '{"filter":"parse"}'`,
    });
  }
  if (!TASKS.includes(task)) {
    throw new UserError("usage", `no task is called ${JSON.stringify(task)}`, {
      hint: `one of ${TASKS.join(", ")}`,
    });
  }
  const fields = payload === undefined ? {} : parse(payload);
  const job = await queue.submit({
    payload: { ...fields, task },
    class: kind,
    priority,
    ...id !== undefined && { id },
  });
  return { ok: true, data: job, text: `submitted ${job.id}: queue run works on it` };
}

function parse(text: string): { readonly [key: string]: Json } {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value as { readonly [key: string]: Json };
  } catch {
    // Told below.
  }
  throw new UserError("usage", `the payload is no JSON object: ${text.slice(0, 80)}`, {
    hint: `quote it for the shell: '{"filter":"parse"}'`,
  });
}

async function status(queue: JobQueue) {
  const data = await queue.status();
  const { pending, leased, completed, dead, cancelled, submitted, processed } = data;
  const text = `pending ${pending}, leased ${leased}, done ${completed}, dead ${dead}, ` +
    `cancelled ${cancelled}; ${submitted} submitted, ${counted(processed, "attempt")} ended`;
  return { ok: true, data, text };
}

const STATES: readonly JobState[] = ["pending", "leased", "done", "dead", "cancelled"];

/** Those that are not over, when nobody says which. */
const OPEN: readonly JobState[] = ["pending", "leased", "dead"];

async function list(queue: JobQueue, wanted: string | undefined) {
  const states = wanted === undefined ? OPEN : STATES.filter((known) => known === wanted);
  if (states.length === 0) {
    throw new UserError("usage", `no state of jobs is called ${JSON.stringify(wanted)}`, {
      hint: `one of ${STATES.join(", ")}`,
    });
  }
  const data = (await Promise.all(states.map((state) => queue.list(state)))).flat();
  const none = `no job is ${states.join(" or ")}`;
  return { ok: true, data, text: data.length === 0 ? none : data.map(line).join("\n") };
}

async function show(queue: JobQueue, id: string) {
  const job = await queue.get(id);
  if (job === undefined) {
    const text = `no job ${JSON.stringify(id)} is known: "list" shows those that are not over`;
    return { ok: false, data: null, text };
  }
  return { ok: true, data: job, text: JSON.stringify(job, null, 2) };
}

function line({ id, state, payload, attempts, error = "" }: JobRecord): string {
  const task = isRecord(payload) && typeof payload.task === "string" ? payload.task : "";
  return `${id}  ${state}  ${task}  ${counted(attempts, "attempt")}  ${error}`.trimEnd();
}
