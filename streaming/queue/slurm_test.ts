import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import { createJobQueue } from "./create_job_queue.ts";
import { createEnvRunner } from "./env_runner.ts";
import { createSlurm, type SpawnEnd, type SpawnProgram } from "./slurm.ts";
import { slurmScript, type SlurmSpec } from "./slurm_script.ts";
import { slurmTask } from "./slurm_task.ts";
import { createTaskRegistry } from "./task.ts";

const ok = (stdout: string): SpawnEnd => ({ code: 0, stdout, stderr: "" });
const no = (stderr: string): SpawnEnd => ({ code: 1, stdout: "", stderr });

/** What Slurm 22.05 was seen to answer. */
const FORGOTTEN = no("slurm_load_jobs error: Invalid job id specified\n");
const NO_ACCOUNTS = no("Slurm accounting storage is disabled\n");

/** A cluster of answers by program, each given until the last one stays. */
function answering(answers: Record<string, SpawnEnd[]>) {
  const asked: string[] = [];
  const spawn: SpawnProgram = (argv) => {
    asked.push(argv.join(" "));
    const list = answers[argv[0]!];
    if (list === undefined) {
      return Promise.reject(new UserError("missing", `no program ${argv[0]}`));
    }
    return Promise.resolve(list.length > 1 ? list.shift()! : list[0]!);
  };
  return { slurm: createSlurm(spawn), asked };
}

Deno.test("slurmScript() writes literal values before the first command", () => {
  const script = slurmScript({
    id: "job-1",
    command: ["python3", "train.py", "$HOME", "it's"],
    nodes: 2,
    gpus: 4,
    cpus: 8,
    memoryMb: 1024,
    minutes: 90,
    partition: "gpu",
    account: "lab.a",
    folder: "/srv/x",
    output: "logs/%j.out",
    env: { SEED: "1 2", TOKEN: "a'b" },
  });
  assert.equal(
    script,
    `#!/bin/sh
#SBATCH --job-name=dspy-job-1
#SBATCH --partition=gpu
#SBATCH --account=lab.a
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=4
#SBATCH --cpus-per-task=8
#SBATCH --mem=1024M
#SBATCH --time=90
#SBATCH --chdir=/srv/x
#SBATCH --output=logs/%j.out
#SBATCH --export=NIL
export SEED='1 2'
export TOKEN='a'\\''b'
exec srun -- python3 train.py '$HOME' 'it'\\''s'
`,
  );
});

Deno.test("slurmScript() refuses what could end its line or is no number", () => {
  const bad: Partial<Record<keyof SlurmSpec, unknown>>[] = [
    { id: "a/b" },
    { command: [] },
    { command: ["a\0"] },
    { partition: "gpu\n#SBATCH --uid=0" },
    { account: "a b" },
    { folder: "/x y" },
    { output: "$(id)" },
    { gpus: 0 },
    { nodes: 1.5 },
    { minutes: "1; rm" },
    { env: { "A-B": "x" } },
    { env: { A: "x\0" } },
  ];
  for (const fields of bad) {
    assert.throws(
      () => slurmScript({ id: "a", command: ["true"], ...fields } as SlurmSpec),
      (error: UserError) => error.kind === "usage",
      JSON.stringify(fields),
    );
  }
});

Deno.test("submit() reads the number, and says what sbatch said when it took nothing", async () => {
  const spec = { id: "a", command: ["true"] };
  assert.deepEqual(await answering({ sbatch: [ok("42\n")] }).slurm.submit(spec), {
    slurm_job_id: "42",
  });
  assert.deepEqual(
    await answering({ sbatch: [ok("sbatch: note\n42;east\n")] }).slurm.submit(spec),
    { slurm_job_id: "42", cluster: "east" },
  );
  const invalid = "sbatch: error: Batch job submission failed: Invalid partition name specified\n";
  await assert.rejects(
    answering({ sbatch: [no(invalid)] }).slurm.submit(spec),
    /sbatch took no job: .*Invalid partition name specified$/,
  );
  await assert.rejects(
    answering({}).slurm.submit(spec),
    (error: UserError) =>
      error.kind === "missing" &&
      /Slurm is not configured here: there is no sbatch/.test(error.line),
  );
});

Deno.test("status() asks the queue, then the accounts, and knows when nothing is known", async () => {
  const states: [Record<string, SpawnEnd[]>, unknown][] = [
    [{ squeue: [ok("1|PENDING|Resources\n")] }, { state: "pending", reason: "Resources" }],
    [{ squeue: [ok("1|RUNNING|None\n")] }, { state: "running" }],
    [{ squeue: [ok("1|FAILED|NonZeroExitCode\n")] }, {
      state: "failed",
      reason: "NonZeroExitCode",
    }],
    [{ squeue: [ok("1|SOMETHING_NEW|None\n")] }, { state: "unknown" }],
    [{ squeue: [FORGOTTEN], sacct: [ok("1|COMPLETED|0:0\n")] }, {
      state: "completed",
      exit_code: "0:0",
    }],
    [{ squeue: [ok("")], sacct: [ok("1|CANCELLED by 1000|0:15\n")] }, {
      state: "cancelled",
      exit_code: "0:15",
    }],
    [{ squeue: [FORGOTTEN], sacct: [NO_ACCOUNTS] }, { state: "unknown" }],
    [{ squeue: [FORGOTTEN] }, { state: "unknown" }],
  ];
  for (const [answers, expected] of states) {
    const found = await answering(answers).slurm.status("1");
    assert.deepEqual(found, { slurm_job_id: "1", ...expected as object });
  }
  await assert.rejects(
    answering({ squeue: [no("squeue: error: Unable to contact slurm controller\n")] }).slurm
      .status("1"),
    /squeue: .*Unable to contact/,
  );
  await assert.rejects(answering({}).slurm.status("1; rm -rf /"), /not a job of Slurm/);
  await assert.rejects(answering({}).slurm.cancel("-u root"), /not a job of Slurm/);
});

