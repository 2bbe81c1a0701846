import { signalChild } from "./signal_child.ts";

/** Sends a signal to a program and all that it started; one that has ended already is no error. */
export function signalGroup(child: Deno.ChildProcess, signal: Deno.Signal): void {
  // Windows knows no groups.
  if (Deno.build.os === "windows") return signalChild(child, signal);
  try {
    Deno.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}
