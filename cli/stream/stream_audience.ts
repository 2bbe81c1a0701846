import { UserError } from "../../core/errors.ts";
import type { Event, EventData, EventType } from "../../core/events.ts";
import type { Audience } from "../open_launcher.ts";
import { approvalPrompt } from "../ui/approval_prompt.ts";
import type { ApprovalAnswer } from "../ui/ask.ts";

/** A program that sees what happens as events, and is asked by events. */
export interface StreamAudience extends Audience {
  /**
   * Answers a question.
   *
   * @returns false when none by that id waits for an answer.
   */
  answer(id: string, granted: boolean): boolean;
  /** Tells about a line that was not understood. */
  error(text: string): void;
  /** Refuses what still waits; with `for good`, whatever is asked later too. */
  refuse(how?: "for good"): void;
}

/**
 * Makes the audience. Each `approval.request` it publishes wants exactly one answer, by an id that
 * cannot be guessed: only who reads the events can answer, no text that was piped in beforehand.
 * Questions of the session that the launcher answers by itself are not published.
 *
 * @param publish takes the events, numbered anew.
 */
export function createStreamAudience(
  publish: (event: Event) => void,
  warn: (line: string) => void,
): StreamAudience {
  const open = new Map<string, (answer: ApprovalAnswer) => void>();
  const calls = new Map<string, string>();
  let session = "";
  let seq = 0;
  let ended = false;
  return {
    warn,
    follow: (bus) =>
      void bus.subscribe(">", ({ value: event }) => {
        session = event.session;
        if (event.type === "tool.start") calls.set(event.data.call, event.data.tool);
        if (event.type === "tool.end") calls.delete(event.data.call);
        if (event.type !== "approval.request") publish({ ...event, seq: ++seq });
      }),
    async ask(question) {
      if (ended) return "no";
      const { tool, origin, what, reason, preview } = approvalPrompt(question);
      const call = [...calls].findLast(([, name]) => name === tool)?.[0] ?? "";
      const id = crypto.randomUUID();
      const answer = new Promise<ApprovalAnswer>((resolve) => open.set(id, resolve));
      emit("approval.request", { id, call, tool, origin, what, reason, preview });
      return await answer.finally(() => open.delete(id));
    },
    hold() {
      throw new UserError("refused", "a program of its own needs a terminal, and here is none", {
        rule: "stream.terminal",
      });
    },
    answer(id, granted) {
      const resolve = open.get(id);
      resolve?.(granted ? "yes" : "no");
      return resolve !== undefined;
    },
    error: (text) => emit("error", { text, exitCode: 2 }),
    refuse(how) {
      ended ||= how !== undefined;
      for (const resolve of open.values()) resolve("no");
    },
  };

  function emit<T extends EventType>(type: T, data: EventData[T]): void {
    publish({ v: 1, seq: ++seq, ts: Date.now(), session, type, data } as Event);
  }
}
