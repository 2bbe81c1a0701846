import type { CatalogEntry } from "../core/registry.ts";
import { ownFiles } from "./own_files.ts";
import { sessionEnv } from "./session_env.ts";
import { type SpawnedSession, spawnSession } from "./spawn_session.ts";
import { startFolder } from "./start_folder.ts";

/** What {@linkcode startAhead} guesses from. */
export interface AheadOptions {
  readonly entry: CatalogEntry;
  /** The folder that `--workspace` names. */
  readonly workspace: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts the session's process for one command while settings and policy are still being read. The
 * guess is the plain case; where the real plan has other flags, the process is dropped unused.
 */
export async function startAhead(options: AheadOptions): Promise<SpawnedSession | undefined> {
  const { entry, env, workspace } = options;
  try {
    const root = await Deno.realPath(startFolder(env, workspace));
    const { main, config, lock, files, registry } = await ownFiles(entry.parses);
    const writes = entry.effect === "write" ? "all" : "state";
    return spawnSession(
      { root, main, config, lock, ownFiles: files, registry, writes },
      sessionEnv(env),
      entry.name,
    );
  } catch {
    return undefined; // what is wrong is told by those who open the workspace
  }
}
