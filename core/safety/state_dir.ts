import { UserError } from "../errors.ts";
import { sha256 } from "../workspace/sha256.ts";

/**
 * The folder for what the launcher remembers of a workspace and the session must not change:
 * receipts, trust, approvals. `$XDG_STATE_HOME/dspy-code/<16 hex digits of the root's SHA-256>`,
 * by default below `~/.local/state`. The folder is not made here.
 *
 * @param root real path of the workspace's root.
 * @param env the launcher's environment.
 * @throws {UserError} `failed` when the environment names no home.
 */
export async function stateDir(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const id = (await sha256(new TextEncoder().encode(root))).slice(0, 16);
  return `${baseFolder(env)}/dspy-code/${id}`;
}

function baseFolder(env: Readonly<Record<string, string | undefined>>): string {
  // A relative value is to be ignored, says the XDG specification.
  const { XDG_STATE_HOME: state, HOME: home, LOCALAPPDATA: local } = env;
  if (state && /^(?:\/|[a-z]:[\\/])/i.test(state)) return state.replace(/\/+$/, "");
  if (Deno.build.os === "windows" && local) return local;
  if (home) return `${home.replace(/\/+$/, "")}/.local/state`;
  throw new UserError("failed", "no place for receipts: neither HOME nor XDG_STATE_HOME is set", {
    hint: "set HOME to your home folder",
  });
}
