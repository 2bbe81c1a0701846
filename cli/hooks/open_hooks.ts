import type { Hands } from "../../core/command.ts";
import type { Receipts } from "../receipts.ts";
import { hookHands, type HookHandsSetup } from "./hook_hands.ts";
import type { HookEvent, HookPatterns } from "../../skills/external/hook_patterns.ts";
import { type HookSources, readHooks } from "./read_hooks.ts";
import { areTrusted } from "./workspace_hooks.ts";

/** The hooks of a workspace and its user, as the launcher uses them. */
export interface Hooks {
  /** What the session is told; undefined when no hook counts. */
  readonly patterns: HookPatterns | undefined;
  /** Hands that also run hooks. */
  hands(own: Hands, decide: HookHandsSetup["decide"]): Hands;
  /** Says, the first time it is called, that hooks of the workspace are not used. */
  announce(): void;
}

/** What {@linkcode openHooks} needs. */
export interface HooksSetup extends HookSources {
  /** Id of the session. */
  readonly session: string;
  readonly receipts: Receipts;
  /** Told what a person should know. */
  readonly warn: (line: string) => void;
}

/**
 * Opens the hooks that count now; none is started.
 *
 * @throws {UserError} `usage` when the user's own cannot be understood.
 */
export async function openHooks(setup: HooksSetup): Promise<Hooks> {
  const { place: { workspace: { root }, stateDir }, env, session, receipts, warn } = setup;
  const { hooks, unused } = await readHooks(setup);
  const theirs = hooks.filter(({ from }) => from === "workspace");
  const patternsOn = (event: HookEvent) =>
    hooks.filter(({ on }) => on === event).flatMap(({ tools }) => tools);
  let announced = unused === undefined;
  return {
    patterns: hooks.length === 0
      ? undefined
      : { before: patternsOn("before"), after: patternsOn("after") },
    hands: (own, decide) =>
      hookHands(own, {
        hooks,
        root,
        env,
        session,
        receipts,
        decide,
        trusted: () => areTrusted(root, stateDir, theirs),
      }),
    announce() {
      if (!announced) warn(unused!);
      announced = true;
    },
  };
}
