import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill } from "../../core/program/skill.ts";
import { fitText } from "../_fit_text.ts";
import { ungrounded } from "../_grounded.ts";
import { isKeyEvent } from "../../core/logs/extract_key_events.ts";
import type { LocatedTrace } from "../../core/logs/locate_traces.ts";

/** Input of {@linkcode contextBuilder}. */
export interface ContextInput {
  /** What is to be found out. Default what went wrong. */
  readonly task?: string;
  /** The logs, or their key events. */
  readonly logs: string;
  /** Errors that point into the workspace. Default none. */
  readonly traces?: readonly LocatedTrace[];
}

/** What {@linkcode contextBuilder} gives. */
export interface LogContext {
  /** Lines of the logs that matter, as they stand there. */
  readonly events: readonly string[];
  /** What may be the cause, likeliest first, a sentence each. */
  readonly hypotheses: readonly string[];
  /** What a model said and that does not stand in the logs. */
  readonly dropped: readonly string[];
}

/**
 * Draws from logs what matters for a task, and what may be the cause. A model's events must stand in
 * the logs word for word. By rules: the last different errors, and the places traces point to.
 *
 * @example
 * ```ts
 * import { contextBuilder } from "@dspy/code/skills/logs";
 * import assert from "node:assert/strict";
 *
 * const logs = "INFO start\nERROR no such table: users\nINFO end\n";
 * const { output, by } = await contextBuilder.run({ logs });
 * assert.deepEqual([by, output.events], ["rules", ["ERROR no such table: users"]]);
 * ```
 */
export const contextBuilder: Skill<ContextInput, LogContext> = defineSkill({
  name: "context_builder",
  signature: sig(
    {
      task: z.string().describe("what is to be found out"),
      logs: z.string().describe("key events of the logs"),
      traces: z.string().describe("errors with their places in the code"),
      problem: z.string().optional().describe("what was wrong with the last answer"),
    },
    {
      events: z.array(z.string()).describe("up to eight lines of the logs, copied whole"),
      hypotheses: z.array(z.string())
        .describe("up to three likely causes, likeliest first, a sentence each"),
    },
    "Find out from the logs what went wrong. Copy the lines that show it. Then say what may be the " +
      "cause, with the place as path:line where the traces give one. Invent nothing.",
  ),
  maxTokens: 900,
  give: ({ task = "what went wrong", logs, traces = [] }: ContextInput, room) => ({
    task: task.slice(0, Math.floor(room / 6)),
    logs: fitText(logs, Math.floor(room * 2 / 3)),
    traces: fitText(traces.map(place).join("\n") || "none", Math.floor(room / 6)),
  }),
  async accept(told, { logs, traces = [] }, ctx): Promise<LogContext> {
    const bare = plain(logs);
    const dropped: string[] = [];
    const keep = (text: string, sound: boolean) => sound || (dropped.push(text), false);
    const events = told.events.map((event) => event.trim()).filter(Boolean)
      .filter((event) => keep(event, bare.includes(plain(event))));
    const shown = [logs, ...traces.map(place)].join("\n");
    const hypotheses: string[] = [];
    for (const text of told.hypotheses.map((text) => text.trim()).filter(Boolean)) {
      const missing = await ungrounded(text, shown, new Set(), ctx);
      if (keep(text, missing.length === 0)) hypotheses.push(text);
    }
    if (events.length === 0) {
      throw new UserError(
        "failed",
        dropped.length === 0
          ? "it names no event"
          : `its events do not stand in the logs: ${JSON.stringify(dropped[0])}`,
      );
    }
    return { events: events.slice(0, MOST_EVENTS), hypotheses: hypotheses.slice(0, 5), dropped };
  },
  local({ logs, traces = [] }) {
    const lines = logs.split("\n").map((line) => line.trim()).filter(isKeyEvent);
    const events = [...new Set(lines.toReversed())].slice(0, MOST_EVENTS).toReversed();
    const hypotheses = traces.slice(0, 3).map(({ path, line, error, count }) =>
      `${path}:${line} raised ${error || "an error"}${count > 1 ? ` ${count} times` : ""}`
    );
    return { events, hypotheses, dropped: [] };
  },
});

const MOST_EVENTS = 8;

function place({ path, line, error }: LocatedTrace): string {
  return `${path}:${line}: ${error}`;
}

/** Blanks are no difference. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
