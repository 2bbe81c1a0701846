import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { checkStateFile, stateFolder } from "../../core/workspace/state_folder.ts";
import type { Io } from "../shell.ts";
import { configTemplate, POLICY_TEMPLATE } from "./_config_template.ts";

/** Options of {@linkcode configInit}. */
export interface ConfigInitOptions {
  /** Replace files that exist, keeping each as `.bak-<time>`. Default false. */
  readonly force?: boolean;
}

interface NewFile {
  /** Relative to the root, as shown. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
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
    if (force) await setAside(file, io);
    if (await writeNew(file)) {
      io.out(`wrote ${file.name}`);
      continue;
    }
    kept++;
    io.err(`${file.name} exists and is left as it is: --force replaces it and keeps a copy`);
  }
  return kept === 0 ? 0 : 1;
}

async function setAside({ name, path }: NewFile, io: Io): Promise<void> {
  const aside = `.bak-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  try {
    // A link and a removal: unlike a rename it never replaces an older copy.
    await Deno.link(path, path + aside);
    await Deno.remove(path);
    io.out(`kept the old ${name} as ${name}${aside}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw cannot(`keep a copy of ${name}`, error);
  }
}

/** Writes a file unless one is there. */
async function writeNew({ name, path, text }: NewFile): Promise<boolean> {
  try {
    await Deno.writeTextFile(path, text, { createNew: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw cannot(`write ${name}`, error);
  }
}

function cannot(what: string, cause: unknown): UserError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UserError("failed", `cannot ${what}: ${why}`, {
    hint: "see that the workspace can be written and nothing else writes there",
    cause,
  });
}
