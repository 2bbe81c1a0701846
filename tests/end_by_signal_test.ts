/** What is left of the programs that run when ours is told to end: nothing. */
import assert from "node:assert/strict";
import { serveScripted } from "../testing/mod.ts";
import { calls, KEY } from "./_agent.ts";
import { type Sandbox, sandbox } from "./_cli.ts";

const ignore = Deno.build.os !== "linux";

interface Started {
  readonly child: Deno.ChildProcess;
  readonly stdin: WritableStreamDefaultWriter<Uint8Array>;
}

function start(box: Sandbox, words: readonly string[], env = {}): Started {
  const line = box.commandLine(words);
  const [program, ...args] = line.argv;
  const child = new Deno.Command(program!, {
    args,
    cwd: box.ws,
    env: { ...line.env, ...env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  return { child, stdin: child.stdin.getWriter() };
}

/** Programs that sleep in the sandbox. */
function programsIn({ ws }: Sandbox): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      const [program = "", time] = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
      return program.endsWith("sleep") && time === "41" &&
        Deno.readLinkSync(`/proc/${pid}/cwd`) === ws;
    } catch {
      return false;
    }
  });
}

async function until(ready: () => boolean): Promise<void> {
  for (const started = performance.now(); !ready();) {
    assert.ok(performance.now() - started < 20_000, "waited for 20 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts a program that sleeps, has `act` end ours, and returns its exit code. */
async function endWhileItSleeps(
  words: readonly string[],
  act: (started: Started) => Promise<void> | void,
  { env = {}, say = "" }: {
    env?: Record<string, string>;
    through?: string[];
    say?: string;
  } = {},
): Promise<number> {
  await using box = await sandbox();
  const started = start(box, words, env);
  const { child, stdin } = started;
  try {
    await stdin.write(new TextEncoder().encode(say));
    await until(() => programsIn(box).length === 1);
    await act(started);
    const { code } = await child.status;
    assert.deepEqual(programsIn(box), []);
    return code;
  } finally {
    for (const pid of programsIn(box)) Deno.kill(pid, "SIGKILL");
    await stdin.close().catch(() => {});
    await child.stdout.cancel().catch(() => {});
  }
}

const TYPED = ["--yes", "exec", "sleep", "41"];
const SLEEP = calls(["exec", { command: ["sleep", "41"] }]);

for (const [signal, expected] of [["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test({
    name: `${signal} ends the program that a command has started`,
    ignore,
    async fn() {
      assert.equal(await endWhileItSleeps(TYPED, ({ child }) => child.kill(signal)), expected);
    },
  });
}

Deno.test({
  name: "SIGTERM ends the program that a model has started",
  ignore,
  async fn() {
    await using model = await serveScripted({ turns: [SLEEP] });
    const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: model.url };
    const words = ["--model", "scripted", "--approval", "auto", "--yes"];
    const term = ({ child }: Started) => child.kill("SIGTERM");
    assert.equal(await endWhileItSleeps([...words, "run", "do it"], term, { env }), 143);
  },
});

for (const by of ["SIGTERM", "closed output"]) {
  Deno.test({
    name: `a program that drives a session: ${by} ends what a model has started`,
    ignore,
    async fn() {
      await using model = await serveScripted({ turns: [SLEEP] });
      const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: model.url };
      const words = [
        "--model",
        "scripted",
        "--approval",
        "auto",
        "--yes",
        "--output",
        "stream-json",
      ];
      const code = await endWhileItSleeps(
        [...words, "run", "--input", "stream-json"],
        async (at) => {
          if (by === "SIGTERM") return at.child.kill("SIGTERM");
          await at.child.stdout.cancel();
          // A line that is not understood is answered, which tells that nobody reads.
          await at.stdin.write(new TextEncoder().encode("no json\n"));
        },
        { env, say: '{"type":"user","text":"do it"}\n' },
      );
      assert.equal(code, by === "SIGTERM" ? 143 : 0);
    },
  });
}
