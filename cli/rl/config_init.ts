import { createPathGuard } from "../../core/safety/paths.ts";
import { checkStateFile } from "../../core/workspace/state_folder.ts";
import { DEFAULT_RL_CONFIG } from "../../rl/tools/rl_config.ts";
import { writeNewFile } from "../new_file.ts";
import type { Io, Place } from "../shell.ts";
import { RL_CONFIG } from "./settings.ts";

/** Options of {@linkcode rlConfigInit}. */
export interface RlConfigInitOptions {
  /** Where to, relative to the root. Default `.dspy_rl.json`. */
  readonly out?: string;
  /** Replace a file that exists, keeping it as `.bak-<time>`. Default false. */
  readonly force?: boolean;
}

/**
 * Writes the settings of `rl train`, all with their defaults.
 *
 * @returns the exit code: 1 when a file was there and is left as it was.
 * @throws {UserError} `refused` for a path that is not to be written, `failed` when it cannot be.
 */
export async function rlConfigInit(
  { workspace, policy, ours }: Pick<Place, "workspace" | "policy" | "ours">,
  { out = RL_CONFIG, force = false }: RlConfigInitOptions,
  io: Io,
): Promise<number> {
  const guard = createPathGuard(workspace.root, { denied: policy.deny_paths, own: ours });
  // Our own name is the one of our own that a person may have written.
  const name = out.replace(/^(\.\/)+/, "") === RL_CONFIG
    ? RL_CONFIG
    : guard.check(out, "write").path;
  const path = `${guard.root}/${name}`;
  await checkStateFile(path);
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const text = `${JSON.stringify(DEFAULT_RL_CONFIG, null, 2)}\n`;
  return await writeNewFile({ name, path, text }, { force }, io) ? 0 : 1;
}
