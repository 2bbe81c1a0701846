import { jailFlags, type JailPlan } from "../core/safety/jail.ts";
import { signalChild } from "../core/safety/signal_child.ts";

/** A session's process that has been started and not yet been told anything. */
export interface SpawnedSession {
  /** Its exact arguments, but for the name of a tool to load. */
  readonly args: readonly string[];
  readonly child: Deno.ChildProcess;
}

/**
 * Starts a session's process with exactly the permissions of the plan, which it cannot change.
 *
 * @param env its whole environment.
 * @param tool one that it loads while it waits for its first line. Default none.
 */
export function spawnSession(
  plan: JailPlan,
  env: Readonly<Record<string, string>>,
  tool?: string,
): SpawnedSession {
  const args = sessionArgs(plan);
  const child = new Deno.Command(Deno.execPath(), {
    args: tool === undefined ? args : [...args, tool],
    // Not the workspace: Deno would look for its config and lock files there.
    cwd: "/",
    env: { ...env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return { args, child };
}

/**
 * Takes over a process that was started ahead if it has exactly the rights of the plan; else ends it
 * and starts the right one.
 */
export function takeSession(
  ahead: SpawnedSession | undefined,
  plan: JailPlan,
  env: Readonly<Record<string, string>>,
): SpawnedSession {
  const args = sessionArgs(plan);
  if (ahead && ahead.args.join("\0") === args.join("\0")) return ahead;
  dropSession(ahead);
  return spawnSession(plan, env);
}

/** Ends a process that nobody will talk to. */
export function dropSession(ahead: SpawnedSession | undefined): void {
  if (ahead !== undefined) signalChild(ahead.child, "SIGKILL");
}

function sessionArgs(plan: JailPlan): string[] {
  return jailFlags(plan).map(({ flag }) => flag);
}
