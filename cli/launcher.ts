import { type Bus, createBus } from "../core/bus.ts";
import type { Config } from "../core/config.ts";
import { describeError, UserError } from "../core/errors.ts";
import type { Event, EventData } from "../core/events.ts";
import type { Registry } from "../core/registry.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import type { Policy } from "../core/safety/policy.ts";
import type { Origin } from "../core/tool.ts";
import type { Workspace } from "../core/workspace/workspace.ts";
import type { Authority } from "./authority.ts";
import type { ToSession, WireError } from "./protocol.ts";
import { dropSession, type SpawnedSession } from "./spawn_session.ts";
import { sessionLost, type SessionProcess, startSessionProcess } from "./session_process.ts";

/** A question of the session, with who really is behind it. */
export interface Question {
  readonly tool: string;
  readonly origin: Origin;
  readonly what: readonly string[];
  readonly reason: string;
  readonly preview: string;
}

/** What {@linkcode createLauncher} puts together. */
export interface LauncherSetup {
  readonly session: string;
  readonly workspace: Workspace;
  readonly config: Config;
  readonly policy: Policy;
  readonly registry: Registry;
  readonly interactive: boolean;
  /** The session's command line, but for what may be written. */
  readonly plan: Omit<JailPlan, "writes">;
  /** A process for the first session, started while the rest was opened. */
  readonly ahead?: SpawnedSession | undefined;
  /** What the first session may write. */
  readonly initialWrites: JailPlan["writes"];
  /** The session's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Opens what decides and acts; `origin` says who is behind the call that is running. */
  authority(origin: () => Origin): Promise<Authority>;
  /** Told each event, for receipts. */
  readonly record: (event: Event) => void;
}

/** How a tool call ended, as the session told it. */
export type CallEnd = EventData["tool.end"];

/** How a request in plain language ended. */
export type AskEnd = EventData["agent.end"];

/** The hands' side of a session. */
export interface Launcher {
  /** All that happens, in one numbering: the session's events and our own. */
  readonly bus: Bus<Event>;
  /**
   * Runs one tool for the user.
   *
   * @throws {UserError} when the session's process is lost.
   */
  call(tool: string, input: unknown): Promise<CallEnd>;
  /** Answers a request in plain language. */
  ask(text: string): Promise<AskEnd>;
  /** Starts the session's process ahead of its first use. */
  start(writes: JailPlan["writes"]): Promise<void>;
  /** Stops what is running; the session stays. Ends its process if it does not listen. */
  cancel(): void;
  close(): Promise<void>;
}

interface Running {
  readonly message: Extract<ToSession, { type: "call" | "ask" }>;
  readonly origin: Origin;
  resolve(end: CallEnd | AskEnd): void;
  reject(error: UserError): void;
}

/** How long a cancelled session may take to say so, in milliseconds. */
const CANCEL_MS = 3_000;

