import { UserError } from "../../core/errors.ts";
import { checkJobId } from "./job_id.ts";

/** A batch job for Slurm. */
export interface SlurmSpec {
  /** Id of our job; it becomes `dspy-<id>`, by which the job is found again. */
  readonly id: string;
  /** Program and arguments; no shell reads them. On several nodes `srun` starts one on each. */
  readonly command: readonly string[];
  /** Default the cluster's. */
  readonly partition?: string;
  /** Who pays. Default the user's. */
  readonly account?: string;
  /** Default 1. */
  readonly nodes?: number;
  /** On each node. Default none. */
  readonly gpus?: number;
  /** Processors of each task. Default the cluster's. */
  readonly cpus?: number;
  /** Of each node, in MiB. Default the cluster's. */
  readonly memoryMb?: number;
  /** Time limit. Default the partition's. */
  readonly minutes?: number;
  /** Folder to run in, on the nodes. Default where it is submitted. */
  readonly folder?: string;
  /**
   * File for its output, whose folder must exist; `%j` stands for the job's number. Default
   * `slurm-%j.out`.
   */
  readonly output?: string;
  /** Its environment, besides what Slurm sets. Ours is not passed on. Default nothing. */
  readonly env?: Readonly<Record<string, string>>;
}

const WORD = /^[A-Za-z0-9._-]+$/;
const PATH = /^[A-Za-z0-9._/%-]+$/;

/** The name under which Slurm knows a job of ours. */
export function slurmName(id: string): string {
  return `dspy-${checkJobId(id)}`;
}

/**
 * The batch script of a job. `#SBATCH` lines are comments to the shell, so that nothing in them is
 * expanded: each value is checked and stands there as it is.
 *
 * @throws {UserError} `usage` for a value that does not fit its line.
 *
 * @example
 * ```ts
 * import { slurmScript } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * const script = slurmScript({ id: "a", command: ["python3", "train.py", "it's"], gpus: 1 });
 * assert.match(script, /^#SBATCH --gpus-per-node=1$/m);
 * assert.match(script, /^exec python3 train.py 'it'\\''s'$/m);
 * ```
 */
export function slurmScript(spec: SlurmSpec): string {
  const { command, nodes = 1, env = {} } = spec;
  if (command.length === 0 || command.some((word) => word.includes("\0"))) {
    throw new UserError("usage", "a Slurm job has no command, or one with a NUL in it");
  }
  const lines = [
    `--job-name=${slurmName(spec.id)}`,
    word("--partition", spec.partition, WORD),
    word("--account", spec.account, WORD),
    `--nodes=${whole("nodes", nodes)}`,
    nodes > 1 ? "--ntasks-per-node=1" : undefined,
    number("--gpus-per-node", spec.gpus),
    number("--cpus-per-task", spec.cpus),
    spec.memoryMb === undefined ? undefined : `--mem=${whole("memoryMb", spec.memoryMb)}M`,
    number("--time", spec.minutes),
    word("--chdir", spec.folder, PATH),
    word("--output", spec.output ?? "slurm-%j.out", PATH),
    "--export=NIL",
  ];
  const names = Object.entries(env).map(([name, value]) => {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !value.includes("\0")) {
      return `export ${name}=${quote(value)}`;
    }
    throw bad("a variable", name);
  });
  const words = command.map(quote).join(" ");
  return [
    "#!/bin/sh",
    ...lines.flatMap((line) => line === undefined ? [] : `#SBATCH ${line}`),
    ...names,
    nodes > 1 ? `exec srun -- ${words}` : `exec ${words}`,
    "",
  ].join("\n");
}

function word(flag: string, value: string | undefined, form: RegExp): string | undefined {
  if (value === undefined) return undefined;
  if (form.test(value)) return `${flag}=${value}`;
  throw bad(flag, value);
}

function number(flag: string, value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${flag}=${whole(flag, value)}`;
}

function whole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw bad(name, value);
}

function bad(name: string, value: unknown): UserError {
  return new UserError("usage", `${name} of a Slurm job: ${JSON.stringify(value)}`, {
    hint: "expected letters, digits, . _ - (and / % in paths), or a whole number above 0",
  });
}

/** As one word of a POSIX shell. */
function quote(text: string): string {
  return /^[A-Za-z0-9._/:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
