import { isAbsolute, join, resolve } from "node:path";
import type { CommandSite } from "../../core/command.ts";
import { findProgram } from "../../core/safety/find_program.ts";

/** How Python is started for a project. */
export interface PythonStart {
  /** `python3`, or the version the project's virtual environment was made with. */
  readonly program: string;
  /** The arguments up to and with the module's name. */
  readonly args: readonly string[];
}

/**
 * Runs a module as `python -m` does, with the packages of a virtual environment instead of the
 * system's, whose own `python` is a program of the workspace and so never started.
 */
const WITH_PACKAGES = [
  "import runpy, site, sys",
  "site.addsitedir(sys.argv[1])",
  "module = sys.argv[2]",
  "sys.argv[1:3] = []",
  "runpy.run_module(module, run_name='__main__', alter_sys=True)",
].join("\n");

/**
 * Decides how to run a Python module for a project. Looks for `.venv` or `venv` in the project, then
 * in the workspace, then at the activated one (`VIRTUAL_ENV`).
 *
 * @param at the workspace, and where programs are looked up.
 * @param dir the project's folder, relative to the root.
 * @param module fixed by the caller: `pytest`.
 */
export async function pythonModule(
  { root, env }: Pick<CommandSite, "root" | "env">,
  dir: string,
  module: string,
): Promise<PythonStart> {
  const active = env.VIRTUAL_ENV;
  const places = [dir, "."].flatMap((place) =>
    [".venv", "venv"].map((name) => resolve(root, place, name))
  );
  for (const venv of active && isAbsolute(active) ? [...places, active] : places) {
    const found = await packagesOf(venv);
    if (!found) continue;
    const installed = await findProgram(found.program, env.PATH ?? "", root)
      .then(() => true, () => false);
    if (!installed) continue;
    // -S leaves out the system's packages, as the environment itself does.
    return {
      program: found.program,
      args: ["-S", "-c", WITH_PACKAGES, found.packages, module],
    };
  }
  return { program: "python3", args: ["-m", module] };
}

async function packagesOf(
  venv: string,
): Promise<{ program: string; packages: string } | undefined> {
  try {
    for await (const { name } of Deno.readDir(join(venv, "lib"))) {
      if (!/^python3\.\d+$/.test(name)) continue;
      const packages = join(venv, "lib", name, "site-packages");
      if ((await Deno.stat(packages)).isDirectory) return { program: name, packages };
    }
  } catch {
    // No such environment, or not a whole one.
  }
  return undefined;
}