Deno.test("slurmTask() takes up a job that Slurm knows, instead of starting it twice", async () => {
  const run = async (answers: Record<string, SpawnEnd[]>, stop?: UserError) => {
    const { slurm, asked } = answering(answers);
    const task = slurmTask({ name: "t", slurm, pollMs: 1, spec: () => ({ command: ["true"] }) });
    const ends = new AbortController();
    if (stop !== undefined) setTimeout(() => ends.abort(stop), 5);
    const context = { id: "j", attempt: 1, signal: ends.signal, waited: () => {} };
    const end = await task.run({ task: "t" }, context).catch((error) => error.line);
    return { end, programs: new Set(asked.map((line) => line.split(" ")[0])) };
  };
  const after = await run({
    squeue: [ok("7|RUNNING|None\n"), no("slurmctld is away"), ok("7|COMPLETED|None\n")],
  });
  assert.deepEqual(after.end, { slurm_job_id: "7", state: "completed" });
  assert.ok(!after.programs.has("sbatch"));

  const again = await run({
    squeue: [ok("7|FAILED|None\n"), ok("8|RUNNING|None\n"), ok("8|OUT_OF_MEMORY|None\n")],
    sbatch: [ok("8\n")],
  });
  assert.match(again.end, /Slurm's job 8 ended: out_of_memory/);

  const forever = { squeue: [ok("7|RUNNING|None\n")], scancel: [ok("")] };
  const late = await run({ ...forever }, new UserError("failed", "took too long"));
  assert.ok(late.programs.has("scancel"));
  const stopped = await run({ ...forever }, new UserError("aborted", "the runner stops"));
  assert.ok(!stopped.programs.has("scancel"));
});

Deno.test("a real Slurm runs a job of the queue, and a second runner takes it up", async () => {
  const spawn = await realSlurm();
  if (spawn === undefined) return;
  const folder = await Deno.makeTempDir();
  try {
    const slurm = createSlurm(spawn);
    const tasks = createTaskRegistry([slurmTask({
      name: "count",
      slurm,
      pollMs: 200,
      spec: ({ seconds }) => ({
        command: ["sh", "-c", `echo "$WORD"; sleep ${Number(seconds)}`],
        output: `${folder}/%j.out`,
        minutes: 1,
        env: { WORD: "it's $HOME" },
      }),
    })]);
    const queue = createJobQueue(openMemoryStore());
    const id = `test-${crypto.randomUUID().slice(0, 8)}`;
    await queue.submit({ id, class: "gpu_slurm", payload: { task: "count", seconds: 3 } });
    const make = () => createEnvRunner({ queue, tasks, classes: ["gpu_slurm"], graceMs: 1 });
    const stop = new AbortController();
    const first = make().run(stop.signal);
    while ((await slurm.find(id))?.state !== "running") await sleep(100);
    stop.abort();
    await first;
    assert.equal((await queue.get(id))?.state, "pending");
    await make().drain(new AbortController().signal);
    const { state, attempts, runner_result } = (await queue.get(id))!;
    assert.deepEqual([state, attempts], ["done", 1]);
    const number = (runner_result as { slurm_job_id: string }).slurm_job_id;
    assert.equal(await Deno.readTextFile(`${folder}/${number}.out`), "it's $HOME\n");
    assert.equal((await Array.fromAsync(Deno.readDir(folder))).length, 1);
    const { slurm_job_id } = await slurm.submit({ id: `${id}-2`, command: ["sleep", "60"] });
    await slurm.cancel(slurm_job_id);
    await slurm.cancel("999999");
    while ((await slurm.status(slurm_job_id)).state !== "cancelled") await sleep(100);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts programs if a cluster answers; undefined, said aloud, where none does. */
async function realSlurm(): Promise<SpawnProgram | undefined> {
  const spawn: SpawnProgram = async ([program, ...args], { stdin, signal }) => {
    const child = new Deno.Command(program!, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      ...signal && { signal },
    }).spawn();
    const writer = child.stdin.getWriter();
    if (stdin !== undefined) await writer.write(new TextEncoder().encode(stdin));
    await writer.close();
    const { code, stdout, stderr } = await child.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  };
  const nodes = await spawn(["sinfo", "-h", "-t", "idle", "-o", "%n"], {}).catch(() => undefined);
  if (nodes?.code === 0 && nodes.stdout.trim() !== "") return spawn;
  // deno-lint-ignore no-console -- a skipped check is said aloud
  console.log("SKIP a real Slurm: no sinfo, or no node that is idle");
  return undefined;
}
