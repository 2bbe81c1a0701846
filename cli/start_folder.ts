import { resolvePath } from "../core/workspace/resolve_path.ts";

/**
 * The folder to work in: the named one, else `WORKSPACE_DIR`, else where the user is.
 *
 * @param env the launcher's environment.
 * @param named what `--workspace` says.
 */
export function startFolder(
  env: Readonly<Record<string, string | undefined>>,
  named?: unknown,
): string {
  // An empty name is no wish for the current folder: it is told as what it is.
  return named === ""
    ? ""
    : resolvePath(currentFolder(env), String(named ?? (env.WORKSPACE_DIR || ".")));
}

/** Where the user is: `deno task` moves to the checkout, and tells in `INIT_CWD` from where. */
export function currentFolder(env: Readonly<Record<string, string | undefined>>): string {
  const inCheckout = import.meta.dirname === `${Deno.cwd()}/cli`;
  return inCheckout && env.INIT_CWD || Deno.cwd();
}
