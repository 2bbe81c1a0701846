import type { ConversationChoice } from "../core/agent/conversation/resolve_conversation.ts";
import type { Config } from "../core/config.ts";
import type { MergedConfig } from "../core/config_merge.ts";
import type { Registry } from "../core/registry.ts";
import type { Policy } from "../core/safety/policy.ts";
import type { Workspace } from "../core/workspace/workspace.ts";
import type { Launcher } from "./launcher.ts";
import type { ModelPlace } from "./model_address.ts";
import type { ModelOptions } from "./protocol.ts";
import type { Tally } from "./tally.ts";
import type { Terminal } from "./ui/terminal.ts";

/** Where the launcher writes, and how. */
export interface Io {
  /** A line for standard output. */
  out(line: string): void;
  /** A line for standard error. */
  err(line: string): void;
}

/** What a line editor needs of the terminal. */
export interface Screen extends Pick<Terminal, "stdout" | "keepLine"> {
  /** Whether standard input is a terminal. */
  readonly typed: boolean;
}

/** A workspace with all that was decided about it before anything acts. */
export interface Place {
  readonly merged: MergedConfig;
  readonly config: Config;
  readonly workspace: Workspace;
  readonly policy: Policy;
  /** Who answers requests; undefined: the local mind. */
  readonly model: ModelPlace | undefined;
  /**
   * Set when MCP servers are configured: by the user, whose setting this holds as it stands in
   * their file, or by a file of the workspace.
   */
  readonly mcp?: { readonly user: unknown };
  /** Set when hooks are configured: by the user or by the workspace, as it stands in their files. */
  readonly hooks?: { readonly user: unknown; readonly workspace: unknown };
  /** Our folder outside the workspace: receipts, approvals, trust, history. */
  readonly stateDir: string;
  /** All folders of ours outside a workspace: state, settings, module cache. */
  readonly ours: readonly string[];
  /** Whether a person can be asked. */
  readonly interactive: boolean;
}

/** What the commands of one run of the program share. */
export interface Shell {
  readonly io: Io;
  readonly screen: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: Registry;
  /** Opens the workspace, once. */
  place(): Promise<Place>;
  /** Opens a workspace beside this one; `flags` count more than those of the command line. */
  placeAt(flags: Partial<Record<keyof Config, unknown>>): Promise<Place>;
  /** The session's launcher, started once. */
  launcher(): Promise<Launcher>;
  /** Runs a tool for the user; returns its exit code. */
  runTool(name: string, input: unknown): Promise<number>;
  /** Answers a request in plain language; returns the exit code. */
  ask(text: string, options?: ModelOptions): Promise<number>;
  /** What a model's requests came to so far. */
  readonly tally: Tally;
  /** Which conversation the next request goes on with; undefined for the session's own. */
  goOnWith(choice: ConversationChoice | undefined): void;
  /** Moves to another workspace, or back to the same one with other settings. */
  reopen(flags: Partial<Record<keyof Config, unknown>>): Promise<void>;
  /** Sets the exit code of the program. */
  exit(code: number): void;
  /**
   * Has the program end what it started before it ends itself: on SIGTERM and SIGHUP, and when the
   * returned function is called, with its code for the exit code.
   *
   * @param end ends what was started.
   * @param patienceMs how long it may take, in milliseconds. Default 6,000.
   */
  leaveBy(end: () => Promise<void>, patienceMs?: number): (code: number) => void;
  close(): Promise<void>;
}
