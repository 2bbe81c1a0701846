import { describeError } from "../../core/errors.ts";
import type { Registry } from "../../core/registry.ts";
import { commandSources } from "../../core/safety/command_sources.ts";
import { isTrusted, readTrust, trustDigest } from "../../core/safety/trust.ts";
import type { Place } from "../shell.ts";
import { type Hook, parseHooks } from "./hook_config.ts";

/** What {@linkcode readHooks} looks at. */
export interface HookSources {
  readonly place: Pick<Place, "workspace" | "stateDir" | "hooks">;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: Pick<Registry, "find" | "suggest">;
}

/** The hooks that count. */
export interface ReadHooks {
  /** The user's own, then those of the workspace if they are trusted. */
  readonly hooks: readonly Hook[];
  /** Why those of the workspace are not used, in one sentence; undefined when they are. */
  readonly unused?: string;
}

/** The file of the workspace that may name hooks. */
export const HOOKS_FILE = ".dspy/config.yaml";

/**
 * Reads the configured hooks; nothing is started. Those of the workspace count only while the user
 * trusts their very text and that of what they run.
 *
 * @throws {UserError} `usage` when the user's own cannot be understood.
 */
export async function readHooks({ place, env, registry }: HookSources): Promise<ReadHooks> {
  const { hooks: given, workspace: { root }, stateDir } = place;
  const own = given?.user === undefined ? [] : parseHooks(given.user, {
    from: "user",
    path: "your config.yaml",
    registry,
    home: env.HOME,
  });
  if (given?.workspace === undefined) return { hooks: own };
  try {
    const theirs = parseWorkspaceHooks(given.workspace, registry);
    if (await areTrusted(root, stateDir, theirs)) return { hooks: [...own, ...theirs] };
    const before = await readTrust(stateDir, root, "hooks");
    const state = before === undefined
      ? "names hooks"
      : "names hooks which, or what they run, changed since you trusted them";
    const way = "they are not used until you trust this text: dspy-code permissions trust";
    return { hooks: own, unused: `${HOOKS_FILE} ${state}; ${way}` };
  } catch (error) {
    return { hooks: own, unused: `the hooks of ${describeError(error)}; they are not used` };
  }
}

/** @throws {UserError} `usage` for what cannot be understood. */
export function parseWorkspaceHooks(value: unknown, registry: HookSources["registry"]): Hook[] {
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
