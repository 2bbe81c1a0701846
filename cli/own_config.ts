import { createPathGuard } from "../core/safety/paths.ts";
import { checkStateFile } from "../core/workspace/state_folder.ts";
import { writeNewFile } from "./new_file.ts";
import type { Io, Place } from "./shell.ts";

/** Settings to be written for a person. */
export interface OwnConfig {
  /** Name of such settings at the root: one of our own files, that no tool writes. */
  readonly own: string;
  /** Where to, relative to the root. Default `own`. */
  readonly out?: string | undefined;
  /** Replace a file that exists, keeping it as `.bak-<time>`. Default false. */
  readonly force?: boolean | undefined;
  readonly text: string;
}

/**
 * Writes settings with their defaults into a workspace.
 *
 * @returns the exit code: 1 when a file was there and is left as it was.
 * @throws {UserError} `refused` for a path that is not to be written, `failed` when it cannot be.
 */
export async function writeOwnConfig(
  { workspace, policy, ours }: Pick<Place, "workspace" | "policy" | "ours">,
  { own, out = own, force = false, text }: OwnConfig,
  io: Io,
): Promise<number> {
  const guard = createPathGuard(workspace.root, { denied: policy.deny_paths, own: ours });
  // Our own name is the one of our own that a person may have written.
  const name = out.replace(/^(\.\/)+/, "") === own ? own : guard.check(out, "write").path;
  const path = `${guard.root}/${name}`;
  await checkStateFile(path);
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  return await writeNewFile({ name, path, text }, { force }, io) ? 0 : 1;
}
