import { UserError } from "../../core/errors.ts";
import { childEnv } from "../../core/safety/child_env.ts";
import { findProgram } from "../../core/safety/find_program.ts";
import { spawn, type SpawnResult } from "../../core/safety/spawn.ts";
import { isBelow, resolvePath } from "../../core/workspace/resolve_path.ts";
import type { Hook } from "./hook_config.ts";

/** Where hooks run. */
export interface HookSite {
  /** Real path of the workspace: hooks run in it. */
  readonly root: string;
  /** The launcher's environment; only listed names of it reach a hook. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Bytes kept of each output of a hook. */
const MAX_OUTPUT = 256 * 1024;

/**
 * Starts a hook's program and waits for its end, in a process group and an environment of its own.
 *
 * @param stdin what it is told.
 * @throws {UserError} `missing` or `failed` when it cannot be started, `aborted` when stopped.
 */
export async function startHook(
  hook: Hook,
  stdin: string,
  { root, env }: HookSite,
  signal: AbortSignal | undefined,
): Promise<SpawnResult> {
  const [, ...args] = hook.command;
  const scratch = await Deno.makeTempDir({ prefix: "dspy-code-hook-" });
  try {
    return await spawn({
      path: await hookProgram(hook, { root, env }),
      args,
      cwd: root,
      env: childEnv({ env, scratch, root }),
      timeoutMs: hook.timeoutMs,
      stdin,
    }, { signal, maxOutput: MAX_OUTPUT });
  } finally {
    await Deno.remove(scratch, { recursive: true }).catch(() => {});
  }
}

/**
 * The absolute path of a hook's program: a bare name by the PATH, a path as it is.
 *
 * @throws {UserError} `missing` when it is not there, `refused` for one outside the workspace that
 * the workspace named.
 */
export async function hookProgram(
  { command: [program = ""], from }: Hook,
  { root, env }: HookSite,
): Promise<string> {
  if (!program.includes("/")) return await findProgram(program, env.PATH ?? "", root);
  const path = resolvePath(root, program);
  if (from === "workspace" && !isBelow(root, path)) {
    throw new UserError("refused", `${JSON.stringify(program)} is outside the workspace`);
  }
  const info = await Deno.stat(path).catch(() => undefined);
  if (info?.isFile && ((info.mode ?? 0o111) & 0o111) !== 0) return path;
  throw new UserError("missing", `${JSON.stringify(program)} is no program`, {
    hint: "it is to be a file that may be executed",
  });
}
