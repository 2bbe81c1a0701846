import type { Config } from "../core/config.ts";
import type { Event } from "../core/events.ts";
import type { ModelAddress } from "../core/lm/open_model.ts";
import type { Registry } from "../core/registry.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import type { Policy } from "../core/safety/policy.ts";
import type { Origin } from "../core/tool.ts";
import type { Workspace } from "../core/workspace/workspace.ts";
import type { HookPatterns } from "../skills/external/hook_patterns.ts";
import type { OfferedTool } from "../skills/external/mcp_entry.ts";
import type { Authority } from "./authority.ts";
import type { SpawnedSession } from "./spawn_session.ts";

/** A question of the session, with who really is behind it. */
export interface Question {
  readonly tool: string;
  readonly origin: Origin;
  readonly what: readonly string[];
  readonly reason: string;
  readonly preview: string;
}

/** What `createLauncher` puts together. */
export interface LauncherSetup {
  readonly session: string;
  readonly workspace: Workspace;
  readonly config: Config;
  readonly policy: Policy;
  readonly registry: Registry;
  readonly interactive: boolean;
  /** Who answers requests; undefined: the local mind. */
  readonly model?: ModelAddress | undefined;
  /** The session's command line, but for what may be written. */
  readonly plan: Omit<JailPlan, "writes">;
  /** A process for the first session, started while the rest was opened. */
  readonly ahead?: SpawnedSession | undefined;
  /** What the first session may write at least, until its first call is done. */
  readonly initialWrites: JailPlan["writes"];
  /** The key for journals and undo records: asked for when a session that writes is started. */
  journalKey(): Promise<string | undefined>;
  /** Tools of other programs, for a model: asked for when a request to it begins. Default none. */
  tools?(): Promise<readonly OfferedTool[]>;
  /** Which calls of the agent have hooks. Default none. */
  readonly hooks?: HookPatterns | undefined;
  /** The session's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Opens what decides and acts; called once. */
  authority(): Promise<Authority>;
  /** Told each event, for receipts. */
  readonly record: (event: Event) => void;
}