/** Starts sessions when they are needed and serves their requests. */
export function createLauncher(setup: LauncherSetup): Launcher {
  const bus = createBus<Event>();
  const programs = new Map<string, AbortController>();
  let opened: Promise<Authority> | undefined;
  const origin = () => running?.origin ?? "agent";
  const authority = () => opened ??= setup.authority(origin);
  let process: SessionProcess | undefined;
  let { ahead, initialWrites: writes } = setup;
  let running: Running | undefined;
  let starting: Promise<void> = Promise.resolve();
  let seq = 0;

  return {
    bus,
    call: (tool, input) => {
      const effect = setup.registry.find(tool)?.effect;
      const message = { type: "call", id: crypto.randomUUID(), tool, input } as const;
      return run(message, "user", effect === "write" ? "all" : writes) as Promise<CallEnd>;
    },
    ask: (text) => {
      const message = { type: "ask", id: crypto.randomUUID(), text } as const;
      return run(message, "agent", writes) as Promise<AskEnd>;
    },
    start: ensure,
    cancel,
    async close() {
      dropSession(ahead);
      await retire();
    },
  };

  async function run(
    message: Running["message"],
    origin: Origin,
    needed: JailPlan["writes"],
  ): Promise<CallEnd | AskEnd> {
    await ensure(needed);
    return await new Promise<CallEnd | AskEnd>((resolve, reject) => {
      running = { message, origin, resolve, reject };
      send(message);
    }).finally(() => running = undefined);
  }

  /** Makes sure that a process runs with at least these rights; one start at a time. */
  function ensure(needed: JailPlan["writes"]): Promise<void> {
    return starting = starting.catch(() => {}).then(() => startWith(needed));
  }

  async function startWith(needed: JailPlan["writes"]): Promise<void> {
    if (process && (writes === needed || writes === "all")) return;
    await retire();
    writes = needed;
    const { session, workspace, config, policy, interactive } = setup;
    const started = startSessionProcess({
      plan: { ...setup.plan, writes },
      init: { type: "init", session, workspace, config, policy, interactive, writes },
      env: setup.env,
      onEvent: receive,
      ahead,
    });
    ahead = undefined;
    process = started;
    started.ended.then((end) => {
      if (process !== started) return;
      process = undefined;
      running?.reject(sessionLost(end));
    });
  }

  /** Ends the process on purpose: nobody is told that it was lost. */
  async function retire(): Promise<void> {
    const old = process;
    process = undefined;
    await old?.close();
  }

  function send(message: ToSession): void {
    process?.send(message);
  }

  function receive(event: Event): void {
    const stamped = { ...event, seq: ++seq, session: setup.session } as Event;
    setup.record(stamped);
    bus.publish(event.type, stamped);
    if (event.type === "tool.end" && event.data.call === running?.message.id) {
      running.resolve(event.data);
    } else if (event.type === "agent.end" && running?.message.type === "ask") {
      running.resolve(event.data);
    } else if (event.type === "approval.request") answer(event.data);
    else if (event.type === "program.request") start(event.data);
    else if (event.type === "program.cancel") programs.get(String(event.data.id))?.abort();
    else if (event.type === "rights.request") widen();
  }

  async function answer(asked: EventData["approval.request"]): Promise<void> {
    // Who is behind it is known here; what the session says of it does not count.
    const granted = await (await authority()).answer({
      tool: String(asked.tool),
      origin: origin(),
      what: Array.isArray(asked.what) ? asked.what.map(String) : [],
      reason: String(asked.reason),
      preview: String(asked.preview),
    }).catch(() => false);
    send({ type: "approval", id: asked.id, granted });
  }

  async function start({ id, tool, command, fields }: EventData["program.request"]): Promise<void> {
    const abort = new AbortController();
    programs.set(id, abort);
    const session = process;
    try {
      const { hands } = await authority();
      const result = await hands.run({ tool: String(tool), command: String(command), fields }, {
        signal: abort.signal,
        onOutput: (chunk, stream) => session?.send({ type: "output", id, stream, chunk }),
      });
      session?.send({ type: "program", id, result });
    } catch (error) {
      session?.send({ type: "program", id, error: wireError(error) });
    } finally {
      programs.delete(id);
    }
  }

  /** The user's own command writes where the session may not: start it with the wider right. */
  async function widen(): Promise<void> {
    if (running?.origin !== "user" || writes === "all") return;
    const { message, reject } = running;
    try {
      await ensure("all");
      send(message);
    } catch (error) {
      reject(new UserError("failed", describeError(error)));
    }
  }

  function cancel(): void {
    for (const abort of programs.values()) abort.abort();
    const cancelled = running;
    if (cancelled === undefined) return;
    send({ type: "cancel" });
    const timer = setTimeout(() => {
      if (running === cancelled) process?.kill();
    }, CANCEL_MS);
    Deno.unrefTimer(timer);
  }
}

function wireError(error: unknown): WireError {
  if (!(error instanceof UserError)) return { kind: "failed", message: describeError(error) };
  const { kind, message, hint, rule } = error;
  return { kind, message, hint, rule };
}
