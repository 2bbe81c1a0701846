import { parseConfigFile } from "../core/config_file.ts";
import type { Config } from "../core/config.ts";
import { type ConfigFile, mergeConfig } from "../core/config_merge.ts";
import { UserError } from "../core/errors.ts";
import { loadPolicy } from "../core/safety/load_policy.ts";
import { createPathGuard, type PathGuard } from "../core/safety/paths.ts";
import { readGuarded } from "../core/safety/read_guarded.ts";
import { stateDir } from "../core/safety/state_dir.ts";
import { isTrusted, trustDigest, trustText, withTrust } from "../core/safety/trust.ts";
import { openWorkspace } from "../core/workspace/workspace.ts";
import type { Place } from "./shell.ts";

/** What {@linkcode openPlace} starts from. */
export interface PlaceOptions {
  /** Values of flags by the option's key. */
  readonly flags: Readonly<Partial<Record<keyof Config, unknown>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly warn: (line: string) => void;
}

/**
 * Opens a workspace and decides all that is decided before anything acts: settings from flags,
 * environment and files, the policy, whether a person can be asked.
 *
 * @throws {UserError} `usage` for a folder that is none and for files that cannot be understood.
 */
export async function openPlace({ flags, env, warn }: PlaceOptions): Promise<Place> {
  const early = mergeConfig({ flags, env }).config;
  const folder = flags.workspace === undefined && !env.WORKSPACE_DIR
    // Under `deno task` the current folder is the checkout's; this is where the user is.
    ? env.INIT_CWD ?? "."
    : early.workspace;
  const { root } = await openWorkspace(folder);
  const guard = createPathGuard(root);
  const merged = mergeConfig({
    flags,
    env,
    workspaceFile: await readWorkspaceConfig(guard),
    userFile: await readUserConfig(env),
  });
  const loaded = await loadPolicy(guard);
  const state = await stateDir(root, env);
  const trusted = loaded.policy.allow_commands.length === 0 ||
    await isTrusted(state, root, await trustDigest(await trustText(root, loaded)));
  if (!trusted) {
    warn(
      `${loaded.path} wants to allow commands; they ask until you trust this text: ` +
        "dspy-code permissions trust",
    );
  }
  for (const line of [...merged.warnings, ...loaded.warnings]) warn(line);
  return {
    merged,
    config: merged.config,
    workspace: await openWorkspace(root, { logs: merged.config.logs }),
    policy: withTrust(loaded.policy, trusted),
    stateDir: state,
    interactive: Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
  };
}

/** The workspace's file is content of a repository: it is read through the guard. */
async function readWorkspaceConfig(guard: PathGuard): Promise<ConfigFile | undefined> {
  const path = ".dspy/config.yaml";
  if (!isThere(`${guard.root}/${path}`)) return undefined;
  const bytes = readGuarded(guard, path, { maxBytes: MAX_CONFIG });
  return await parseConfigFile(path, new TextDecoder().decode(bytes));
}

/** The user's own file may be a link, as dotfiles often are, but not a pipe or a device. */
async function readUserConfig(env: PlaceOptions["env"]): Promise<ConfigFile | undefined> {
  const base = env.XDG_CONFIG_HOME ?? (env.HOME && `${env.HOME}/.config`);
  if (!base) return undefined;
  const path = `${base}/dspy-code/config.yaml`;
  if (!isThere(path)) return undefined;
  const { isFile, size } = await Deno.stat(path);
  if (!isFile || size > MAX_CONFIG) {
    throw new UserError("usage", `not a configuration file: ${JSON.stringify(path)}`, {
      hint: "move it away, or make it a text file of settings",
    });
  }
  return await parseConfigFile(path, await Deno.readTextFile(path));
}

/** Largest configuration file, in bytes. */
const MAX_CONFIG = 1024 * 1024;

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.NotADirectory) return false;
    throw new UserError("usage", `cannot look at ${JSON.stringify(path)}`, { cause: error });
  }
}
