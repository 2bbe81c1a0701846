import { join } from "node:path";
import { parseConfigFile } from "../core/config_file.ts";
import type { Config } from "../core/config.ts";
import { type ConfigFile, mergeConfig } from "../core/config_merge.ts";
import { loadPolicy } from "../core/safety/load_policy.ts";
import { createPathGuard } from "../core/safety/paths.ts";
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
  const merged = mergeConfig({
    flags,
    env,
    workspaceFile: await readConfig(join(root, ".dspy", "config.yaml"), ".dspy/config.yaml"),
    userFile: await readUserConfig(env),
  });
  const guard = createPathGuard(root);
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

async function readUserConfig(env: PlaceOptions["env"]): Promise<ConfigFile | undefined> {
  const base = env.XDG_CONFIG_HOME ?? (env.HOME && join(env.HOME, ".config"));
  if (!base) return undefined;
  const path = join(base, "dspy-code", "config.yaml");
  return await readConfig(path, path);
}

async function readConfig(path: string, shown: string): Promise<ConfigFile | undefined> {
  const text = await Deno.readTextFile(path).catch(() => undefined);
  return text === undefined ? undefined : await parseConfigFile(shown, text);
}
