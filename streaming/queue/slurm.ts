import { UserError } from "../../core/errors.ts";
import { slurmName, slurmScript, type SlurmSpec } from "./slurm_script.ts";

/** How a program ended. */
export interface SpawnEnd {
  /** Exit code. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly stdout: string;
  /** What it wrote to standard error. */
  readonly stderr: string;
}

/**
 * Starts a program, no shell between, gives it its input and waits for its end.
 *
 * @returns rejects with a `UserError` of kind `missing` when there is no such program.
 */
export type SpawnProgram = (
  argv: readonly string[],
  options: { readonly stdin?: string; readonly signal?: AbortSignal },
) => Promise<SpawnEnd>;

/** Where a job of Slurm is. `"unknown"`: Slurm has forgotten it, and keeps no accounts. */
export type SlurmState =
  | "pending"
  | "running"
  | "completed"
  | "failed"
  | "cancelled"
  | "timeout"
  | "out_of_memory"
  | "node_fail"
  | "preempted"
  | "unknown";

/** What Slurm says of a job. */
export interface SlurmStatus {
  /** Its number, as `sbatch` gave it. */
  readonly slurm_job_id: string;
  /** Where it is. */
  readonly state: SlurmState;
  /** Exit code and signal, where accounting tells: `0:0`. */
  readonly exit_code?: string;
  /** Why, in Slurm's words. */
  readonly reason?: string;
}

/** A job that Slurm took. */
export interface SlurmSubmitted {
  /** Its number. */
  readonly slurm_job_id: string;
  /** Where there are several. */
  readonly cluster?: string;
}

/** Slurm, by its programs. */
export interface Slurm {
  /**
   * Hands a job over.
   *
   * @throws {UserError} `missing` without `sbatch`; `failed` with what it said.
   */
  submit(spec: SlurmSpec, signal?: AbortSignal): Promise<SlurmSubmitted>;
  /** Where a job is: by `squeue`, then by `sacct`. */
  status(slurmJobId: string, signal?: AbortSignal): Promise<SlurmStatus>;
  /** The newest job with the name of one of ours; undefined when Slurm knows none. */
  find(id: string, signal?: AbortSignal): Promise<SlurmStatus | undefined>;
  /** Ends a job; one that has ended already is fine. */
  cancel(slurmJobId: string): Promise<void>;
}

const STATES: Readonly<Record<string, SlurmState>> = {
  PENDING: "pending",
  CONFIGURING: "pending",
  REQUEUED: "pending",
  REQUEUE_HOLD: "pending",
  RESV_DEL_HOLD: "pending",
  SPECIAL_EXIT: "pending",
  RUNNING: "running",
  COMPLETING: "running",
  RESIZING: "running",
  SIGNALING: "running",
  STAGE_OUT: "running",
  STOPPED: "running",
  SUSPENDED: "running",
  COMPLETED: "completed",
  FAILED: "failed",
  BOOT_FAIL: "node_fail",
  NODE_FAIL: "node_fail",
  CANCELLED: "cancelled",
  REVOKED: "cancelled",
  DEADLINE: "timeout",
  TIMEOUT: "timeout",
  OUT_OF_MEMORY: "out_of_memory",
  PREEMPTED: "preempted",
};

/**
 * Slurm by `sbatch`, `squeue`, `sacct` and `scancel`; which of them there are shows when they are
 * asked.
 *
 * @param spawn starts them.
 *
 * @example
 * ```ts
 * import { createSlurm } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * const asked: string[] = [];
 * const slurm = createSlurm((argv) => {
 *   asked.push(argv.join(" "));
 *   return Promise.resolve({ code: 0, stdout: "17;toy\n", stderr: "" });
 * });
 * const submitted = await slurm.submit({ id: "a", command: ["true"] });
 * assert.deepEqual(submitted, { slurm_job_id: "17", cluster: "toy" });
 * assert.deepEqual(asked, ["sbatch --parsable"]);
 * ```
 */
