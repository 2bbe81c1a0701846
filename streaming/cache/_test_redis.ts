/** A real Redis on loopback for tests: started, killed, paused and started again. */

/** A Redis of its own, empty at each start. */
export interface TestRedis extends AsyncDisposable {
  /** With the password, if it has one. */
  readonly url: string;
  readonly port: number;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Ends it without a word, as a crash does. */
  kill(): Promise<void>;
  /** Lets it hang: connections stay, nothing is answered. */
  pause(): void;
  /** Lets it go on. */
  resume(): void;
}

/** Whether there is a `redis-server`; says SKIP aloud where there is none. */
export const hasRedis: boolean = await new Deno.Command("redis-server", { args: ["--version"] })
  .output().then(({ success }) => success, () => false);
// deno-lint-ignore no-console -- a skipped check says so
if (!hasRedis) console.log("SKIP cache in Redis: redis-server is missing");

/** Starts one on a free port. */
export async function startRedis(...args: readonly string[]): Promise<TestRedis> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const folder = await Deno.makeTempDir();
  let child: Deno.ChildProcess | undefined;

  async function start(): Promise<void> {
    child = new Deno.Command("redis-server", {
      args: ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder, ...args],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const end = performance.now() + 30_000;
    while (performance.now() < end) {
      const answer = await ping(port).catch(() => "");
      if (/PONG|NOAUTH/.test(answer)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`redis-server did not start on port ${port}`);
  }

  async function kill(): Promise<void> {
    child?.kill("SIGKILL");
    await child?.status;
    child = undefined;
  }

  await start();
  const at = args.indexOf("--requirepass");
  const user = at < 0 ? "" : `:${args[at + 1]}@`;
  return {
    url: `redis://${user}127.0.0.1:${port}`,
    port,
    start,
    kill,
    pause: () => child!.kill("SIGSTOP"),
    resume: () => child!.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function ping(port: number): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode("PING\r\n"));
  const answer = new Uint8Array(100);
  const length = await connection.read(answer);
  return new TextDecoder().decode(answer.subarray(0, length ?? 0));
}
