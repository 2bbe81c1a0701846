import type { Learner } from "./agent/learner.ts";
import type { CallResult } from "./agent/mind.ts";
import type { PlainRequest } from "./agent/request.ts";
import type { Command, ProgramResult } from "./command.ts";
import type { Config } from "./config.ts";
import type { LM } from "./lm/types.ts";
import type { SchemaSource } from "./schema.ts";
import type { Store } from "./store/types.ts";
import type { Files } from "./workspace/files.ts";
import type { Workspace } from "./workspace/workspace.ts";

/** What a tool does to the world at its worst: reads, writes files, or starts programs. */
export type Effect = "read" | "write" | "execute";

/** Who asked for a call: the person, by an explicit command, or the agent's mind. */
export type Origin = "user" | "agent";

/** What one call wants to touch. Paths are workspace-relative or absolute, as the call has them. */
export interface Needs {
  /** Files and folders the call reads. */
  readonly read?: readonly string[];
  /** Files the call creates, changes or deletes. */
  readonly write?: readonly string[];
  /** Programs the call starts, by name: `git`, `cargo`. */
  readonly programs?: readonly string[];
  /** Hosts the call talks to, as `host:port`. */
  readonly hosts?: readonly string[];
}

/** What a call gives back. */
export interface ToolResult<O = unknown> {
  /** False when the call failed or found nothing: the process then exits with 1. */
  readonly ok: boolean;
  /** The result for programs: plain JSON. */
  readonly data: O;
  /** The result for people and for the model: plain text without a final newline. */
  readonly text: string;
}

/** A sign of life from a running call. */
export interface Progress {
  /** One line: what is being done now. */
  readonly text: string;
  /** Units done so far. */
  readonly done?: number;
  /** Units in all, when known. */
  readonly total?: number;
  /** Set when the text is a part of the answer: printed and kept, may have several lines. */
  readonly lasting?: true;
}

/** Options of {@linkcode ToolContext.execute}. */
export interface ExecuteOptions {
  /** Called with each piece of output as it comes, already stripped of terminal escapes. */
  readonly onOutput?: (chunk: string, stream: "stdout" | "stderr") => void;
}

/** All a tool may use: it reaches files, programs and the store through this and nothing else. */
export interface ToolContext {
  /** The folder the session works in. */
  readonly workspace: Workspace;
  /** The session's settings. */
  readonly config: Config;
  /** The one way to files. */
  readonly files: Files;
  /** What lasts, in keys like `extract:buffer`. */
  readonly store: Store;
  /** Aborted by Ctrl-C, a limit or the end of the session. */
  readonly signal: AbortSignal;
  /** Who asked for the call. */
  readonly origin: Origin;
  /** Id of the session, for what is kept in the store for this session only. */
  readonly session: string;
  /**
   * Opens the model that is configured; what it is told is free of secrets. Absent without one, and
   * for a tool that does not say `asksModel`. For a call of the agent's own model, ask it again only
   * where a field of the input says so.
   */
  readonly lm?: (() => Promise<LM>) | undefined;
  /** Opens what learns which tool works here. Absent where nothing learns. */
  readonly learner?: (() => Promise<Learner>) | undefined;
  /** Reports progress; shown once the call has run for half a second. */
  progress(update: Progress): void;
  /**
   * Starts one of this tool's own {@linkcode Tool.commands} through the hands.
   *
   * @param command key in `commands`.
   * @param fields its fields; checked against its schema on the other side.
   * @throws {UserError} `missing` when the program is not installed, `refused` by the gate.
   */
  execute(command: string, fields: unknown, options?: ExecuteOptions): Promise<ProgramResult>;
}

/** A use of the tool, for help and docs. */
export interface ToolExample {
  /** The words after the program name: `grep "fn main" -g "*.rs"`. */
  readonly line: string;
  /** What it does, in a few words. */
  readonly says: string;
}

