import type { EventData } from "../core/events.ts";
import type { Origin } from "../core/tool.ts";
import type { Authority } from "./authority.ts";
import type { ToSession } from "./protocol.ts";
import { textField } from "./text_field.ts";
import { wireError } from "./_wire_error.ts";

/** Who is behind a wish for a program. */
export interface Behind {
  readonly origin: Origin;
  /** What the person typed, as the tool's input; undefined for what the agent chose. */
  readonly input: unknown;
  /** Tells the session that asked, and no later one. */
  send(message: ToSession): void;
}

/** The programs that run for a session. */
export interface SessionPrograms {
  /** Starts one, unless its id is taken. */
  start(request: EventData["program.request"], behind: (tool: string) => Behind): void;
  /** Ends one; an unknown id is none. */
  cancel(id: string): void;
  /** Ends all of them. Resolves when they have ended. */
  cancelAll(): Promise<void>;
}

interface Program {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Starts programs for a session and tells it what comes of them.
 *
 * @param authority decides and acts.
 */
export function createSessionPrograms(authority: () => Promise<Authority>): SessionPrograms {
  const programs = new Map<string, Program>();
  return {
    start(request, behind) {
      const id = textField(request.id);
      if (programs.has(id)) return;
      const abort = new AbortController();
      const by = behind(textField(request.tool));
      const ended = run(id, request, by, abort.signal).finally(() => programs.delete(id));
      programs.set(id, { abort, ended });
    },
    cancel: (id) => programs.get(id)?.abort.abort(),
    async cancelAll() {
      for (const { abort } of programs.values()) abort.abort();
      await Promise.all([...programs.values()].map(({ ended }) => ended));
    },
  };

  async function run(
    id: string,
    { tool, command, fields }: EventData["program.request"],
    { origin, input, send }: Behind,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const { hands } = await authority();
      const wish = { tool: textField(tool), command: textField(command), fields };
      const result = await hands.run(wish, {
        signal,
        origin,
        input,
        onOutput: (chunk, stream) => send({ type: "output", id, stream, chunk }),
      });
      send({ type: "program", id, result });
    } catch (error) {
      send({ type: "program", id, error: wireError(error) });
    }
  }
}
