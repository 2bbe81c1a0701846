/**
 * Where the user is: `deno task` moves to the checkout and says in `INIT_CWD` where it came from.
 *
 * @param env the launcher's environment.
 */
export function startFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.WORKSPACE_DIR) return env.WORKSPACE_DIR;
  const inCheckout = import.meta.dirname === `${Deno.cwd()}/cli`;
  return inCheckout ? env.INIT_CWD ?? "." : ".";
}
