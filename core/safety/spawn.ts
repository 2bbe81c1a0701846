import { signalGroup } from "./signal_group.ts";
import type { ProgramResult } from "../command.ts";
import { UserError } from "../errors.ts";
import { OutputBuffer } from "./output_buffer.ts";

/** A program to start: everything about it is fixed. */
export interface SpawnRequest {
  /** Absolute path of the program. */
  readonly path: string;
  readonly args: readonly string[];
  /** Absolute folder to run in. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Limit in milliseconds; none for an interactive program. */
  readonly timeoutMs: number;
  /** Text for standard input, which is closed otherwise. */
  readonly stdin?: string | undefined;
  /** Hands the terminal to the program. */
  readonly interactive?: boolean | undefined;
}

/** Options of {@linkcode spawn}. */
export interface SpawnOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: ((chunk: Uint8Array, stream: "stdout" | "stderr") => void) | undefined;
  /** Bytes kept of each stream; the middle is dropped beyond. Default 16 MiB. */
  readonly maxOutput?: number;
}

/** How a process ended, before anything is made of its output. */
export type SpawnResult = Omit<ProgramResult, "argv" | "reports">;

/** Between the polite and the certain signal, in milliseconds. */
const GRACE_MS = 2_000;

/**
 * Starts a program in a process group of its own, so that a timeout or Ctrl-C ends all it started.
 * An interactive one shares the terminal's group instead: it has no time limit and no output here,
 * and Ctrl-C reaches it by itself.
 *
 * @throws {UserError} `aborted` when `options.signal` fired, after the group has ended; `failed` when
 * the system does not start it.
 */
export async function spawn(
  request: SpawnRequest,
  { signal, onOutput, maxOutput = 16 * 1024 * 1024 }: SpawnOptions = {},
): Promise<SpawnResult> {
  if (signal?.aborted) throw stopped(request.path);
  const started = performance.now();
  const interactive = request.interactive === true;
  const child = start(request, interactive);
  const cut = new AbortController();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (ms: number, act: () => void) => void timers.push(setTimeout(act, ms));
  const end = () => {
    signalGroup(child, "SIGTERM");
    after(GRACE_MS, () => signalGroup(child, "SIGKILL"));
  };
  let timedOut = false;
  if (!interactive) {
    after(request.timeoutMs, () => {
      timedOut = true;
      end();
    });
    signal?.addEventListener("abort", end, { once: true });
  }
  try {
    if (request.stdin !== undefined && !interactive) feed(child.stdin, request.stdin);
    const out = new OutputBuffer(maxOutput);
    const err = new OutputBuffer(maxOutput);
    const drained = interactive ? Promise.resolve([]) : Promise.all([
      drain(child.stdout, out, (chunk) => onOutput?.(chunk, "stdout"), cut.signal),
      drain(child.stderr, err, (chunk) => onOutput?.(chunk, "stderr"), cut.signal),
    ]);
    // A listener that throws ends the program; the error is thrown below.
    drained.catch(end);
    const status = await child.status;
    const late = timedOut;
    // What the program left running may hold the pipes open for ever, even outside the group.
    after(GRACE_MS, () => cut.abort());
    await drained;
    if (signal?.aborted && !interactive) throw stopped(request.path);
    return {
      code: status.signal ? null : status.code,
      signal: status.signal,
      stdout: out.text(),
      stderr: err.text(),
      truncated: out.truncated || err.truncated,
      timedOut: late,
      ms: Math.round(performance.now() - started),
    };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener("abort", end);
    // A program may leave children behind that hold no pipe of ours.
    if (!interactive) signalGroup(child, "SIGKILL");
  }
}

function start(request: SpawnRequest, interactive: boolean): Deno.ChildProcess {
  try {
    return new Deno.Command(request.path, {
      args: [...request.args],
      cwd: request.cwd,
      env: { ...request.env },
      clearEnv: true,
      stdin: interactive ? "inherit" : request.stdin === undefined ? "null" : "piped",
      stdout: interactive ? "inherit" : "piped",
      stderr: interactive ? "inherit" : "piped",
      // An interactive program must stay in the terminal's foreground group.
      detached: !interactive,
    }).spawn();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError("failed", `cannot start ${request.path}`, { hint: why, cause });
  }
}

function stopped(path: string): UserError {
  return new UserError("aborted", `stopped: ${path}`);
}

async function drain(
  stream: ReadableStream<Uint8Array>,
  into: OutputBuffer,
  tell: (chunk: Uint8Array) => void,
  cut: AbortSignal,
): Promise<void> {
  const reader = stream.getReader();
  cut.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true });
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) return;
    into.push(value);
    tell(value);
  }
}

function feed(stdin: WritableStream<Uint8Array>, text: string): void {
  const writer = stdin.getWriter();
  // A program that does not read its input to the end is no error of ours.
  writer.write(new TextEncoder().encode(text)).then(() => writer.close()).catch(() => {});
}
