import { pathToFileURL } from "node:url";
import { UserError } from "../../core/errors.ts";
import type { PathGuard } from "../../core/safety/paths.ts";
import { signalChild } from "../../core/safety/signal_child.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import type { ActionResult, Verifier } from "../../rl/verifiers/types.ts";
import { readLines } from "../protocol.ts";
import { sessionEnv } from "../session_env.ts";

/** Verifiers of a module of the workspace, which runs in a process of its own. */
export interface JailedVerifiers extends AsyncDisposable {
  /** They read the scores that `score` has put into a result. */
  readonly verifiers: readonly Verifier[];
  /**
   * Has a result scored.
   *
   * @throws {UserError} `failed` when a verifier throws, gives no number, or takes too long.
   */
  score(result: ActionResult): Promise<ActionResult>;
}

/** What {@linkcode openJailedVerifiers} needs. */
export interface JailedVerifiersSetup {
  readonly guard: PathGuard;
  /** The module, inside the workspace. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long the module may take to load, and each result to be scored. Default 10,000. */
  readonly patienceMs?: number;
}

/**
 * Starts a module that exports `getVerifiers()`. It may read the workspace and do nothing else: no
 * network, no files to write, no programs, no environment, no packages. What it can bring about is a
 * number.
 *
 * @throws {UserError} `refused` for a path outside the workspace; `failed` when it is no such module.
 */
export async function openJailedVerifiers(
  { guard, path, env, patienceMs = 10_000 }: JailedVerifiersSetup,
): Promise<JailedVerifiers> {
  const found = guard.check(path, "read");
  if (guard.root.includes(",")) {
    // Deno would take the comma for the end of the path.
    throw new UserError("refused", "verifiers of a workspace with a comma in its path do not run", {
      rule: "rl.verifiers",
      hint: "rename the folder",
    });
  }
  const host = import.meta.resolve("./verifier_host.ts");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...["--quiet", "--no-prompt", "--cached-only", "--no-config", "--no-lock", "--no-npm"],
      ...host.startsWith("file:") ? ["--no-remote"] : [`--allow-import=${new URL(host).host}`],
      "--v8-flags=--max-old-space-size=256",
      `--allow-read=${guard.root}`,
      ...[host, pathToFileURL(`${guard.root}/${found.path}`).href, path],
    ],
    cwd: "/",
    env: sessionEnv(env),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    // What it says is for nobody: it may be long, and lie.
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const lines = readLines(child.stdout);
  const close = async () => {
    signalChild(child, "SIGKILL");
    await writer.abort().catch(() => {});
    await child.status;
  };

  async function next(): Promise<Record<string, unknown>> {
    const line = await within(lines.next().catch(() => undefined), patienceMs);
    if (line === "late") throw failed(`took more than ${patienceMs / 1_000} s`);
    const said = line?.done === false ? parse(line.value) : undefined;
    if (said === undefined) throw failed("ended, or wrote something else to standard output");
    if (typeof said.error === "string") throw failed(sanitize(said.error).slice(0, 500));
    return said;
  }

  function failed(why: string): UserError {
    return new UserError("failed", `${path}: ${why}`, {
      hint: "a module exports getVerifiers(), a list of { kind, score(result) }; it may read the " +
        "workspace and import its files, nothing else",
    });
  }

  try {
    const { kinds } = await next();
    const named = Array.isArray(kinds) && kinds.every((kind) => typeof kind === "string");
    if (!named) throw failed("wrote something else to standard output");
    return {
      verifiers: kinds.map((kind) => ({ kind, score: (result) => scoreOf(result, kind) })),
      // Lines are answered in their order.
      async score(result) {
        const line = new TextEncoder().encode(`${JSON.stringify(result)}\n`);
        await writer.write(line).catch(() => {});
        const { scores } = await next();
        return { ...result, info: { ...result.info, scores } };
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function scoreOf({ info }: ActionResult, kind: string): number | null {
  const score = (info?.scores as Record<string, unknown> | undefined)?.[kind];
  return typeof score === "number" ? score : null;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T | "late"> {
  const { promise, resolve } = Promise.withResolvers<"late">();
  const timer = setTimeout(() => resolve("late"), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
