import { signalChild } from "../../core/safety/signal_child.ts";
import { readLineBatches } from "./_read_line_batches.ts";

/**
 * Starts a program and gives the lines that it writes, to standard output and standard error, until
 * it ends or the signal ends it.
 *
 * @param argv the program and its arguments; no shell reads them.
 * @throws when it cannot be started, or ends with another code than 0 without having said anything.
 */
export type SpawnLines = (
  argv: readonly string[],
  signal: AbortSignal,
) => AsyncIterable<readonly string[]>;

/** Options of {@linkcode spawnLines}. */
export interface SpawnLinesOptions {
  /** The whole environment of the program. Default: only `PATH`, where it may be read. */
  readonly env?: Readonly<Record<string, string>>;
}

/** {@linkcode SpawnLines} with this runtime's right to start programs. */
export function spawnLines({ env = {} }: SpawnLinesOptions = {}): SpawnLines {
  return async function* ([program = "", ...args], signal) {
    if (signal.aborted) return;
    const child = new Deno.Command(program, {
      args,
      env: { ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const end = () => signalChild(child, "SIGTERM");
    signal.addEventListener("abort", end, { once: true });
    let said = "";
    try {
      for await (const lines of readLineBatches([child.stdout, child.stderr])) {
        said = lines.at(-1) ?? said;
        yield lines;
      }
      const { code } = await child.status;
      if (code !== 0 && !signal.aborted) throw new Error(said || `exit code ${code}`);
    } finally {
      signal.removeEventListener("abort", end);
      end();
      await child.status;
    }
  };
}
