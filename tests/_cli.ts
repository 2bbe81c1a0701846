import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program's entry point. `DSPY_TEST_MAIN` names another: that of a build. */
export const MAIN: string = Deno.env.get("DSPY_TEST_MAIN") ??
  fileURLToPath(new URL("../cli/main.ts", import.meta.url));

/** How a run of the program ended. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode Sandbox.cli}. */
export interface CliOptions {
  /** Text for standard input; closed by default. */
  readonly stdin?: string;
  /** Folder to start in. Default the sandbox's workspace. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command line: another program that starts ours. */
  readonly through?: readonly string[];
}

/** A workspace and a home of their own, for one test. */
export interface Sandbox extends AsyncDisposable {
  /** Holds `ws` and `home`. */
  readonly folder: string;
  /** The workspace. */
  readonly ws: string;
  /** Writes a file of the workspace, making its folders. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  read(path: string): Promise<string>;
  /** Runs the real program with the rights of `deno task start`. */
  cli(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** The command line and environment of {@linkcode Sandbox.cli}, for a terminal. */
  commandLine(args: readonly string[]): { argv: string[]; env: Record<string, string> };
}

const RIGHTS = ["--allow-read", "--allow-write", "--allow-env", "--allow-run"];

/**
 * Makes a sandbox; it is removed when it goes out of scope.
 *
 * @param main what is run there. Default {@linkcode MAIN}.
 */
export async function sandbox(
  files: Readonly<Record<string, string>> = {},
  main: string = MAIN,
): Promise<Sandbox> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "dspy-test-" }));
  const ws = join(folder, "ws");
  const home = join(folder, "home");
  await Deno.mkdir(ws);
  await Deno.mkdir(home);
  const self: Sandbox = {
    folder,
    ws,
    async write(path, content) {
      const full = join(ws, path);
      await Deno.mkdir(join(full, ".."), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(full, content);
      else await Deno.writeFile(full, content);
    },
    read: (path) => Deno.readTextFile(join(ws, path)),
    commandLine(args) {
      const argv = [Deno.execPath(), "run", "--quiet", "--no-prompt", ...RIGHTS, main, ...args];
      return { argv, env: { ...environment(home) } };
    },
    async cli(args, { stdin, cwd = ws, env = {}, through = [] } = {}) {
      const line = self.commandLine(args);
      const [program, ...rest] = [...through, ...line.argv];
      const child = new Deno.Command(program!, {
        args: rest,
        cwd,
        env: { ...line.env, ...env },
        clearEnv: true,
        stdin: stdin === undefined ? "null" : "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      if (stdin !== undefined) {
        const writer = child.stdin.getWriter();
        await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
        await writer.close().catch(() => {});
      }
      const { code, stdout, stderr } = await child.output();
      const text = new TextDecoder();
      return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
  for (const [path, content] of Object.entries(files)) await self.write(path, content);
  return self;
}

/** A clean environment: a home of its own, and the real caches of modules. */
function environment(home: string): Record<string, string> {
  const real = Deno.env.get("HOME") ?? "";
  return {
    HOME: home,
    PATH: Deno.env.get("PATH") ?? "",
    DENO_DIR: Deno.env.get("DENO_DIR") ?? join(real, ".cache", "deno"),
    ...toolchains(real),
  };
}

function toolchains(real: string): Record<string, string> {
  const folders = {
    CARGO_HOME: ".cargo",
    RUSTUP_HOME: ".rustup",
    GOPATH: "go",
    PYENV_ROOT: ".pyenv",
  };
  return Object.fromEntries(
    Object.entries(folders).map(([name, below]) => [
      name,
      Deno.env.get(name) ?? join(real, below),
    ]),
  );
}

/** The events of a `--json` run. */
export function eventsOf({ stdout }: CliResult): { type: string; data: Record<string, unknown> }[] {
  return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
