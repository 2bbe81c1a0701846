import type { Bus } from "../../core/bus.ts";
import type { Config } from "../../core/config.ts";
import type { Event } from "../../core/events.ts";
import type { Decision, GateRequest } from "../../core/safety/decision.ts";
import { sanitize } from "../../core/safety/terminal.ts";

/** A question for the person. */
export interface PersonQuestion {
  readonly request: GateRequest;
  readonly decision: Decision;
  /** What to look at before answering: a diff. */
  readonly preview: string;
}

/** The terminal, or the pipes in its place. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  warn(line: string): void;
  ask(question: PersonQuestion): Promise<"yes" | "no" | "always">;
  /** Shows the events of a session. */
  follow(bus: Bus<Event>): void;
}

export function createTerminal(
  flags: Readonly<Partial<Record<keyof Config, unknown>>>,
  _env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const enc = new TextEncoder();
  const out = (line: string) => void Deno.stdout.writeSync(enc.encode(line + "\n"));
  const err = (line: string) => void Deno.stderr.writeSync(enc.encode(line + "\n"));
  return {
    out,
    err,
    warn: err,
    ask: () => Promise.resolve("no"),
    follow(bus) {
      bus.subscribe(">", (event) => {
        if (flags.json) return out(JSON.stringify(event));
        if (event.type === "tool.end") (event.data.ok ? out : err)(sanitize(event.data.text));
        if (event.type === "choice") err(`-> ${event.data.tool}: ${event.data.reason}`);
        if (event.type === "agent.end") {
          out(sanitize(event.data.summary));
          for (const n of event.data.next) out("next: " + sanitize(n));
        }
        if (event.type === "notice") err(sanitize(event.data.text));
      });
    },
  };
}
