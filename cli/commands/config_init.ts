import { join } from "node:path";
import { checkStateFile, stateFolder } from "../../core/workspace/state_folder.ts";
import { type NewFile, writeNewFile } from "../new_file.ts";
import type { Io } from "../shell.ts";
import { configTemplate, POLICY_TEMPLATE } from "./_config_template.ts";

/** Options of {@linkcode configInit}. */
export interface ConfigInitOptions {
  /** Replace files that exist, keeping each as `.bak-<time>`. Default false. */
  readonly force?: boolean;
}

/**
 * Writes a commented `.dspy_policy.yaml` and `.dspy/config.yaml`. All settings in them are comments
 * or the defaults, so that writing them changes nothing yet.
 *
 * @param root real path of the workspace's root.
 * @returns the exit code: 1 when a file was there and is left as it was.
 * @throws {UserError} `refused` when a link stands in the place of a file or folder, `failed` when
 * the disk cannot be written.
 */
export async function configInit(
  root: string,
  { force = false }: ConfigInitOptions,
  io: Io,
): Promise<number> {
  const folder = await stateFolder(root, ".dspy");
  const files: readonly NewFile[] = [
    {
      name: ".dspy_policy.yaml",
      path: join(root, ".dspy_policy.yaml"),
      text: POLICY_TEMPLATE,
    },
    { name: ".dspy/config.yaml", path: join(folder, "config.yaml"), text: configTemplate() },
  ];
  let kept = 0;
  for (const file of files) {
    await checkStateFile(file.path);
    if (!await writeNewFile(file, { force }, io)) kept++;
  }
  return kept === 0 ? 0 : 1;
}
