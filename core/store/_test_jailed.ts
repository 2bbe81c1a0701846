/** What a test's child process printed, and how it ended. */
export interface JailedResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const STORE = new URL("./sqlite.ts", import.meta.url).href;

/** Options of {@linkcode runJailed}. */
export interface JailedOptions {
  /** Words before `deno`: a program that sets up another world for it. */
  readonly under?: readonly string[];
}

/**
 * For tests: runs a script as a session is run, with rights on one folder and nothing else.
 *
 * @param script module text; it has `openSqliteStore` and `folder`.
 */
export async function runJailed(
  folder: string,
  script: string,
  options: JailedOptions = {},
): Promise<JailedResult> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      `import { openSqliteStore } from ${JSON.stringify(STORE)};\n` +
        `const folder = ${JSON.stringify(folder)};\n${script}`,
    );
    const [program, ...args] = [...options.under ?? [], Deno.execPath(), ...jailed(folder, file)];
    const output = await new Deno.Command(program!, { args, env: { NO_COLOR: "1" } }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return {
      code: output.code,
      stdout: decode(output.stdout),
      stderr: decode(output.stderr),
    };
  } finally {
    await Deno.remove(file);
  }
}

/** Options of {@linkcode runAndKill}. */
export interface KillOptions {
  /** Arguments of the script. */
  readonly args: readonly string[];
  /** Whether the time runs from the start instead of from the first number. Default false. */
  readonly early?: boolean;
}

/**
 * For tests: runs a script that prints a number after each thing it has done, and kills it.
 *
 * @param delay milliseconds until the kill.
 * @returns the last number it printed; undefined when there was none.
 */
export async function runAndKill(
  folder: string,
  file: string,
  delay: number,
  { args, early = false }: KillOptions,
): Promise<number | undefined> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...jailed(folder, file), ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const start = () => setTimeout(() => child.kill("SIGKILL"), delay);
  let timer = early ? start() : undefined;
  let output = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    timer ??= start();
    output += chunk;
  }
  const { signal, code } = await child.status;
  clearTimeout(timer);
  if (signal !== "SIGKILL") throw new Error(`the child ended by itself with ${code}`);
  const end = output.lastIndexOf("\n");
  return end < 0 ? undefined : Number(output.slice(0, end).split("\n").at(-1));
}

function jailed(folder: string, file: string): string[] {
  return [
    "run",
    "--no-prompt",
    "--cached-only",
    "--no-check",
    "--no-config",
    "--no-lock",
    `--allow-read=${folder}`,
    `--allow-write=${folder}`,
    file,
  ];
}
