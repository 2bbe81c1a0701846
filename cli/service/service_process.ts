import { isRecord } from "../../core/is_record.ts";
import { jailFlags, type JailPlan } from "../../core/safety/jail.ts";
import { signalChild } from "../../core/safety/signal_child.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { keepTail } from "../keep_tail.ts";
import { readLines } from "../protocol.ts";
import type { SessionEnd } from "../session_process.ts";
import type { ServiceEvent, ServiceInit, ToService } from "./types.ts";

/** A service that runs. */
export interface ServiceProcess {
  /** What it tells, until it ends. */
  readonly events: AsyncIterable<ServiceEvent>;
  send(message: ToService): void;
  /** Asks it to end; one that does not in time is killed. */
  stop(): void;
  /** Ends it at once: what it holds is as after a crash. */
  kill(): void;
  readonly ended: Promise<SessionEnd>;
}

/** How long a service may take to store what it holds, without a broker, in milliseconds. */
export const STOP_MS = 20_000;

/** Starts the process of a service with exactly the permissions of the plan. */
export function startService(
  plan: JailPlan,
  init: ServiceInit,
  env: Readonly<Record<string, string>>,
): ServiceProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: jailFlags(plan).map(({ flag }) => flag),
    cwd: "/",
    env: { ...env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const encoder = new TextEncoder();
  const send = (message: ToService) => {
    writer.write(encoder.encode(`${JSON.stringify(message)}\n`)).catch(() => {});
  };
  const errors = keepTail(child.stderr);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = child.status.then(async ({ code }) => {
    clearTimeout(timer);
    await writer.close().catch(() => {});
    return { code, stderr: sanitize(await errors).trim() };
  });
  send(init);
  return {
    events: read(child.stdout),
    send,
    ended,
    stop() {
      if (timer !== undefined) return;
      send({ type: "stop" });
      timer = setTimeout(kill, STOP_MS);
    },
    kill,
  };

  function kill(): void {
    signalChild(child, "SIGKILL");
  }
}

/** It works on text it did not write, so the envelope is checked and each consumer checks its part. */
async function* read(stdout: AsyncIterable<Uint8Array>): AsyncGenerator<ServiceEvent> {
  for await (const line of readLines(stdout)) {
    try {
      const value: unknown = JSON.parse(line);
      if (isRecord(value) && typeof value.type === "string" && isRecord(value.data)) {
        yield value as unknown as ServiceEvent;
      }
    } catch {
      // What is no JSON was not said by us.
    }
  }
}
