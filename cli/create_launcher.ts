import { describeError, UserError } from "../core/errors.ts";
import type { Event, EventData } from "../core/events.ts";
import { lazy } from "../core/lazy.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import type { Origin } from "../core/tool.ts";
import { createSessionBus } from "../skills/session_bus.ts";
import type { Authority } from "./authority.ts";
import type { ToSession } from "./protocol.ts";
import { dropSession } from "./spawn_session.ts";
import { type Behind, createSessionPrograms } from "./session_programs.ts";
import type { LauncherSetup, Question } from "./launcher_setup.ts";
import type { AskEnd, CallEnd, Launcher, LauncherCallOptions } from "./launcher.ts";
import { textField } from "./text_field.ts";
import { sessionLost, type SessionProcess, startSessionProcess } from "./session_process.ts";

interface Running {
  readonly message: Extract<ToSession, { type: "call" | "ask" }>;
  readonly origin: Origin;
  readonly part: boolean;
  resolve(end: CallEnd | AskEnd): void;
  reject(error: UserError): void;
}

// Most calls want no more than they were given.
const loadWants = lazy<typeof import("./wants_writes.ts")>("./wants_writes.ts", import.meta.url);

/** How long a cancelled session may take to say so, in milliseconds. */
const CANCEL_MS = 3_000;

const stoppedError = () => new UserError("aborted", "stopped");

