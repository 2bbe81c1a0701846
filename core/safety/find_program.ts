import { basename, join } from "node:path";
import { UserError } from "../errors.ts";
import { searchPath } from "./child_env.ts";

const INSTALL_HINTS: Readonly<Record<string, string>> = {
  git: "install git from your system's packages",
  "ast-grep": "npm i -g @ast-grep/cli",
  cargo: "install Rust with rustup",
  go: "install Go",
  mvn: "install Apache Maven",
  node: "install Node.js 20 or newer",
  python3: "install Python 3",
};

/**
 * Finds a program in the user's PATH, skipping relative folders, folders of the workspace, and
 * links that lead into it.
 *
 * @param program bare name; anything with a slash is refused.
 * @param path value of PATH.
 * @param root real path of the workspace.
 * @returns its absolute path.
 * @throws {UserError} `missing` when it is not there, `refused` for a name that is a path.
 */
export async function findProgram(program: string, path: string, root: string): Promise<string> {
  if (basename(program) !== program || program === "" || program.startsWith("-")) {
    throw new UserError("refused", `not a program name: ${JSON.stringify(program)}`, {
      hint: "programs are looked up in PATH; give a bare name",
      rule: "command.name",
    });
  }
  for (const folder of searchPath(path, root)) {
    const candidate = join(folder, program);
    const info = await Deno.stat(candidate).catch(() => undefined);
    if (!info?.isFile || ((info.mode ?? 0o111) & 0o111) === 0) continue;
    const real = await Deno.realPath(candidate);
    if (real === root || real.startsWith(root + "/")) continue;
    return candidate;
  }
  throw new UserError("missing", `${program} not found`, {
    hint: INSTALL_HINTS[program] ?? `install ${program} and make sure that it is on PATH`,
  });
}