/** How a tool would serve a request in plain language. */
export interface Proposal<I> {
  /** The input it would take. */
  readonly input: I;
  /**
   * How well it fits, from 0 to 1: the untaught rule, and the prior of a learner. With 0 no rule
   * speaks for it: only a learner ever chooses it, and nobody is told of it.
   */
  readonly weight: number;
  /** Why it fits, in one sentence a user can check. */
  readonly reason: string;
  /** Whether this call alone answers the request. Default false. */
  readonly completes?: boolean;
  /**
   * Said in place of the call, when only the person knows what it still needs: the command to type.
   * Default: the call is made.
   */
  readonly instead?: string;
}

/**
 * One capability, defined once. From this one definition come its CLI command, its REPL verb, its
 * JSON schema for a model, its page in the docs and its row in the permission report.
 *
 * Fields of `input` become flags in kebab case; `.describe()` gives their help text and
 * `.meta({ short: "k" })` a one-letter alias; booleans get `--no-x`; arrays repeat.
 */
// deno-lint-ignore no-explicit-any -- a registry holds tools of every input type
export interface Tool<I = any, O = unknown> {
  /** Snake case: `git_status`. `-` and `_` are interchangeable on the command line. */
  readonly name: string;
  /** Other names. Default none. */
  readonly aliases?: readonly string[];
  /** One line, for people and for the model. */
  readonly summary: string;
  /**
   * Checks the input and fills in defaults: a schema, or `(z) => z.object({ … })`, which is made only
   * where the catalog's entry is not enough.
   */
  readonly input: SchemaSource<I>;
  /** Keys of `input` given as words instead of flags, in order; an array key takes the rest. */
  readonly positional?: readonly (keyof I & string)[];
  /**
   * Whether the first word names something that all words behind it belong to, also those that look
   * like flags: `exec npm run build --silent`. Default false.
   */
  readonly verbatim?: boolean;
  /** Uses, for help and docs. */
  readonly examples?: readonly ToolExample[];
  /** What it does to the world at its worst. */
  readonly effect: Effect;
  /** Whether it parses source code: its session may then read the grammars. Default false. */
  readonly parses?: boolean;
  /** Whether it may ask the model: only then it gets one, and its session may reach it. Default false. */
  readonly asksModel?: boolean;
  /** Programs this tool may ask for: argv is built from fields, never named by the caller. */
  // deno-lint-ignore no-explicit-any -- each command has fields of its own
  readonly commands?: Readonly<Record<string, Command<any>>>;
  /** What this very call wants; the gate decides on it before `run`. */
  needs(input: I, at: Workspace): Needs;
  /** What a person should see before they allow the call: a diff, an argv. */
  preview?(input: I, ctx: ToolContext): Promise<string>;
  /**
   * Offers the tool for a request in plain language, with the input it would take.
   *
   * @param request what was asked.
   * @param results what came of the calls made for it so far, oldest first.
   * @returns undefined when the tool would not help; weight 0 when it could, and no rule says so.
   */
  propose?(request: PlainRequest, results: readonly CallResult[]): Proposal<Partial<I>> | undefined;
  /**
   * What a result is worth as an answer, from 0 to 2. Default: 1 for a result, plus half of
   * `coverage`, and 0 for none.
   *
   * @param coverage share of the request's targets that the text covers, from 0 to 1.
   */
  score?(result: CallResult, coverage: number): number;
  /** Seconds before the same call may be chosen again. Default 2. */
  readonly cooldown?: number;
  /**
   * Does it. The gate has allowed the call and the input is checked.
   *
   * @throws {UserError} for anything the person or the model can mend.
   */
  run(input: I, ctx: ToolContext): Promise<ToolResult<O>>;
}

/**
 * Gives a tool its types; returns it unchanged.
 *
 * @example
 * ```ts
 * import { defineTool } from "@dspy/code/core";
 * import { z } from "zod";
 * import assert from "node:assert/strict";
 *
 * const echo = defineTool({
 *   name: "echo",
 *   summary: "Says it again",
 *   input: z.object({ words: z.array(z.string()).describe("what to say") }),
 *   positional: ["words"],
 *   effect: "read",
 *   needs: () => ({}),
 *   run: ({ words }) => Promise.resolve({ ok: true, data: words, text: words.join(" ") }),
 * });
 * assert.equal(echo.name, "echo");
 * ```
 */
export function defineTool<I, O>(tool: Tool<I, O>): Tool<I, O> {
  return tool;
}
