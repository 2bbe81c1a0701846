import { after } from "../core/after.ts";
import type { Event } from "../core/events.ts";
import { describeError, UserError } from "../core/errors.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import { signalChild } from "../core/safety/signal_child.ts";
import { sanitize } from "../core/safety/terminal.ts";
import { type SpawnedSession, takeSession } from "./spawn_session.ts";
import { keepTail } from "./keep_tail.ts";
import { type Init, parseEvent, readLines, type ToSession } from "./protocol.ts";

/** A running session, seen from the launcher. */
export interface SessionProcess {
  readonly pid: number;
  send(message: ToSession): void;
  /** Resolves once the process has ended and its last event was delivered. */
  readonly ended: Promise<SessionEnd>;
  /**
   * Ends the process, politely first: it may finish a write. Once the session has said that it is
   * over, the process is killed: nobody waits for what the runtime has to tidy up.
   */
  close(): Promise<void>;
  kill(): void;
}

/** How a session's process ended. */
export interface SessionEnd {
  readonly code: number;
  /** Last lines of its standard error, without escapes. */
  readonly stderr: string;
}

/** What a session's process is started with. */
export interface SessionProcessSetup {
  readonly plan: JailPlan;
  readonly init: Init;
  readonly env: Readonly<Record<string, string>>;
  readonly onEvent: (event: Event) => void;
  /** A process that was started ahead: taken over if it has the plan's rights. */
  readonly ahead?: SpawnedSession | undefined;
}

/** How long a session may take to end when asked to, in milliseconds. */
const CLOSE_MS = 3_000;

/** Starts the session's process with exactly the permissions of the plan. */
export function startSessionProcess(setup: SessionProcessSetup): SessionProcess {
  const { child } = takeSession(setup.ahead, setup.plan, setup.env);
  const writer = child.stdin.getWriter();
  const encoder = new TextEncoder();
  const send = (message: ToSession) => {
    // A session that has ended reads nothing more; `ended` tells why.
    writer.write(encoder.encode(JSON.stringify(message) + "\n")).catch(() => {});
  };
  const over = Promise.withResolvers<void>();
  const ended = follow();
  send(setup.init);
  return { pid: child.pid, send, ended, close, kill };

  async function follow(): Promise<SessionEnd> {
    const errors = keepTail(child.stderr);
    try {
      for await (const line of readLines(child.stdout)) {
        const event = parseEvent(line);
        if (event) setup.onEvent(event);
        if (event?.type === "session.end") over.resolve();
      }
    } catch (error) {
      // What it says cannot be followed any more, so it must not go on.
      kill();
      return { code: (await child.status).code, stderr: describeError(error) };
    }
    const { code } = await child.status;
    return { code, stderr: sanitize(await errors).trim() };
  }

  async function close(): Promise<void> {
    send({ type: "end" });
    const enough = after(CLOSE_MS, kill);
    await Promise.race([ended, over.promise]);
    enough();
    // What says that it is over has nothing left to do, whatever it may still want.
    kill();
    await writer.close().catch(() => {});
  }

  function kill(): void {
    signalChild(child, "SIGKILL");
  }
}

/** The error of a session that ended while it was needed. */
export function sessionLost({ code, stderr }: SessionEnd): UserError {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const said = lines.find((line) => line.startsWith("error:")) ?? lines.at(-1);
  return new UserError("failed", `the session ended unexpectedly (exit code ${code})`, {
    hint: said ?? "its work up to the last event is kept; try again",
  });
}
