import type { UserError } from "../errors.ts";
import { LMError } from "../lm/lm_error.ts";
import type { LM, LMUsage } from "../lm/types.ts";
import type { Store } from "../store/types.ts";
import { askSkill } from "./_ask_skill.ts";
import type { Module } from "./module.ts";
import { ParseError } from "./parse_error.ts";
import type { Signature } from "./signature.ts";

/** The part of a workspace's files that skills look at. */
export interface SkillFiles {
  /** Whether a path is a file or a folder; rejects where nothing is. */
  info(path: string): Promise<{ readonly kind: "file" | "folder" }>;
  /** The text of a file. */
  readText(path: string): Promise<string>;
}

/** What a skill may use. A tool's context is one; alone, an empty object will do. */
export interface SkillContext {
  /** Opens the model. Default none: the rules answer. */
  readonly lm?: (() => Promise<LM>) | undefined;
  /** The files that an answer may speak of. Default: only those of the input count as there. */
  readonly files?: SkillFiles | undefined;
  /** Where what was learned is kept, under `skill:<name>`. Default nothing was. */
  readonly store?: Pick<Store, "get"> | undefined;
  /** Ends the run. Default nothing does. */
  readonly signal?: AbortSignal | undefined;
  /** Told that the model is asked. */
  progress?(update: { readonly text: string }): void;
}

/** What {@linkcode Skill.run} gives. */
export interface SkillResult<O> {
  /** The answer. */
  readonly output: O;
  /** Who gave it: a model, or the rules that need none. */
  readonly by: "model" | "rules";
  /** Why the rules answered although there is a model, in one clause. */
  readonly reason?: string;
  /** What the person should know besides. */
  readonly notes: readonly string[];
  /** What the requests took; absent when none was made. */
  readonly usage?: LMUsage;
}

/** What {@linkcode defineSkill} is given. */
export interface SkillSpec<I, O, Given, Told> {
  /** Snake case: `task_plan`. */
  readonly name: string;
  /**
   * What the model is asked. With an optional input `problem` it is told once what was wrong with
   * its answer, and asked again.
   */
  readonly signature: Signature<Given, Told>;
  /** Whether it reasons before it answers. Default false. */
  readonly reasons?: boolean;
  /** Tokens of the answer at most; a model's thinking has room of its own. Default 1500. */
  readonly maxTokens?: number;
  /**
   * The signature's inputs.
   *
   * @param room characters that all of them may have.
   */
  give(input: I, room: number): Given;
  /**
   * Makes the answer from what the model said, and checks it against what is there.
   *
   * @throws {UserError} for an answer that cannot be used: the message says why.
   */
  accept(told: Told, input: I, ctx: SkillContext): O | Promise<O>;
  /** The answer by rules, without a model. */
  local(input: I, ctx: SkillContext): O | Promise<O>;
}

/** Something the agent can do with a model and, less well, without one. */
export interface Skill<I, O> {
  /** Snake case: `task_plan`. What is learned is kept under `skill:<name>`. */
  readonly name: string;
  /** What a model is asked. */
  readonly signature: Signature;
  /** The program as it is before anything is learned: what an optimizer starts from. */
  // deno-lint-ignore no-explicit-any -- programs of all signatures
  readonly program: Module<any, any>;
  /**
   * The program's input for an input of the skill: what training examples are made of.
   *
   * @param room characters that it may have. Default 24,000.
   */
  give(input: I, room?: number): Record<string, unknown>;
  /**
   * Answers: by the model of the context, with at most two requests, or by the rules when there is
   * none, it cannot be asked, or it says what cannot be used.
   *
   * @throws {UserError} `aborted` by the signal, and what the rules throw.
   */
  run(input: I, ctx?: SkillContext): Promise<SkillResult<O>>;
}

const ROOM = 24_000;

/**
 * Makes a skill of a signature and of rules that answer without a model.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { defineSkill, sig } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const title = defineSkill({
 *   name: "title",
 *   signature: sig("text -> title", "A title of at most five words."),
 *   give: ({ text }: { text: string }, room) => ({ text: text.slice(0, room) }),
 *   accept: ({ title }) => title,
 *   local: ({ text }) => text.split(/\s+/).slice(0, 5).join(" "),
 * });
 * const text = "Deno 2 is out today with many things";
 * assert.deepEqual(await title.run({ text }), {
 *   output: "Deno 2 is out today",
 *   by: "rules",
 *   notes: [],
 * });
 * const lm = () => Promise.resolve(scriptedLM(['{"title": "Deno 2 released"}']));
 * assert.equal((await title.run({ text }, { lm })).output, "Deno 2 released");
 * ```
 */
export function defineSkill<I, O, Given, Told>(
  spec: SkillSpec<I, O, Given, Told>,
): Skill<I, O> {
  const asked = askSkill(spec);
  return {
    name: spec.name,
    signature: spec.signature,
    program: asked.program,
    give: (input, room = ROOM) => spec.give(input, room) as Record<string, unknown>,
    async run(input, ctx = {}) {
      if (ctx.lm === undefined) {
        return { output: await spec.local(input, ctx), by: "rules", notes: [] };
      }
      const outcome = await asked.run(input, ctx);
      if ("output" in outcome) return { ...outcome, by: "model" };
      const { error, ...rest } = outcome;
      return { output: await spec.local(input, ctx), by: "rules", reason: clause(error), ...rest };
    },
  };
}

const MAX_REASON = 300;

function clause(error: UserError): string {
  const text = error instanceof ParseError
    ? `its reply could not be read: ${error.problem}`
    : error instanceof LMError
    ? error.line
    : error.message;
  const line = text.replace(/\s+/g, " ");
  return line.length <= MAX_REASON ? line : `${line.slice(0, MAX_REASON)}...`;
}
