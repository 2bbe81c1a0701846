import assert from "node:assert/strict";
import { spawn, type SpawnRequest } from "./spawn.ts";

/** Longer than any canary sleeps once its program has ended. */
const CANARY_MS = 1_500;

function sh(script: string, more: Partial<SpawnRequest> = {}): SpawnRequest {
  return {
    path: "/bin/sh",
    args: ["-c", script],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    timeoutMs: 20_000,
    ...more,
  };
}

async function scratch(): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir();
  return {
    folder,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts children that write a file later, in the group, and says when they are up. */
function withCanary(folder: string, then: string): string {
  const late = `sleep 2; echo alive > ${folder}/canary`;
  return `(sh -c '${late}') & (trap "" TERM; sleep 3; echo alive > ${folder}/canary2) & ${then}`;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
}

async function assertNoCanary(folder: string): Promise<void> {
  await sleep(CANARY_MS);
  assert.deepEqual(await namesIn(folder), []);
}

Deno.test("spawn() gives the exit code and both streams", async () => {
  const result = await spawn(sh("echo out; echo err >&2; exit 3"));
  const { ms, ...rest } = result;
  assert.ok(ms >= 0);
  assert.deepEqual(rest, {
    code: 3,
    signal: null,
    stdout: "out\n",
    stderr: "err\n",
    truncated: false,
    timedOut: false,
  });
});

Deno.test("spawn() names the signal that ended the program", async () => {
  const { code, signal, timedOut } = await spawn(sh("kill -9 $$"));
  assert.deepEqual({ code, signal, timedOut }, { code: null, signal: "SIGKILL", timedOut: false });
});

Deno.test("spawn() closes standard input when there is none and feeds it when there is", async () => {
  assert.equal((await spawn(sh("cat"))).stdout, "");
  const text = "line \u00e4\n".repeat(50_000);
  assert.equal((await spawn(sh("cat", { stdin: text }))).stdout, text);
  const unread = await spawn(sh("exit 4", { stdin: text.repeat(20) }));
  assert.equal(unread.code, 4);
});

Deno.test("spawn() gives the program exactly the environment it was given", async () => {
  Deno.env.set("SPAWN_TEST_SECRET", "canary");
  try {
    const env = { ONE: "1", TWO: "two words", EMPTY: "" };
    const { stdout } = await spawn({ ...sh(""), path: "/usr/bin/env", args: [], env });
    assert.deepEqual(stdout.trimEnd().split("\n").sort(), ["EMPTY=", "ONE=1", "TWO=two words"]);
  } finally {
    Deno.env.delete("SPAWN_TEST_SECRET");
  }
});

Deno.test("spawn() passes arguments on as they are and runs in the given folder", async () => {
  await using dir = await scratch();
  const words = ["$(touch x)", "; touch y", "*", "", "a b"];
  const args = ["-c", 'pwd -P; for w in "$@"; do echo "[$w]"; done', "sh", ...words];
  const cwd = await Deno.realPath(dir.folder);
  const { stdout } = await spawn({ ...sh(""), args, cwd });
  assert.equal(stdout, [cwd, ...words.map((word) => `[${word}]`), ""].join("\n"));
  assert.deepEqual(await namesIn(cwd), []);
});

Deno.test("spawn() ends the whole process group when the time is over", async () => {
  await using dir = await scratch();
  const started = performance.now();
  const result = await spawn(sh(withCanary(dir.folder, "echo up; sleep 30"), { timeoutMs: 300 }));
  assert.ok(performance.now() - started < 4_000);
  assert.equal(result.timedOut, true);
  assert.equal(result.signal, "SIGTERM");
  assert.equal(result.stdout, "up\n");
  await assertNoCanary(dir.folder);
});

Deno.test("spawn() ends a program that ignores the polite signal", async () => {
  const result = await spawn(sh('trap "" TERM; while :; do sleep 1; done', { timeoutMs: 200 }));
  assert.deepEqual([result.timedOut, result.signal], [true, "SIGKILL"]);
});

Deno.test("spawn() ends the whole process group when aborted, then throws", async () => {
  await using dir = await scratch();
  const abort = new AbortController();
  await assert.rejects(
    spawn(sh(withCanary(dir.folder, "echo up; sleep 30")), {
      signal: abort.signal,
      onOutput: () => abort.abort(),
    }),
    { kind: "aborted" },
  );
  await assertNoCanary(dir.folder);
});

Deno.test("spawn() starts nothing when it is aborted before", async () => {
  await using dir = await scratch();
  const signal = AbortSignal.abort();
  const request = sh(`echo x > ${dir.folder}/canary`);
  await assert.rejects(spawn(request, { signal }), { kind: "aborted" });
  await sleep(100);
  assert.deepEqual(await namesIn(dir.folder), []);
});

Deno.test("spawn() ends what a finished program left running in its group", async () => {
  await using dir = await scratch();
  const script = `(sleep 1; echo alive > ${dir.folder}/canary) >/dev/null 2>&1 & echo done`;
  const { code, stdout, ms } = await spawn(sh(script));
  assert.deepEqual([code, stdout], [0, "done\n"]);
  assert.ok(ms < 900, `${ms} ms`);
  await assertNoCanary(dir.folder);
});

Deno.test("spawn() does not wait for a background child that holds the pipe", async () => {
  const inGroup = spawn(sh("sleep 30 & echo done", { timeoutMs: 1_000 }));
  const python =
    'import os,time\nif os.fork()==0:\n  os.setsid(); time.sleep(6)\nelse: print("done")';
  const outside = spawn({ ...sh(""), path: "/usr/bin/env", args: ["python3", "-c", python] });
  for (const { code, stdout, timedOut, ms } of await Promise.all([inGroup, outside])) {
    assert.deepEqual([code, stdout.trim(), timedOut], [0, "done", false]);
    assert.ok(ms < 4_000, `${ms} ms`);
  }
});

Deno.test("spawn() keeps head and tail of output beyond the cap", async () => {
  const script = "echo first; head -c 300000 /dev/zero | tr '\\0' x; echo; echo last";
  const { stdout, stderr, truncated } = await spawn(sh(script), { maxOutput: 1_000 });
  assert.equal(truncated, true);
  assert.equal(stdout, "first\n... [300001 bytes left out] ...\nlast\n");
  assert.equal(stderr, "");
});

Deno.test("spawn() hands out output as it comes, and all of it beyond the cap", async () => {
  let bytes = 0;
  const first = Promise.withResolvers<number>();
  const started = performance.now();
  const done = spawn(sh("echo now; sleep 0.5; head -c 200000 /dev/zero; echo err >&2"), {
    maxOutput: 100,
    onOutput(chunk, stream) {
      if (stream === "stdout") bytes += chunk.length;
      first.resolve(performance.now() - started);
    },
  });
  assert.ok(await first.promise < 450);
  await done;
  assert.equal(bytes, 200_004);
});

Deno.test("spawn() ends the program when the listener throws, and throws the same", async () => {
  const error = new Error("mine");
  const running = spawn(sh("echo x; sleep 30"), {
    onOutput() {
      throw error;
    },
  });
  const started = performance.now();
  await assert.rejects(running, error);
  assert.ok(performance.now() - started < 3_000);
});

Deno.test("spawn() says in one line why the system does not start a program", async () => {
  const cases: SpawnRequest[] = [
    sh("", { path: "/nonexistent/program" }),
    sh("", { cwd: "/nonexistent" }),
    sh("x\0y"),
    sh("x".repeat(3_000_000)),
  ];
  for (const request of cases) {
    await assert.rejects(spawn(request), (error: Error) => {
      assert.equal((error as { kind?: string }).kind, "failed");
      assert.match(error.message, /^cannot start \//);
      return true;
    });
  }
});
