import { commandSources } from "../../core/safety/command_sources.ts";
import { isTrusted, trustDigest } from "../../core/safety/trust.ts";
import { type Hook, parseHooks, type ParseHooksOptions } from "./hook_config.ts";

/** The file of the workspace that may name hooks. */
export const HOOKS_FILE = ".dspy/config.yaml";

/**
 * Reads the hooks that a workspace names.
 *
 * @throws {UserError} `usage` for what cannot be understood.
 */
export function parseWorkspaceHooks(
  value: unknown,
  registry: ParseHooksOptions["registry"],
): Hook[] {
  return parseHooks(value, { from: "workspace", path: HOOKS_FILE, registry });
}

/** The whole text that trust in a workspace's hooks is given to. */
export async function hooksTrustText(root: string, hooks: readonly Hook[]): Promise<string> {
  const lines = hooks.map(({ on, tools, command, timeoutMs }) =>
    JSON.stringify({ on, tools, command, timeout_sec: timeoutMs / 1000 })
  );
  const used = await Promise.all(hooks.map(({ command }) => commandSources(root, command)));
  const parts = [...new Set(used.flat())].sort();
  return [`hooks of ${HOOKS_FILE}:\n${lines.join("\n")}`, ...parts].join("\n--\n");
}

/** Whether the user trusts these hooks of a workspace, and what they run, as they are now. */
export async function areTrusted(
  root: string,
  stateDir: string,
  hooks: readonly Hook[],
): Promise<boolean> {
  const digest = await trustDigest(await hooksTrustText(root, hooks));
  return await isTrusted(stateDir, root, digest, "hooks");
}
