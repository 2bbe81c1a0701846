import { openStore } from "../../core/store/open_store.ts";
import type { Store } from "../../core/store/types.ts";
import { createAdaptiveLimiter } from "../../streaming/queue/adaptive_limiter.ts";
import { createJobQueue } from "../../streaming/queue/create_job_queue.ts";
import { createEnvRunner } from "../../streaming/queue/env_runner.ts";
import type { EnvRunner, EnvRunnerOptions } from "../../streaming/queue/runner_types.ts";
import { createTaskRegistry, type Task } from "../../streaming/queue/task.ts";
import type { JobClass, JobQueue } from "../../streaming/queue/types.ts";
import { NO_NEEDS } from "../jail_plan.ts";
import { openLauncher } from "../open_launcher.ts";
import { prepareModules } from "../prepare_modules.ts";
import { storePath } from "../service/store_path.ts";
import type { Shell } from "../shell.ts";
import { createTerminal } from "../ui/terminal.ts";
import { gpuUtilization } from "./gpu_utilization.ts";
import { createSessionPool } from "./session_pool.ts";
import { spawnProgram } from "./spawn_program.ts";
import { verifierTasks } from "./verifier_tasks.ts";

/** Options of {@linkcode openRunner}. */
export interface OpenRunnerOptions {
  /** Jobs at once, at most. Default as many as there are processors, and 4 at least. */
  readonly workers?: number | undefined;
  /** Name of the queue. Default `"main"`. */
  readonly queue?: string | undefined;
  /** Where the queue is. Default the workspace's store, opened and closed here. */
  readonly store?: Store | undefined;
  /** Which jobs it takes. Default those of the CPU. */
  readonly classes?: readonly JobClass[] | undefined;
  /** Tasks besides the workspace's verifiers. Default none. */
  readonly tasks?: readonly Task[];
  /** Told of each attempt that ended. */
  readonly onEnd?: EnvRunnerOptions["onEnd"];
}

/** A runner of a workspace's queue. */
export interface OpenRunner extends AsyncDisposable {
  /** Takes jobs and runs them. */
  readonly runner: EnvRunner;
  /** Where they come from. */
  readonly queue: JobQueue;
}

/**
 * Opens a runner for the queue of a workspace: it executes `run_tests`, `lint`, `build` and `types`
 * in sessions of the jail, as calls of the person whose command this is. Nobody is asked meanwhile:
 * what would ask is refused, and the job is dead with that reason.
 *
 * @param shell tells which workspace; what it started is ended with the program.
 */
export async function openRunner(
  shell: Pick<Shell, "place" | "env" | "registry" | "io" | "leaveBy">,
  options: OpenRunnerOptions = {},
): Promise<OpenRunner> {
  const { io, env, registry } = shell;
  const { workers = Math.max(4, navigator.hardwareConcurrency), tasks = [], classes } = options;
  const { mcp: _, ...place } = await shell.place();
  await prepareModules({ env, tell: io.err });
  const store = options.store ?? await openStore(storePath(place.workspace.root), {
    onWarning: io.err,
  });
  const queue = createJobQueue(store, {
    ...options.queue !== undefined && { name: options.queue },
    onWarning: io.err,
  });
  const terminal = createTerminal({ env, plain: true });
  const quiet = { ...terminal, follow: () => {}, ask: () => Promise.resolve("no" as const) };
  const alone = { ...place, interactive: false, model: undefined };
  const pool = createSessionPool(
    () => openLauncher({ place: alone, env, registry, terminal: quiet }, NO_NEEDS),
    workers,
  );
  const { timeoutSec } = place.config;
  const spawn = spawnProgram(env);
  const runner = createEnvRunner({
    queue,
    tasks: createTaskRegistry([...verifierTasks(pool, timeoutSec), ...tasks]),
    limiter: createAdaptiveLimiter({ base: Math.min(4, workers), max: workers }),
    worker: `${env.HOSTNAME ?? "here"}:${Deno.pid}`,
    gpuUtilization: () => gpuUtilization(spawn),
    onWarning: io.err,
    ...classes !== undefined && { classes },
    ...options.onEnd && { onEnd: options.onEnd },
  });
  let closed: Promise<void> | undefined;
  const close = () =>
    closed ??= (async () => {
      await pool[Symbol.asyncDispose]();
      if (options.store === undefined) await store.close();
    })();
  shell.leaveBy(close);
  return { runner, queue, [Symbol.asyncDispose]: close };
}
