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
    const [program, ...args] = [
      ...options.under ?? [],
      Deno.execPath(),
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
