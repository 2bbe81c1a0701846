import { UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";
import { counted } from "../../core/logs/counted.ts";
import type { JobRecord } from "../../streaming/queue/types.ts";
import type { CliContext } from "../app.ts";
import type {
  QueueRunFlags,
  QueueSubmitFlags,
  ServeFlags,
  StreamInitFlags,
  TailFlags,
  TopicsFlags,
  UpFlags,
  WorkerFlags,
} from "../service/flags.ts";
import type { QueueAction } from "../service/routes.ts";
import { kafkaPlace } from "../service/kafka_place.ts";
import { runService } from "../service/run_service.ts";
import { statusPlace } from "../service/status_place.ts";

/** `up`: watches the logs and answers. */
export async function up(this: CliContext, flags: UpFlags): Promise<void> {
  const { shell } = this;
  const { env } = shell;
  const { windowSec = 5, train = false, workers = 1, fromStart = false, db = "auto" } = flags;
  const kafka = kafkaPlace({ bus: flags.bus, bootstrap: flags.bootstrap, env });
  const { statusHost: host, statusPort: port } = flags;
  const docker = flags.docker === true
    ? await (await import("../service/follow_containers.ts")).dockerContainers(env)
    : undefined;
  if (docker?.length === 0) shell.io.err("no container of Docker runs, or it does not answer");
  const code = await runService(shell, {
    role: "up",
    kafka,
    ...flags.status !== false && { status: statusPlace({ host, port, env }) },
    docker,
    up: { windowSec, train, workers, fromStart, db: db === "none" ? "none" : "sqlite" },
  });
  if (code !== 0) shell.exit(code);
}

/** `serve`: the status page and its API alone. */
export async function serve(this: CliContext, flags: ServeFlags): Promise<void> {
  const { shell } = this;
  const status = statusPlace({ ...flags, env: shell.env });
  const code = await runService(shell, { role: "serve", status });
  if (code !== 0) shell.exit(code);
}

/** `worker`: answers the contexts of one container. */
export async function worker(this: CliContext, flags: WorkerFlags): Promise<void> {
  const { shell } = this;
  const { topic = "app", group = "dspy-code", bus, bootstrap } = flags;
  const kafka = kafkaPlace({ bus, bootstrap, env: shell.env });
  const code = await runService(shell, { role: "worker", kafka, worker: { topic, group } });
  if (code !== 0) shell.exit(code);
}

/** `tail`: entries of a stream. */
export async function tail(this: CliContext, flags: TailFlags): Promise<void> {
  const { shell } = this;
  const { stream = "agent.results.>", follow = false, limit = 20, bootstrap } = flags;
  const kafka = flags.kafka === true || bootstrap !== undefined
    ? kafkaPlace({ bus: "kafka", bootstrap, env: shell.env })
    : undefined;
  const code = await runService(shell, { role: "tail", kafka, tail: { stream, follow, limit } });
  if (code !== 0) shell.exit(code);
}

/** `stream-init`: the configuration of streams. */
export async function streamInit(this: CliContext, flags: StreamInitFlags): Promise<void> {
  const { shell } = this;
  const load = await import("../service/stream_init.ts");
  const code = await load.streamInit(await shell.place(), flags, shell.io);
  if (code !== 0) shell.exit(code);
}

/** `stream-topics-create`: makes the topics on a broker. */
export async function topicsCreate(this: CliContext, flags: TopicsFlags): Promise<void> {
  const { shell } = this;
  const { bootstrap, containers, partitions = 3, replication = 1 } = flags;
  const kafka = kafkaPlace({ bus: "kafka", bootstrap, env: shell.env });
  const { workspace: { root }, config: { logs } } = await shell.place();
  const [{ namesIn, streamConfig }, { openFiles }] = await Promise.all([
    import("../../skills/streams/stream_config.ts"),
    import("../../core/workspace/open_files.ts"),
  ]);
  const found = await streamConfig(openFiles(root), logs, namesIn(containers));
  const names = found.containers.map(({ container }) => container);
  if (names.length === 0) {
    throw new UserError("usage", "--containers names none", { hint: "for example app,backend" });
  }
  const topics = { containers: names, partitions, replication };
  const code = await runService(shell, { role: "topics", kafka, topics });
  if (code !== 0) shell.exit(code);
}

/** `queue submit` and its like: what the tool `jobs` does. */
export function queue(action: QueueAction) {
  return async function (
    this: CliContext,
    flags: QueueSubmitFlags,
    ...words: string[]
  ): Promise<void> {
    const code = await this.shell.runTool("jobs", { action, words, ...flags });
    if (code !== 0) this.shell.exit(code);
  };
}

/** What is the matter with a job whose attempt ended; nothing when all is well. */
function howItEnded(end: string, job: JobRecord | undefined): string {
  if (end === "dead" || end === "retry") return `: ${job?.error ?? "failed"}`;
  const result = job?.runner_result;
  // That tests fail is an answer: the job is done.
  return isRecord(result) && result.ok === false ? ", not ok" : "";
}

/** `queue run`: takes jobs and runs them in the jail, until Ctrl-C or until none waits. */
export async function queueRun(this: CliContext, flags: QueueRunFlags): Promise<void> {
  const { shell } = this;
  const { openRunner } = await import("../queue/open_runner.ts");
  let bad = 0;
  const told: Promise<void>[] = [];
  await using opened = await openRunner(shell, {
    workers: flags.workers,
    onEnd: ({ job: { id } }, end) => {
      told.push(
        opened.queue.get(id).then((job) => {
          const why = howItEnded(end, job);
          if (end === "dead" || (end === "done" && why !== "")) bad++;
          shell.io.out(`${id} ${end}${why}`);
        }),
      );
    },
  });
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    const { runner } = opened;
    const ended = flags.once === true
      ? await runner.drain(stop.signal)
      : await runner.run(stop.signal);
    await Promise.all(told);
    const { leased } = await opened.queue.status();
    const elsewhere = leased === 0
      ? ""
      : `; ${counted(leased, "job")} leased to others, and free again when the lease ends`;
    shell.io.err(`${counted(ended, "attempt")} ended${elsewhere}`);
    if (bad > 0) shell.exit(1);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
  }
}
