import type { Config } from "../core/config.ts";
import { type ConfigFile, mergeConfig } from "../core/config_merge.ts";
import { lazy } from "../core/lazy.ts";
import { stateDir } from "../core/safety/state_dir.ts";
import { EMPTY_POLICY, POLICY_FILES, PREFERENCES_FILE } from "../core/safety/policy.ts";
import { isBelow } from "../core/workspace/resolve_path.ts";
import { openWorkspace, type Workspace } from "../core/workspace/workspace.ts";
import { configFolder, isThere, WORKSPACE_CONFIG } from "./config_places.ts";
import { cacheFolder } from "./cache_folder.ts";
import { currentFolder, startFolder } from "./start_folder.ts";
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
  const { root } = await openWorkspace(startFolder(env, flags.workspace));
  const user = withoutPrograms(await readUserConfig(env), ["mcp", "hooks"]);
  const workspace = withoutPrograms(await readWorkspaceConfig(root), ["hooks"]);
  const { mcp: servers } = user.programs;
  const hooks = { user: user.programs.hooks, workspace: workspace.programs.hooks };
  const merged = mergeConfig({ flags, env, workspaceFile: workspace.file, userFile: user.file });
  for (const line of merged.warnings) warn(line);
  const state = await stateDir(root, env);
  const hasPolicy = [...POLICY_FILES, PREFERENCES_FILE].some((name) => isThere(`${root}/${name}`));
  return {
    merged,
    config: merged.config,
    workspace: {
      ...await openWorkspace(root, { logs: merged.config.logs }),
      ...await startBelow(root, env),
    },
    policy: hasPolicy ? await (await loadPolicies()).openPolicy(root, state, warn) : EMPTY_POLICY,
    model: merged.config.provider === undefined
      ? undefined
      : (await loadAddress()).modelAddress(merged.config, env),
    ...(servers !== undefined || isThere(`${root}/.mcp.json`)) && { mcp: { user: servers } },
    ...(hooks.user !== undefined || hooks.workspace !== undefined) && { hooks },
    stateDir: state,
    ours: ownFolders(state, env),
    interactive: Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
  };
}

/** Who names a workspace may stand in a folder of it. */
async function startBelow(
  root: string,
  env: PlaceOptions["env"],
): Promise<Pick<Workspace, "start">> {
  const here = await Deno.realPath(currentFolder(env)).catch(() => root);
  if (here === root || !isBelow(root, here)) return {};
  return { start: here.slice(root.length).replace(/^\//, "") };
}

// Most workspaces have neither policy nor settings, and their start need not wait for what reads them.
const loadConfigFile = lazy<typeof import("./read_config_file.ts")>(
  "./read_config_file.ts",
  import.meta.url,
);
const loadPolicies = lazy<typeof import("./open_policy.ts")>("./open_policy.ts", import.meta.url);

const loadAddress = lazy<typeof import("./model_address.ts")>(
  "./model_address.ts",
  import.meta.url,
);

/** What no session may change, wherever the workspace is. */
function ownFolders(stateDir: string, env: PlaceOptions["env"]): string[] {
  const states = stateDir.slice(0, stateDir.lastIndexOf("/"));
  return [states, configFolder(env), cacheFolder(env)].filter((path) => path !== undefined);
}

async function readWorkspaceConfig(root: string): Promise<ConfigFile | undefined> {
  if (!isThere(`${root}/${WORKSPACE_CONFIG}`)) return undefined;
  return await (await loadConfigFile()).readWorkspaceConfig(root, WORKSPACE_CONFIG);
}

async function readUserConfig(env: PlaceOptions["env"]): Promise<ConfigFile | undefined> {
  const path = `${configFolder(env)}/config.yaml`;
  if (configFolder(env) === undefined || !isThere(path)) return undefined;
  return await (await loadConfigFile()).readUserConfig(path);
}

/**
 * MCP servers and hooks stand in the same file; they are no settings of a run, so nothing else merges
 * them.
 */
function withoutPrograms<K extends string>(
  file: ConfigFile | undefined,
  keys: readonly K[],
): { programs: Partial<Record<K, unknown>>; file: ConfigFile | undefined } {
  const programs: Partial<Record<K, unknown>> = {};
  if (file === undefined) return { programs, file };
  const values = { ...file.values };
  for (const key of keys) {
    programs[key] = values[key] ?? undefined;
    delete values[key];
  }
  return { programs, file: { ...file, values } };
}
