import { pause } from "../../core/pause.ts";
import { UserError } from "../../core/errors.ts";
import type { Json } from "../../core/store/types.ts";
import type { Slurm, SlurmStatus } from "./slurm.ts";
import type { SlurmSpec } from "./slurm_script.ts";
import type { Task, TaskContext } from "./task.ts";

/** What {@linkcode slurmTask} makes a task of. */
export interface SlurmTaskOptions {
  /** By which jobs name it. */
  readonly name: string;
  /** Where jobs go. */
  readonly slurm: Slurm;
  /** What is run for a payload: a payload becomes a command only as far as this says. */
  readonly spec: (
    payload: { readonly [key: string]: Json | undefined },
  ) => Omit<SlurmSpec, "id">;
  /** How often Slurm is asked, in milliseconds; it forgets ended jobs after some minutes. Default 30,000. */
  readonly pollMs?: number;
}

/** Times in a row that Slurm may fail to answer before the attempt does. */
const PATIENCE = 10;

/**
 * A task that hands its work to Slurm and waits for its end. One that Slurm knows already is not
 * handed over again: after a restart the runner finds it by its name. A job that is cancelled, or
 * takes too long, is ended there, too; when the runner stops, it goes on.
 */
export function slurmTask({ name, slurm, spec, pollMs = 30_000 }: SlurmTaskOptions): Task {
  return { name, class: "gpu_slurm", run };

  async function run(
    payload: Parameters<Task["run"]>[0],
    { id, signal, waited }: TaskContext,
  ): Promise<Json> {
    const known = await slurm.find(id, signal);
    const { slurm_job_id } = known !== undefined && isWorth(known)
      ? known
      : await slurm.submit({ ...spec(payload), id }, signal);
    const since = Date.now();
    let [started, failures] = [false, 0];
    try {
      for (;;) {
        const status = await slurm.status(slurm_job_id, signal).catch((error: unknown) => {
          if (signal.aborted || ++failures > PATIENCE) throw error;
          return undefined;
        });
        if (status !== undefined) {
          failures = 0;
          if (!started && status.state !== "pending") waited(Date.now() - since);
          started ||= status.state !== "pending";
          if (status.state === "completed") return { ...status };
          if (status.state !== "pending" && status.state !== "running") throw ended(status);
        }
        await pause(pollMs, signal);
        signal.throwIfAborted();
      }
    } catch (error) {
      // A runner that stops comes back to it; nobody comes back to any other.
      const stops = signal.reason instanceof UserError && signal.reason.kind === "aborted";
      if (signal.aborted && !stops) await slurm.cancel(slurm_job_id).catch(() => {});
      throw error;
    }
  }
}

/** Whether there is something to wait for or to take. */
function isWorth({ state }: SlurmStatus): boolean {
  return state === "pending" || state === "running" || state === "completed";
}

function ended({ slurm_job_id, state, reason, exit_code }: SlurmStatus): UserError {
  const why = reason ?? exit_code;
  return new UserError(
    "failed",
    `Slurm's job ${slurm_job_id} ended: ${state}${why === undefined ? "" : `, ${why}`}`,
    { hint: "see its output file" },
  );
}