/** Starts sessions when they are needed and serves their requests. */
export function createLauncher(setup: LauncherSetup): Launcher {
  const bus = createSessionBus();
  let opened: Promise<Authority> | undefined;
  const authority = () => opened ??= setup.authority();
  const programs = createSessionPrograms(authority);
  let process: SessionProcess | undefined;
  /** The process that knows the tools of other programs. */
  let told: SessionProcess | undefined;
  let { ahead, initialWrites: least } = setup;
  let writes = least;
  let running: Running | undefined;
  /** Ends the wait for the tools of other programs. */
  let preparing: ((cancelled: boolean) => void) | undefined;
  /** Set once the process that is wanted has ended by itself. */
  let lost: UserError | undefined;
  let starting: Promise<void> = Promise.resolve();
  let queue: Promise<unknown> = Promise.resolve();
  let seq = 0;
  // A model decides on the way what it changes; each change is still decided by the gate.
  const needsOfMind = setup.model !== undefined && setup.config.approval !== "plan"
    ? "all"
    : "state";

  return {
    bus,
    call: (tool, input, { id = crypto.randomUUID(), origin = "user", ...options } = {}) => {
      const effect = setup.registry.find(tool)?.effect;
      const message = { type: "call", id, tool, input, origin } as const;
      const needed = effect === "write" ? "all" : "state";
      return run(message, origin, needed, options) as Promise<CallEnd>;
    },
    ask: (request, options) => {
      const message = { type: "ask", id: crypto.randomUUID(), text: request, options } as const;
      return run(message, "agent", needsOfMind) as Promise<AskEnd>;
    },
    say: (text) => {
      if (running?.message.type === "ask") send({ type: "say", text });
    },
    start: (writes = needsOfMind) => ensure(writes),
    cancel,
    async close() {
      dropSession(ahead);
      // One that is being started would be nobody's.
      await starting.catch(() => {});
      await retire();
    },
  };

  function run(
    message: Running["message"],
    origin: Origin,
    needed: JailPlan["writes"],
    options: Pick<LauncherCallOptions, "part" | "signal"> = {},
  ): Promise<CallEnd | AskEnd> {
    const turn = queue.then(() => perform(message, origin, needed, options));
    queue = turn.catch(() => {});
    return turn;
  }

  async function perform(
    message: Running["message"],
    origin: Origin,
    needed: JailPlan["writes"],
    { part = false, signal }: Pick<LauncherCallOptions, "part" | "signal">,
  ): Promise<CallEnd | AskEnd> {
    const asksModel = message.type === "ask" && setup.model !== undefined;
    let stopped = false;
    const { promise: enough, resolve: go } = Promise.withResolvers<readonly []>();
    preparing = (cancelled) => {
      stopped ||= cancelled;
      go([]);
    };
    // Servers of tools may take long to start.
    const offered = Promise.race([asksModel ? setup.tools?.() ?? [] : [], enough]);
    const [tools] = await Promise.all([offered, ensure(needed)])
      .finally(() => preparing = undefined);
    // A request that is stopped ends with its own event, as later.
    if (signal?.aborted || (stopped && message.type === "call")) throw stoppedError();
    if (process === undefined) throw lost ?? stoppedError();
    if (tools.length > 0 && told !== process) send({ type: "tools", tools });
    if (asksModel && !stopped) told = process;
    signal?.addEventListener("abort", cancel);
    return await new Promise<CallEnd | AskEnd>((resolve, reject) => {
      running = { message, origin, part, resolve, reject };
      send(message);
      if (stopped) cancel();
    }).finally(() => {
      signal?.removeEventListener("abort", cancel);
      running = undefined;
      least = "state";
    });
  }

  /**
   * Makes sure that a process runs with these rights, and with no more once the call that needed
   * more is done; one start at a time.
   */
  function ensure(needed: JailPlan["writes"]): Promise<void> {
    return starting = starting.catch(() => {}).then(() => startWith(needed));
  }

  async function startWith(needed: JailPlan["writes"]): Promise<void> {
    const wanted = least === "all" ? "all" : needed;
    // What runs keeps the rights it was given.
    if (process && (writes === wanted || (running !== undefined && writes === "all"))) return;
    await retire();
    writes = wanted;
    const { session, workspace, config, policy, interactive, model, hooks } = setup;
    const key = writes === "all" ? await setup.journalKey() : undefined;
    const given = { session, workspace, config, policy, interactive, model, hooks };
    const started = startSessionProcess({
      plan: { ...setup.plan, writes },
      init: { type: "init", ...given, writes, key },
      env: setup.env,
      onEvent: receive,
      ahead,
    });
    ahead = undefined;
    process = started;
    lost = undefined;
    started.ended.then((end) => {
      if (process !== started) return;
      process = undefined;
      lost = sessionLost(end);
      running?.reject(lost);
      preparing?.(false);
      programs.cancelAll();
    });
  }

  /** Ends the process on purpose: nobody is told that it was lost. */
  async function retire(): Promise<void> {
    const old = process;
    process = undefined;
    await Promise.all([old?.close(), programs.cancelAll()]);
  }

  function send(message: ToSession): void {
    process?.send(message);
  }

  function receive(event: Event): void {
    const stamped = { ...event, seq: ++seq, session: setup.session } as Event;
    setup.record(stamped);
    const { type, data } = event;
    // What a program is to be given may hold secrets, and is for the hands alone.
    const shown = type === "program.request"
      ? { ...stamped, data: { ...data, fields: null } }
      : type === "tool.end" && running?.part && data.call === running.message.id
      ? { ...stamped, data: { ...data, part: true } }
      : stamped;
    bus.publish(type, shown as Event);
    if (type === "tool.end" && data.call === running?.message.id) {
      running.resolve({ ...data, exitCode: Number.isInteger(data.exitCode) ? data.exitCode : 1 });
    } else if (type === "agent.end" && running?.message.type === "ask") running.resolve(data);
    else if (type === "approval.request") answer(data);
    else if (type === "program.request") programs.start(data, behind);
    else if (type === "program.cancel") programs.cancel(textField(data.id));
    else if (type === "rights.request") widen();
  }

  /**
   * The person is behind what belongs to the call they made, and to no other: what the session says
   * of it does not count.
   */
  function originOf(tool: string): Origin {
    if (running?.message.type !== "call") return "agent";
    const { find } = setup.registry;
    return find(tool) === find(running.message.tool) ? running.origin : "agent";
  }

  async function answer(asked: EventData["approval.request"]): Promise<void> {
    const tool = textField(asked.tool);
    const question: Question = {
      tool,
      origin: originOf(tool),
      what: Array.isArray(asked.what) ? asked.what.map(textField) : [],
      reason: textField(asked.reason),
      preview: textField(asked.preview),
    };
    const granted = await authority().then(({ answer }) => answer(question)).catch(() => false);
    send({ type: "approval", id: asked.id, granted });
  }

  /**
   * What the person typed counts, not what the session makes of it; a call that it says is over has
   * been asked for all the same.
   */
  function behind(tool: string): Behind {
    const session = process;
    const { message } = running ?? {};
    // The command to verify by was typed too; the hands hold each program against it.
    const verify = message?.type === "ask" && tool === "exec" ? message.options?.verify : undefined;
    const typed = verify === undefined ? undefined : { command: [verify] };
    return {
      origin: typed ? "user" : originOf(tool),
      input: typed ?? (message?.type === "call" ? message.input ?? null : undefined),
      send: (message) => session?.send(message),
    };
  }

  /** What the person wants writes where the session may not: start it with the wider right. */
  async function widen(): Promise<void> {
    if (running === undefined || writes === "all") return;
    const { message, origin, reject } = running;
    try {
      const never = message.type === "call" && origin === "agent" &&
        setup.config.approval === "plan";
      const { wantsWrites } = await loadWants();
      if (never || !await wantsWrites(setup.registry, message, setup.workspace)) {
        throw new UserError("refused", "the session asked for a right that this does not need");
      }
      await ensure("all");
      send(message);
    } catch (error) {
      reject(new UserError("failed", describeError(error)));
    }
  }

  function cancel(): void {
    void programs.cancelAll();
    preparing?.(true);
    const cancelled = running;
    if (cancelled === undefined) return;
    send({ type: "cancel" });
    const timer = setTimeout(() => {
      if (running === cancelled) process?.kill();
    }, CANCEL_MS);
    Deno.unrefTimer(timer);
  }
}
