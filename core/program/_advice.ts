import { z } from "zod";
import type { Attempt } from "./best_of.ts";
import type { Module } from "./module.ts";
import { ParseError } from "./parse_error.ts";
import { type Predict, predict } from "./predict.ts";
import { named } from "./_scope.ts";
import { sig } from "./signature.ts";
import type { Step } from "./trace.ts";

/** Characters of one value that are shown. */
const SHOWN = 1_000;

/** What {@linkcode adviser} is asked. */
interface Failed {
  readonly instructions: unknown;
  readonly steps: unknown;
  readonly reward: string;
}

let made: Predict<Failed, { discussion: string; advice: Record<string, string> }> | undefined;

/** Made at the first advice: schemas take time, and few programs want any. */
function adviser(): NonNullable<typeof made> {
  return made ??= predict(sig(
    {
      instructions: z.any().describe("what each predictor of the program is told, by its name"),
      steps: z.any().describe("what each was given and what it gave"),
      reward: z.string().describe("what the result was worth, and what is aimed at"),
    },
    {
      discussion: z.string().describe("what went wrong, and which predictor is to blame"),
      advice: z.record(z.string(), z.string()).describe(
        "by predictor: what to do differently next time; leave out those that did well",
      ),
    },
    "A program did not do well enough. Give each predictor concrete advice for its next try. Do not " +
      "copy the inputs: the advice must hold for the mistake, not for this one case.",
  ));
}

/** Asks the model what each predictor should do differently. No advice when it says nothing usable. */
export async function adviceFor<I, O>(
  program: Module<I, O>,
  { trace, reward, error }: Attempt<I, O>,
  threshold: number,
): Promise<Record<string, string>> {
  const state = program.state();
  const instructions = Object.fromEntries(
    Object.entries(state).map(([name, { instructions }]) => [name, instructions]),
  );
  const aim = threshold === Infinity ? "as much as possible" : `at least ${threshold}`;
  const worth = error === undefined ? `${reward}` : `nothing (${error.problem})`;
  try {
    const steps = trace.map(shownStep);
    const question = { instructions, steps, reward: `${worth}; aimed at: ${aim}` };
    const names = new Map([[adviser(), "(advice)"]]);
    const { advice } = await named(names, () => adviser().run(question));
    return advice;
  } catch (error) {
    if (error instanceof ParseError) return {};
    throw error;
  }
}

function shownStep({ predictor, input, output, error }: Step): Record<string, string> {
  const outcome = output === undefined ? { error: cut(error?.message) } : { output: cut(output) };
  return { predictor, input: cut(input), ...outcome } as Record<string, string>;
}

function cut(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}... (cut)` : text;
}
