/** Sends a signal to a program and all that it started; one that has ended already is no error. */
export function signalGroup(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    // Windows knows no groups.
    if (Deno.build.os === "windows") child.kill(signal);
    else Deno.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}
