import { resolvePath } from "../core/workspace/resolve_path.ts";

/**
 * The folder to work in: the named one, else `WORKSPACE_DIR`, else where the user is. `deno task`
 * moves to the checkout and says in `INIT_CWD` where it came from.
 *
 * @param env the launcher's environment.
 * @param named what `--workspace` says.
 */
export function startFolder(
  env: Readonly<Record<string, string | undefined>>,
  named?: unknown,
): string {
  const inCheckout = import.meta.dirname === `${Deno.cwd()}/cli`;
  const here = inCheckout && env.INIT_CWD || Deno.cwd();
  // An empty name is no wish for the current folder: it is told as what it is.
  return named === "" ? "" : resolvePath(here, String(named ?? (env.WORKSPACE_DIR || ".")));
}
