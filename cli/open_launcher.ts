import { describeError } from "../core/errors.ts";
import { lazy } from "../core/lazy.ts";
import type { Registry } from "../core/registry.ts";
import { pendingCommit } from "../core/workspace/pending_commit.ts";
import { jailPlan, type SessionNeeds } from "./jail_plan.ts";
import { createLauncher } from "./create_launcher.ts";
import type { Launcher } from "./launcher.ts";
import { createReceipts } from "./receipts.ts";
import { sessionEnv } from "./session_env.ts";
import type { SpawnedSession } from "./spawn_session.ts";
import type { Place } from "./shell.ts";
import type { Terminal } from "./ui/terminal.ts";

/** Who sees what a session does and answers its questions: the terminal, or an editor. */
export type Audience = Pick<Terminal, "warn" | "ask" | "hold" | "follow">;

/** What {@linkcode openLauncher} puts together. */
export interface OpenLauncherOptions {
  readonly place: Place;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: Registry;
  readonly terminal: Audience;
  /** Id of the session, and of the conversation a model has in it. Default a random one. */
  readonly session?: string | undefined;
  /** A session's process that was started ahead. */
  readonly ahead?: SpawnedSession | undefined;
}

// A command that starts no program and asks nothing does not wait for these.
const loadAuthority = lazy<typeof import("./authority.ts")>("./authority.ts", import.meta.url);

const loadHooks = lazy<typeof import("./hooks/open_hooks.ts")>(
  "./hooks/open_hooks.ts",
  import.meta.url,
);
const loadMcp = lazy<typeof import("./mcp/open_mcp.ts")>("./mcp/open_mcp.ts", import.meta.url);

const loadKey = lazy<typeof import("../core/safety/journal_key.ts")>(
  "../core/safety/journal_key.ts",
  import.meta.url,
);
const loadPending = lazy<typeof import("../core/workspace/own_commit_pending.ts")>(
  "../core/workspace/own_commit_pending.ts",
  import.meta.url,
);

/** Whether a commit of ours was cut off: a journal that came with the workspace gives no rights. */
async function recovers({ workspace: { root }, stateDir }: Place): Promise<boolean> {
  if (!pendingCommit(root)) return false;
  const { journalKey } = await loadKey();
  const key = await journalKey(stateDir, { make: false }).catch(() => undefined);
  return key !== undefined && await (await loadPending()).ownCommitPending(root, key);
}

/** Without a key the session still writes; what it did cannot be undone by a later one. */
async function keyToWrite({ stateDir }: Place, { warn }: Audience): Promise<string | undefined> {
  const { journalKey } = await loadKey();
  return await journalKey(stateDir).catch((error) => {
    warn(`changes can only be undone in this session: ${describeError(error)}`);
    return undefined;
  });
}

/**
 * Composes the launcher of a workspace: session, receipts, terminal, and who decides.
 *
 * @param needs what the session is for: it may read grammars and reach the model only if need be.
 */
export async function openLauncher(
  options: OpenLauncherOptions,
  needs: SessionNeeds,
): Promise<Launcher> {
  const { place, env, registry, terminal } = options;
  const { config, policy, workspace, interactive, stateDir } = place;
  const session = options.session ?? crypto.randomUUID();
  const receipts = createReceipts({ stateDir, session, env, warn: terminal.warn });
  const mcp = place.mcp &&
    (await loadMcp()).openMcp({ place, env, receipts, warn: terminal.warn });
  const hooks = place.hooks && await (await loadHooks())
    .openHooks({ place, env, registry, session, receipts, warn: terminal.warn });
  const launcher = createLauncher({
    session,
    workspace,
    config,
    policy,
    registry,
    interactive,
    model: place.model,
    ahead: options.ahead,
    plan: await jailPlan(place, needs),
    initialWrites: await recovers(place) ? "all" : "state",
    journalKey: () => keyToWrite(place, terminal),
    env: sessionEnv(env),
    hooks: hooks?.patterns,
    ...mcp && { tools: mcp.tools },
    authority: async () =>
      (await loadAuthority()).createAuthority({
        ...options,
        receipts,
        extend: (own, decide) => {
          const hands = mcp?.hands(own, decide) ?? own;
          return hooks?.hands(hands, decide) ?? hands;
        },
      }),
    record: (event) => receipts.event(event),
  });
  await terminal.follow(launcher.bus, config);
  return {
    ...launcher,
    call: (tool, input, options) => {
      if (options?.origin === "agent") hooks?.announce();
      return launcher.call(tool, input, options);
    },
    ask: (text, options) => {
      hooks?.announce();
      return launcher.ask(text, options);
    },
    async close() {
      await Promise.all([launcher.close(), mcp?.close()]);
      await receipts.flush();
    },
  };
}
