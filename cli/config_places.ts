import { UserError } from "../core/errors.ts";

/** Settings of a workspace, below its root. */
export const WORKSPACE_CONFIG = ".dspy/config.yaml";

/** Where the user keeps settings for all workspaces; undefined without a home. */
export function configFolder(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const base = env.XDG_CONFIG_HOME || (env.HOME && `${env.HOME}/.config`);
  return base ? `${base}/dspy-code` : undefined;
}

/**
 * Whether something is there, whatever it is.
 *
 * @throws {UserError} `usage` where one may not look.
 */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.NotADirectory) return false;
    throw new UserError("usage", `cannot look at ${JSON.stringify(path)}`, { cause: error });
  }
}
