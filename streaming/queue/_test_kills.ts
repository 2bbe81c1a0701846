import { openSqliteStore } from "../../core/store/sqlite.ts";
import { createJobQueue } from "./create_job_queue.ts";

const CHILD = new URL("./_crash_child.ts", import.meta.url).href;

/** What came of it. */
export interface KillReport {
  readonly kills: number;
  /** Jobs that came in. */
  readonly submitted: number;
  /** Jobs whose effect is missing, and acknowledged jobs that are gone. */
  readonly lost: number;
  /** Effects that came more than once. */
  readonly doubled: number;
  /** Whatever the store or the queue warned of. */
  readonly warnings: readonly string[];
}

/**
 * Kills processes that submit jobs and do them, each with an effect in the store, and then does what
 * is left.
 *
 * @param workers at a time, beside one process that submits.
 */
export async function killWorkers(kills: number, workers = 3): Promise<KillReport> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/store.db`;
  try {
    let killed = 0;
    let acknowledged = -1;
    await (await openSqliteStore(path)).close();
    const kill = async (mode: string, last: (line: string) => void) => {
      await runAndKill([path, mode, String(acknowledged + 1)], Math.random() * 250, last);
      killed++;
    };
    const working = Array.from({ length: workers }, async () => {
      while (killed < kills) await kill("work", () => {});
    });
    while (killed < kills) await kill("submit", (line) => acknowledged = Number(line));
    await Promise.all(working);
    return { kills: killed, ...await finish(path, acknowledged) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Does what is left, and holds the effects against what was taken in. */
async function finish(path: string, acknowledged: number): Promise<Omit<KillReport, "kills">> {
  const warnings: string[] = [];
  const onWarning = (text: string) => warnings.push(text);
  const store = await openSqliteStore(path, { onWarning });
  try {
    const queue = createJobQueue(store, {
      visibilityMs: 60,
      sweepMs: 0,
      maxAttempts: 1e6,
      onWarning,
    });
    for (;;) {
      const leases = await queue.lease({ limit: 100 });
      await Promise.all(leases.map((lease) =>
        queue.ack(lease, null, {
          writes: [{ op: "append", stream: "effects", values: [lease.job.id] }],
        })
      ));
      const { pending, leased } = await queue.status();
      if (pending + leased === 0) break;
      if (leases.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const effects = (await store.read<string>("effects", { limit: 1e6 })).map(({ value }) => value);
    const had = new Set(effects);
    // By what the submitter was told, whatever the store itself says of it.
    const told = Array.from({ length: acknowledged + 1 }, (_, n) => `job-${n}`);
    const kept = (await store.list("queue:main:job:")).map(({ key }) => key.split(":").at(-1)!);
    const missing = new Set([...told, ...kept].filter((id) => !had.has(id)));
    const { submitted } = await queue.status();
    const lost = Math.max(submitted - had.size, missing.size);
    return { submitted, lost, doubled: effects.length - had.size, warnings };
  } finally {
    await store.close();
  }
}

/** Starts a child with rights on its folder alone and kills it some time after it is ready. */
async function runAndKill(args: string[], ms: number, last: (line: string) => void): Promise<void> {
  const child = queueChild(args);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rest = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    timer ??= setTimeout(() => child.kill("SIGKILL"), ms);
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line !== "ready") last(line);
  }
  const { signal, code } = await child.status;
  clearTimeout(timer);
  if (signal !== "SIGKILL") throw new Error(`the child ended by itself with ${code}`);
}

/** Starts `_crash_child.ts` on a store. */
export function queueChild(args: readonly string[]): Deno.ChildProcess {
  const folder = args[0]!.slice(0, args[0]!.lastIndexOf("/"));
  const rights = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--cached-only", ...rights, CHILD, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}
