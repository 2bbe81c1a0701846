import { createSession, type Session, type SessionSetup } from "../core/agent/session.ts";
import type { Bus } from "../core/bus.ts";
import type { Config } from "../core/config.ts";
import { UserError } from "../core/errors.ts";
import type { Learner } from "../core/agent/learner.ts";
import type { Event } from "../core/events.ts";
import type { Hands } from "../core/command.ts";
import { lazy } from "../core/lazy.ts";
import type { LM } from "../core/lm/types.ts";
import { createRegistry } from "../core/registry.ts";
import type { ProgramCall } from "../core/safety/hands.ts";
import { createGate } from "../core/safety/gate.ts";
import { matchingRules } from "../core/safety/matching_rules.ts";
import { createPathGuard } from "../core/safety/paths.ts";
import { EMPTY_POLICY, type Policy } from "../core/safety/policy.ts";
import { lazyStore } from "../core/store/lazy.ts";
import type { Store } from "../core/store/types.ts";
import { VERSION } from "../core/version.ts";
import { openFiles } from "../core/workspace/open_files.ts";
import { pendingCommit } from "../core/workspace/pending_commit.ts";
import { openWorkspace, type Workspace } from "../core/workspace/workspace.ts";
import { catalog } from "./catalog.ts";
import { createSessionBus } from "./session_bus.ts";

/** Options of {@linkcode openSession}; what is left out gets its default. */
export interface OpenSessionOptions extends
  Partial<
    Pick<
      SessionSetup,
      "id" | "hands" | "store" | "chooser" | "registry" | "approve" | "secrets" | "hooks"
    >
  > {
  /** Opens the model that answers requests. Default none: the local mind does. */
  readonly lm?: () => Promise<LM>;
  /** Default: that of no flags, no environment and no files. */
  readonly config?: Config;
  /** Default: an empty one. */
  readonly policy?: Policy;
  /** Whether {@linkcode SessionSetup.approve} reaches a person. Default false: what would ask is refused. */
  readonly interactive?: boolean;
  /** Under which its journals and undo records are sealed. Default that of `openFiles`. */
  readonly key?: string | undefined;
  /** Where its events go. Default: one of its own, which nobody hears. */
  readonly bus?: Bus<Event>;
  /** Opens what learns which tool works here, on the session's store. Default none: rules choose. */
  readonly learner?: (store: Store, session: string) => Promise<Learner>;
  /** Told what went wrong without ending anything. */
  readonly warn?: (text: string) => void;
}

/**
 * Opens a session on a folder with every tool of this package, in this process.
 *
 * This is the weaker form: the gate stands before each call, but the process holds whatever rights
 * you gave it. The `dspy-code` program runs the same session in a process of its own that holds
 * only the workspace.
 *
 * @param folder the workspace.
 * @throws {UserError} `usage` when the folder is none.
 *
 * @example
 * ```ts
 * import { openSession } from "@dspy/code/skills";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/notes.txt`, "one\na needle\n");
 *
 * const session = await openSession(folder);
 * const { data } = await session.call("grep", { pattern: "needle" });
 * assert.equal((data as { matches: { line: number }[] }).matches[0]?.line, 2);
 * await session.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function openSession(
  folder: string | Workspace,
  options: OpenSessionOptions = {},
): Promise<Session> {
  const workspace = typeof folder === "string" ? await openWorkspace(folder) : folder;
  const { root } = workspace;
  const {
    config = (await loadConfig()).mergeConfig().config,
    policy = EMPTY_POLICY,
    interactive = false,
    bus = createSessionBus(),
    registry = createRegistry(catalog),
    approve = () => Promise.resolve(false),
    warn = () => {},
  } = options;
  const files = openFiles(root, { denied: policy.deny_paths, key: options.key });
  // Without a key, no journal there can be one of ours.
  if (options.key !== undefined && pendingCommit(root)) {
    for (const note of (await files.recover()).notes) warn(note);
  }
  const guard = createPathGuard(root, { denied: policy.deny_paths });
  const gate = createGate({
    policy,
    approval: config.approval,
    yes: config.yes,
    interactive,
    guard,
  });
  const { chooser, lm, secrets, hooks, id = crypto.randomUUID() } = options;
  const store = options.store ??
    lazyStore(async () =>
      await (await loadStore()).openStore(`${root}/.dspy/store.db`, { onWarning: warn })
    );
  return createSession({
    id,
    ...chooser && { chooser },
    ...secrets && { secrets },
    ...hooks && { hooks },
    ...lm && { model: (await loadModelSetup()).modelSetup(lm, config) },
    version: VERSION,
    workspace,
    config,
    registry,
    files,
    memory: async () => (await loadMemory()).openMemory(files, { onWarning: warn }),
    store,
    ...options.learner && { learner: once(() => options.learner!(store, id)) },
    hands: options.hands ?? ownHands({ root, registry, gate, approve }),
    gate,
    preferences: policy.preferences,
    bus,
    approve,
    preferred: (query) => [
      ...policy.prefer_tools,
      ...matchingRules(policy, query).flatMap(({ prefer_tools }) => prefer_tools),
    ],
  });
}

/** Opens at the first use; what failed is tried again. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () =>
    opened ??= open().catch((error) => {
      opened = undefined;
      throw error;
    });
}

// What a single command does not need is loaded when it is.
const loadConfig = lazy<typeof import("../core/config_merge.ts")>(
  "../core/config_merge.ts",
  import.meta.url,
);
const loadModelSetup = lazy<typeof import("./_model_setup.ts")>(
  "./_model_setup.ts",
  import.meta.url,
);
const loadMemory = lazy<typeof import("../core/agent/memory.ts")>(
  "../core/agent/memory.ts",
  import.meta.url,
);
const loadStore = lazy<typeof import("../core/store/open_store.ts")>(
  "../core/store/open_store.ts",
  import.meta.url,
);
const loadHands = lazy<typeof import("../core/safety/hands.ts")>(
  "../core/safety/hands.ts",
  import.meta.url,
);

const loadSecrets = lazy<typeof import("../core/safety/secret_values.ts")>(
  "../core/safety/secret_values.ts",
  import.meta.url,
);

/** Hands in this process, for scripts: the same gate, without the jail between. */
function ownHands({ root, registry, gate, approve }: OwnHands): Hands {
  return {
    async run(request, options) {
      const [{ createHands }, { secretValues }] = await Promise.all([loadHands(), loadSecrets()]);
      const env = Deno.env.toObject();
      return await createHands({ registry, root, env, secrets: secretValues(env), authorize })
        .run(request, options);
    },
  };

  async function authorize({ tool, effect, shown, cwd, origin }: ProgramCall): Promise<void> {
    const needs = { programs: [shown[0]!] };
    const decision = await gate.decide({ tool, effect, origin, needs, argv: shown, cwd });
    const { verdict, rule, reason, scope } = decision;
    if (verdict === "allow") return;
    const call = crypto.randomUUID();
    const question = { call, tool, origin, what: [scope], reason, preview: "" };
    if (verdict === "ask" && await approve(question)) return;
    const why = verdict === "ask" ? "not approved" : reason;
    throw new UserError("refused", `${scope}: ${why} [${rule}]`, { rule });
  }
}

interface OwnHands extends Pick<SessionSetup, "registry" | "gate" | "approve"> {
  readonly root: string;
}
