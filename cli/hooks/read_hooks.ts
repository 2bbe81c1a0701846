import { describeError } from "../../core/errors.ts";
import type { Registry } from "../../core/registry.ts";
import { readTrust } from "../../core/safety/trust.ts";
import type { Place } from "../shell.ts";
import { type Hook, parseHooks } from "./hook_config.ts";
import { areTrusted, HOOKS_FILE, parseWorkspaceHooks } from "./workspace_hooks.ts";

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
