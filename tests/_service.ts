import { readLines } from "../cli/protocol.ts";
import type { ServiceData, ServiceEvent } from "../cli/service/types.ts";
import type { Sandbox } from "./_cli.ts";

/** A service of the real program, in its jail, with what it tells as JSON lines. */
export interface RunningService extends AsyncDisposable {
  readonly pid: number;
  /** What it told so far. */
  readonly events: readonly ServiceEvent[];
  /** Waits for something that it tells; what was told before counts, too. */
  until<T extends keyof ServiceData>(
    type: T,
    fits?: (data: ServiceData[T]) => boolean,
  ): Promise<ServiceData[T]>;
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  /** Its exit code, and what it wrote to standard error. */
  readonly ended: Promise<{ readonly code: number; readonly stderr: string }>;
}

const PATIENCE_MS = 60_000;

/**
 * Starts a command that is a service; it is killed when it goes out of scope.
 *
 * @param through words before the command line: another program that becomes ours.
 */
export function startService(
  box: Sandbox,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): RunningService {
  const line = box.commandLine(["--json", ...args]);
  const [program, ...rest] = [...through, ...line.argv];
  const child = new Deno.Command(program!, {
    args: rest,
    cwd: box.ws,
    env: { ...line.env, ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const events: ServiceEvent[] = [];
  const waiting = new Set<() => void>();
  const reading = (async () => {
    for await (const line of readLines(child.stdout)) {
      events.push(JSON.parse(line));
      for (const wake of waiting) wake();
    }
    for (const wake of waiting) wake();
  })();
  const stderr = new Response(child.stderr).text();
  let over = false;
  const ended = Promise.all([child.status, stderr, reading]).then(([{ code }, stderr]) => {
    over = true;
    for (const wake of waiting) wake();
    return { code, stderr };
  });
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended.
    }
  };
  return {
    pid: child.pid,
    events,
    ended,
    kill,
    async until(type, fits = () => true) {
      const end = performance.now() + PATIENCE_MS;
      for (;;) {
        const found = events.find((event) => event.type === type && fits(event.data as never));
        if (found !== undefined) return found.data as never;
        if (over || performance.now() > end) {
          const last = JSON.stringify(events.slice(-3));
          throw new Error(`no ${type} came; last: ${last}; ${over ? (await ended).stderr : ""}`);
        }
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        const timer = setTimeout(resolve, 250);
        await promise;
        clearTimeout(timer);
        waiting.delete(resolve);
      }
    },
    async [Symbol.asyncDispose]() {
      // In order: a launcher that is killed leaves its service to end by itself, writing.
      kill("SIGTERM");
      const timer = setTimeout(() => kill("SIGKILL"), 9_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A port that is free now. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return (listener.addr as Deno.NetAddr).port;
}
