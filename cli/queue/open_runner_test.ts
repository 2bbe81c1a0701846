import assert from "node:assert/strict";
import { createRegistry } from "../../core/registry.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import { catalog } from "../../skills/catalog.ts";
import { createJobQueue } from "../../streaming/queue/create_job_queue.ts";
import { openPlace } from "../open_place.ts";
import { gpuUtilization } from "./gpu_utilization.ts";
import { openRunner } from "./open_runner.ts";
import { spawnProgram } from "./spawn_program.ts";

const FILES = {
  "deno.json": "{}",
  "add.ts": "export const add = (a: number, b: number): number => a + b;\n",
  "add_test.ts": `import { add } from "./add.ts";
Deno.test("adds", () => { if (add(1, 2) !== 3) throw new Error("no"); });
Deno.test("is wrong", () => { throw new Error("as meant"); });
`,
  "bad.ts": "export const text: string = 1;\nvar old = 2;\nexport default old;\n",
};

/** A shell over a folder of its own. */
async function inWorkspace(work: (shell: Parameters<typeof openRunner>[0]) => Promise<void>) {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const root = `${base}/ws`;
  await Deno.mkdir(root);
  try {
    for (const [path, text] of Object.entries(FILES)) {
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    const env = { ...Deno.env.toObject(), XDG_STATE_HOME: `${base}/state` };
    await work({
      env,
      registry: createRegistry(catalog),
      io: { out: () => {}, err: () => {} },
      place: () => openPlace({ flags: { workspace: root }, env, warn: () => {} }),
      leaveBy: () => () => {},
    });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("openRunner() executes the verifiers of a workspace in the jail, from its store", async () => {
  await inWorkspace(async (shell) => {
    const ends: string[] = [];
    await using opened = await openRunner(shell, {
      workers: 2,
      onEnd: (lease, end) => ends.push(`${lease.job.id} ${end}`),
    });
    const { queue, runner } = opened;
    const jobs = {
      tests: { task: "run_tests" },
      one: { task: "run_tests", filter: "adds" },
      lint: { task: "lint", paths: ["bad.ts"] },
      types: { task: "types", paths: ["bad.ts"] },
      outside: { task: "lint", paths: ["../../etc"] },
      strange: { task: "lint", command: "rm -rf ." },
      unknown: { task: "exec", command: ["id"] },
    };
    for (const [id, payload] of Object.entries(jobs)) {
      await queue.submit({ id, payload, maxAttempts: 1, timeoutMs: 120_000 });
    }
    await runner.drain(new AbortController().signal);
    assert.equal(ends.length, 7);
    const results = new Map<string, Record<string, unknown>>();
    for (const id of Object.keys(jobs)) {
      const { runner_result, error } = (await queue.get(id))!;
      results.set(id, { ...runner_result as object, error });
    }
    const { ok, metrics, reports } = results.get("tests") as {
      ok: boolean;
      metrics: Record<string, number>;
      reports: { failures: { name: string; message: string }[] }[];
    };
    assert.deepEqual([ok, metrics.tests_passed, metrics.tests_failed], [false, 1, 1]);
    assert.match(JSON.stringify(reports[0]!.failures), /is wrong.*as meant/);
    assert.equal(results.get("one")!.ok, true);
    assert.equal(results.get("lint")!.ok, false);
    assert.match(JSON.stringify(results.get("types")), /Type 'number' is not assignable/);
    assert.match(String(results.get("outside")!.error), /\.\.\/\.\.\/etc|outside|below/);
    assert.match(
      String(results.get("strange")!.error),
      /no field "command": known: paths, toolchain/,
    );
    assert.match(
      String(results.get("unknown")!.error),
      /given: "exec": known: build, lint, run_tests/,
    );
    const status = await queue.status();
    assert.deepEqual([status.completed, status.dead], [4, 3]);
    assert.equal((await runner.metrics()).gpu_utilization, await gpuUtilization(spawnProgram({})));
  });
});

Deno.test("openRunner() stops a check whose time is up, and its session runs the next", async () => {
  await inWorkspace(async (shell) => {
    const { workspace: { root } } = await shell.place();
    await Deno.writeTextFile(
      `${root}/slow_test.ts`,
      `Deno.test("slow", () => new Promise((r) => setTimeout(r, 60_000)));\n`,
    );
    const store = openMemoryStore();
    const queue = createJobQueue(store);
    await using opened = await openRunner(shell, { workers: 1, store });
    await queue.submit({
      id: "slow",
      payload: { task: "run_tests", paths: ["slow_test.ts"] },
      timeoutMs: 3_000,
      maxAttempts: 1,
    });
    await queue.submit({
      id: "next",
      payload: { task: "run_tests", paths: ["add_test.ts"] },
      timeoutMs: 120_000,
    });
    await opened.runner.drain(new AbortController().signal);
    assert.match((await queue.get("slow"))!.error!, /job "slow" took more than 3 s/);
    assert.equal((await queue.get("next"))!.state, "done");
  });
});

Deno.test("spawnProgram() gives a program its words and its input, and says when there is none", async () => {
  const spawn = spawnProgram({ PATH: Deno.env.get("PATH"), ONLY: "this" });
  const echoed = await spawn(["sh", "-c", 'cat; printf "%s" "$1" >&2; env; exit 3', "sh", "; id"], {
    stdin: "given\n",
  });
  assert.deepEqual([echoed.code, echoed.stderr], [3, "; id"]);
  assert.match(echoed.stdout, /^given\n[^]*ONLY=this/);
  assert.ok(!echoed.stdout.includes("HOME="));
  await assert.rejects(spawn(["no-such-program"], {}), /no program "no-such-program" here/);
  // One that never reads its input, and writes without end, hangs nothing.
  const flood = await spawn(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x"], {
    stdin: "y".repeat(1 << 20),
  });
  assert.equal(flood.stdout.length, 1 << 20);
  await assert.rejects(spawn(["sleep", "9"], { signal: AbortSignal.timeout(50) }), /timeout/);
});
