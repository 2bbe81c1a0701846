import { UserError } from "../../core/errors.ts";
import type { SpawnEnd, SpawnProgram } from "../../streaming/queue/slurm.ts";

/** Bytes of output that are kept of each stream. */
const MAX_OUTPUT = 1 << 20;

/**
 * Starts programs that a person's command line is about, by their words and never by a shell: those
 * of Slurm, `nvidia-smi`.
 *
 * @param env their whole environment.
 */
export function spawnProgram(
  env: Readonly<Record<string, string | undefined>>,
): SpawnProgram {
  const defined = Object.entries(env).filter((entry): entry is [string, string] =>
    entry[1] !== undefined
  );
  return async ([program = "", ...args], { stdin = "", signal }) => {
    const child = start(program, args, Object.fromEntries(defined), signal);
    const writer = child.stdin.getWriter();
    // One that ends without reading is answered by its exit code.
    const fed = writer.write(new TextEncoder().encode(stdin)).then(() => writer.close())
      .catch(() => {});
    const [{ code }, stdout, stderr] = await Promise.all([
      child.status,
      read(child.stdout),
      read(child.stderr),
      fed,
    ]);
    signal?.throwIfAborted();
    return { code, stdout, stderr } satisfies SpawnEnd;
  };
}

function start(
  program: string,
  args: string[],
  env: Record<string, string>,
  signal: AbortSignal | undefined,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args,
      env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      ...signal && { signal },
    }).spawn();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new UserError("missing", `no program ${JSON.stringify(program)} here`, { cause });
  }
}

/** Its end may be megabytes away: what is beyond the first is read and dropped. */
async function read(stream: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (size < MAX_OUTPUT) chunks.push(chunk.subarray(0, MAX_OUTPUT - size));
    size += chunk.length;
  }
  return await new Blob(chunks as BlobPart[]).text();
}
