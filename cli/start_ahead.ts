import type { Config } from "../core/config.ts";
import { lazy } from "../core/lazy.ts";
import type { CatalogEntry } from "../core/registry.ts";
import { configFolder, isThere, WORKSPACE_CONFIG } from "./config_places.ts";
import { ownFiles } from "./own_files.ts";
import { sessionEnv } from "./session_env.ts";
import { type SpawnedSession, spawnSession } from "./spawn_session.ts";
import { startFolder } from "./start_folder.ts";

/** What {@linkcode startAhead} guesses from. */
export interface AheadOptions {
  /** The tool that will be called; undefined for a request. */
  readonly entry: CatalogEntry | undefined;
  /** Values of flags by the option's key. */
  readonly flags: Readonly<Partial<Record<keyof Config, unknown>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const loadMind = lazy<typeof import("./mind_ahead.ts")>("./mind_ahead.ts", import.meta.url);

/**
 * Starts the session's process for one command while settings and policy are still being read. The
 * guess is the plain case; where the real plan has other flags, the process is dropped unused.
 */
export async function startAhead(options: AheadOptions): Promise<SpawnedSession | undefined> {
  const { entry, env, flags } = options;
  try {
    const root = await Deno.realPath(startFolder(env, flags.workspace));
    const ours = await ownFiles(entry?.parses ?? true);
    const mind = entry?.asksModel === false ? undefined : (await loadMind()).mindAhead(flags, env);
    // A file may name a model: who guesses without it guesses wrong.
    if (mind && mind.host === undefined && hasConfig(root, env)) return undefined;
    const writes = entry === undefined ? mind!.writes : entry.effect === "write" ? "all" : "state";
    const hosts = mind?.host === undefined ? [] : [mind.host];
    const preload = entry?.name ?? mind!.preload;
    return spawnSession({ ...ours, root, writes, hosts }, sessionEnv(env), preload);
  } catch {
    return undefined; // what is wrong is told by those who open the workspace
  }
}

function hasConfig(root: string, env: AheadOptions["env"]): boolean {
  const folder = configFolder(env);
  return [`${root}/${WORKSPACE_CONFIG}`, ...folder === undefined ? [] : [`${folder}/config.yaml`]]
    .some(isThere);
}