export function createSlurm(spawn: SpawnProgram): Slurm {
  return {
    async submit(spec, signal) {
      const { code, stdout, stderr } = await start(
        ["sbatch", "--parsable"],
        { stdin: slurmScript(spec), ...signal && { signal } },
      );
      // `id` or `id;cluster`; warnings may stand above it.
      const [, id, cluster] = /(?:^|\n)(\d+)(?:;([^\s;]+))?\s*$/.exec(stdout) ?? [];
      if (code === 0 && id !== undefined) {
        return { slurm_job_id: id, ...cluster !== undefined && { cluster } };
      }
      throw new UserError("failed", `sbatch took no job: ${lastLine(stderr || stdout)}`);
    },
    async status(slurmJobId, signal) {
      checkNumber(slurmJobId);
      return await look(["-j", slurmJobId], signal) ??
        { slurm_job_id: slurmJobId, state: "unknown" };
    },
    find: (id, signal) => look([`--name=${slurmName(id)}`], signal),
    async cancel(slurmJobId) {
      checkNumber(slurmJobId);
      const { code, stderr } = await start(["scancel", slurmJobId], {});
      if (code !== 0 && !/Invalid job id|already complet/i.test(stderr)) {
        throw new UserError("failed", `scancel: ${lastLine(stderr)}`);
      }
    },
  };

  async function look(
    which: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<SlurmStatus | undefined> {
    const options = signal === undefined ? {} : { signal };
    // `all`: for a while it also knows those that have ended.
    const queued = await start(["squeue", "-h", "-t", "all", ...which, "-o", "%i|%T|%r"], options);
    const live = queued.code === 0 ? newest(queued.stdout) : undefined;
    if (live !== undefined) {
      const { reason = "None", ...status } = statusOf(live, "reason");
      return { ...status, ...reason !== "None" && { reason } };
    }
    if (queued.code !== 0 && !/Invalid job id/i.test(queued.stderr)) {
      throw new UserError("failed", `squeue: ${lastLine(queued.stderr)}`);
    }
    const fields = ["-X", "-n", "-P", ...which, "-o", "JobID,State,ExitCode"];
    // Accounting may be missing, off, or late: then nothing is known.
    const accounts = await start(["sacct", ...fields], options)
      .catch((error: unknown) => {
        if (error instanceof UserError && error.kind === "missing") return undefined;
        throw error;
      });
    const ended = accounts?.code === 0 ? newest(accounts.stdout) : undefined;
    return ended === undefined ? undefined : statusOf(ended, "exit_code");
  }

  async function start(...[argv, options]: Parameters<SpawnProgram>): Promise<SpawnEnd> {
    try {
      return await spawn(argv, options);
    } catch (error) {
      if (!(error instanceof UserError && error.kind === "missing")) throw error;
      throw new UserError("missing", `Slurm is not configured here: there is no ${argv[0]}`, {
        rule: "slurm.missing",
        hint: "run this where the cluster's programs are, or take class gpu",
        cause: error,
      });
    }
  }
}

/** The line with the highest number. */
function newest(text: string): string | undefined {
  return text.split("\n").filter((line) => /^\d+/.test(line))
    .sort((a, b) => parseInt(a) - parseInt(b)).at(-1);
}

function statusOf(line: string, last: "reason" | "exit_code"): SlurmStatus {
  const [id = "", state = "", more = ""] = line.split("|");
  // `CANCELLED by 1000`
  const known = STATES[state.split(" ")[0]!.replace(/\+$/, "")] ?? "unknown";
  return { slurm_job_id: id, state: known, ...more !== "" && { [last]: more } };
}

function checkNumber(slurmJobId: string): void {
  if (/^\d+(_\d+)?$/.test(slurmJobId)) return;
  throw new UserError("usage", `not a job of Slurm: ${JSON.stringify(slurmJobId.slice(0, 80))}`, {
    hint: "expected its number",
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.slice(0, 500) || "it said nothing";
}
