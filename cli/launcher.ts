import type { Bus } from "../core/bus.ts";
import type { Event, EventData } from "../core/events.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import type { Origin } from "../core/tool.ts";
import type { ModelOptions } from "./protocol.ts";

/** How a tool call ended, as the session told it. */
export type CallEnd = EventData["tool.end"];

/** How a request in plain language ended. */
export type AskEnd = EventData["agent.end"];

/** Options of {@linkcode Launcher.call}. */
export interface LauncherCallOptions {
  /** Stands in the events of the call. Default a random one. */
  readonly id?: string;
  /**
   * Who asks. Default the person, whose call is their consent. For a call of another agent say
   * `"agent"`: it is decided like one of our own model.
   */
  readonly origin?: Origin;
  /** Whether it is one of many of a command, which tells of all together. Default false. */
  readonly part?: boolean;
  /** Stops this call and no other. Default: only {@linkcode Launcher.cancel} does. */
  readonly signal?: AbortSignal;
}

/** The hands' side of a session. */
export interface Launcher {
  /** All that happens, in one numbering: the session's events and our own. */
  readonly bus: Bus<Event>;
  /**
   * Runs one tool, after what was asked for before.
   *
   * @throws {UserError} when the session's process is lost.
   */
  call(tool: string, input: unknown, options?: LauncherCallOptions): Promise<CallEnd>;
  /**
   * Answers a request in plain language.
   *
   * @param options for a model.
   */
  ask(text: string, options?: ModelOptions): Promise<AskEnd>;
  /** Tells the mind something while it works; does nothing when it does not. */
  say(text: string): void;
  /** Starts the session's process ahead of its first use; by default for a request. */
  start(writes?: JailPlan["writes"]): Promise<void>;
  /** Stops what is running; the session stays. Ends its process if it does not listen. */
  cancel(): void;
  close(): Promise<void>;
}
