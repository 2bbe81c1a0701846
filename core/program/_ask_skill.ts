import { UserError } from "../errors.ts";
import { LMError } from "../lm/lm_error.ts";
import type { LMUsage } from "../lm/types.ts";
import { addUsage, NO_USAGE } from "../lm/usage.ts";
import { ChainOfThought } from "./chain_of_thought.ts";
import { chat } from "./chat.ts";
import { fallback } from "./fallback.ts";
import { json } from "./json.ts";
import { load } from "./load.ts";
import type { Module } from "./module.ts";
import { ParseError } from "./parse_error.ts";
import { Predict } from "./predict.ts";
import type { SavedProgram } from "./save.ts";
import type { SkillContext, SkillSpec } from "./skill.ts";
import type { Step } from "./trace.ts";

/** What asking came to: an answer, or why there is none. */
export type Asked<O> =
  & { readonly notes: readonly string[]; readonly usage?: LMUsage }
  & ({ readonly output: O } | { readonly error: UserError });

/** The model's side of a skill. */
export interface AskSkill<I, O> {
  // deno-lint-ignore no-explicit-any -- programs of all signatures
  readonly program: Module<any, any>;
  run(input: I, ctx: SkillContext): Promise<Asked<O>>;
}

/** Requests of one call of a skill, the repair included. */
const REQUESTS = 2;
/** Window in tokens, where nobody says. */
const WINDOW = 32_768;
/** Share of the window that the inputs may fill. */
const SHARE = 0.25;
const CHARS_PER_TOKEN = 4;
/** Hosted models that always think do so within the limit of their reply. Tokens. */
const THINKING = 8_000;
/** More than this costs more than it tells. Characters. */
const MOST_ROOM = 60_000;

/** Makes the program of a skill and what asks it. */
export function askSkill<I, O, Given, Told>(
  spec: SkillSpec<I, O, Given, Told>,
): AskSkill<I, O> {
  const { signature, reasons = false, maxTokens = 1500 } = spec;
  const options = { params: { temperature: 0 } };
  const program = reasons
    ? new ChainOfThought(signature, options)
    : new Predict(signature, options);
  return { program, run };

  async function run(input: I, ctx: SkillContext): Promise<Asked<O>> {
    const notes: string[] = [];
    const spent = { left: REQUESTS, usage: NO_USAGE };
    const told = () => ({ notes, ...spent.left < REQUESTS && { usage: spent.usage } });
    try {
      const lm = await ctx.lm!();
      ctx.progress?.({ text: `asking ${lm.id}` });
      const window = lm.params?.numCtx ?? (await lm.info?.(ctx.signal))?.window ?? WINDOW;
      const most = lm.id.startsWith("ollama/") ? maxTokens : maxTokens + THINKING;
      const limit = Math.min(most, Math.floor(window / 2));
      const learned = await withLearned(ctx, notes);
      const room = Math.min(MOST_ROOM, Math.floor(window * SHARE) * CHARS_PER_TOKEN);
      const given = spec.give(input, room);
      const context = {
        lm,
        params: { numCtx: window, maxTokens: limit, think: lm.params?.think ?? false },
        adapters: fallback(lm.can.schema ? json : chat),
        onStep: ({ usage, error }: Step) => {
          spent.usage = addUsage(spent.usage, usage);
          if (--spent.left === 0 && error !== undefined) throw error;
        },
        ...ctx.signal && { signal: ctx.signal },
      };
      const ask = async (given: Given) =>
        await spec.accept(await learned.run(given, context), input, ctx);
      const first = await ask(given).catch((error) => {
        if (!repairable(error)) throw error;
        return ask({ ...given, problem: error.line });
      });
      return { output: first, ...told() };
    } catch (error) {
      if (!(error instanceof UserError) || error.kind === "aborted" || ctx.signal?.aborted) {
        throw error;
      }
      return { error, ...told() };
    }

    /** Whether it was the answer that was wrong, and the model can be told. */
    function repairable(error: unknown): error is UserError {
      return error instanceof UserError && error.kind !== "aborted" && spent.left > 0 &&
        !(error instanceof LMError || error instanceof ParseError) &&
        "problem" in signature.inputs;
    }
  }

  /** The program as it was learned; what does not fit it is left out, and that is said. */
  async function withLearned(ctx: SkillContext, notes: string[]): Promise<typeof program> {
    try {
      const saved = await ctx.store?.get<SavedProgram>(`skill:${spec.name}`);
      return saved === undefined ? program : load(program, saved);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      notes.push(`what was learned for ${spec.name} is not used: ${error.message}`);
      return program;
    }
  }
}
