import { z } from "zod";
import { UserError } from "../errors.ts";
import type { JsonSchema } from "../lm/types.ts";
import type { Json } from "../store/types.ts";
import { ChainOfThought, type Reasoned } from "./chain_of_thought.ts";
import { defaultFallback, fallback } from "./fallback.ts";
import { withNote } from "./_fields.ts";
import { modelOf } from "./_ask_model.ts";
import type { InferInput, InferOutput } from "./infer_signature.ts";
import { LEARNABLE } from "./_learnable.ts";
import { Module } from "./module.ts";
import { nativeCalls } from "./_native_calls.ts";
import { type Calls, observe } from "./_observe.ts";
import { ParseError } from "./parse_error.ts";
import { Predict, type PredictOptions } from "./predict.ts";
import type { ProgramTool } from "./program_tool.ts";
import { outermost, SCOPES } from "./_scope.ts";
import { type Fields, sig, type Signature } from "./signature.ts";
import { askFitting, type Trajectory } from "./_trajectory.ts";

export type { Trajectory };

/** Options of {@linkcode react}. */
export interface ReactOptions extends Omit<PredictOptions, "demos"> {
  /** Tool calls at most. Default 20. */
  readonly maxIters?: number;
  /** Whether tools are called natively by models that can. Default false: small ones do it badly. */
  readonly native?: boolean;
}

/** What an agent gives besides the outputs. */
export interface Reacted extends Reasoned {
  /** What it thought, called and saw, step by step. */
  readonly trajectory: Trajectory;
}

/** One step as the model gives it. */
export interface ReactStep {
  /** What is known, and what to find out. */
  readonly next_thought: string;
  /** The tool to call, or `finish`. */
  readonly next_tool_name: string;
  /** Its arguments. */
  readonly next_tool_args?: Json;
}

const FINISH = "finish";

/** An agent: thinks, calls tools, looks, and answers in the end. Made by {@linkcode react}. */
export class React<I, O> extends Module<I, O & Reacted> {
  /** Gives the next step. */
  readonly react: Predict<I & { trajectory: string }, ReactStep>;
  /** Gives the outputs once the tools have been called. */
  readonly extract: ChainOfThought<I & { trajectory: string }, O>;
  /** What may be called. */
  readonly tools: readonly ProgramTool[];
  /** What it was made with. */
  readonly options: ReactOptions;

  /** Makes one; {@linkcode react} reads better. */
  constructor(signature: Signature<I, O>, tools: readonly ProgramTool[], options: ReactOptions) {
    super();
    checkTools(tools);
    const inputs = withTrajectory(signature.inputs);
    this.react = new Predict(stepSignature(inputs, signature, tools), options);
    this.extract = new ChainOfThought(
      sig(inputs, signature.outputs, signature.instructions) as unknown as Signature<
        I & { trajectory: string },
        O
      >,
      options,
    );
    this.tools = tools;
    this.options = options;
  }

  /** Works until the model finishes or `maxIters` is reached, then has the outputs drawn up. */
  async forward(input: I): Promise<O & Reacted> {
    const { maxIters = 20 } = this.options;
    const signal = SCOPES.getStore()?.signal ?? outermost.signal;
    const trajectory: Record<string, Json> = {};
    const calls: Calls = new Map();
    for (let step = 0; step < maxIters; step++) {
      signal?.throwIfAborted();
      const next = await nextStep(this, input, trajectory, step);
      if (next === undefined) break;
      const { next_thought, next_tool_name: name, next_tool_args = {} } = next;
      const tool = this.tools.find((tool) => tool.name === name);
      trajectory[`thought_${step}`] = next_thought;
      trajectory[`tool_name_${step}`] = name;
      trajectory[`tool_args_${step}`] = next_tool_args;
      trajectory[`observation_${step}`] = name === FINISH
        ? "Completed."
        : await observe(tool, name, next_tool_args, step, calls, signal);
      if (name === FINISH) break;
    }
    const answer = await askFitting(
      trajectory,
      (text) => this.extract.run({ ...input, trajectory: text }),
    );
    return { ...answer, trajectory };
  }
}

/**
 * An agent over tools: each step is a thought, a tool and its arguments; when the model says
 * `finish`, a last call draws the outputs up. Failures of tools are shown to the model.
 *
 * @example
 * ```ts
 * import { react } from "@dspy/code/core/program";
 * import { z } from "zod";
 *
 * const add = {
 *   name: "add",
 *   summary: "Adds two numbers",
 *   input: z.object({ a: z.number(), b: z.number() }),
 *   readOnly: true,
 *   run: ({ a, b }: { a: number; b: number }) => a + b,
 * };
 * const agent = react("question -> answer: int", [add], { maxIters: 5 });
 * console.assert("react" in agent.state() && "extract.predict" in agent.state());
 * ```
 */
export function react<const S extends string>(
  signature: S,
  tools: readonly ProgramTool[],
  options?: ReactOptions,
): React<InferInput<S>, InferOutput<S>>;
/** The same for a signature that was made before. */
export function react<I, O>(
  signature: Signature<I, O>,
  tools: readonly ProgramTool[],
  options?: ReactOptions,
): React<I, O>;
export function react(
  signature: string | Signature,
  tools: readonly ProgramTool[],
  options: ReactOptions = {},
): React<unknown, unknown> {
  return new React(typeof signature === "string" ? sig(signature) : signature, tools, options);
}

/** Undefined when the model cannot say how to go on, but something was seen to answer from. */
async function nextStep<I, O>(
  agent: React<I, O>,
  input: I,
  trajectory: Record<string, Json>,
  step: number,
): Promise<ReactStep | undefined> {
  const adapters = nativeFirst(agent);
  try {
    return await askFitting(
      trajectory,
      (text) => agent.react.run({ ...input, trajectory: text }, adapters && { adapters }),
    );
  } catch (error) {
    if (error instanceof ParseError && step > 0) return undefined;
    throw error;
  }
}

/** Native calls show no demos: once some are learned, the agent speaks through fields. */
function nativeFirst<I, O>({ react, tools, options }: React<I, O>):
  | ReturnType<
    typeof fallback
  >
  | undefined {
  if (!options.native || react[LEARNABLE].demos.length > 0) return undefined;
  const lm = modelOf(react);
  if (!lm.can.tools) return undefined;
  const finish = {
    name: FINISH,
    description: "All that is needed is known, or nothing more can be found out",
    parameters: NO_ARGUMENTS,
  };
  const listed = tools.map((tool) => ({
    name: tool.name,
    description: tool.summary,
    parameters: argumentsSchema(tool),
  }));
  return fallback(nativeCalls([...listed, finish]), ...defaultFallback(lm).adapters);
}

const NO_ARGUMENTS: JsonSchema = { type: "object", properties: {} };

function argumentsSchema({ input }: ProgramTool): JsonSchema {
  const { $schema: _, ...schema } = input.toJSONSchema({
    io: "input",
    unrepresentable: "any",
  }) as Record<string, unknown>;
  return schema;
}

function stepSignature<I>(
  inputs: Fields,
  { instructions, outputs }: Signature,
  tools: readonly ProgramTool[],
): Signature<I & { trajectory: string }, ReactStep> {
  const names = [...tools.map(({ name }) => name), FINISH];
  // What the tools are stands in the fields: instructions are rewritten by optimizers.
  const listed = tools.map((tool) =>
    `\n   - ${tool.name}: ${tool.summary}; arguments ${JSON.stringify(argumentsSchema(tool))}`
  );
  const args = z.any().meta({ anyOf: [...tools.map(argumentsSchema), NO_ARGUMENTS] }).optional();
  const wanted = Object.keys(outputs).map((name) => `\`${name}\``).join(", ");
  return sig(
    inputs,
    {
      next_thought: z.string().describe("what is known, and what to find out next"),
      next_tool_name: z.enum(names).describe(
        `the tool to call:${
          listed.join("")
        }\n   - ${FINISH}: all that is needed is known; no arguments`,
      ),
      next_tool_args: withNote(args, "be a JSON object with the arguments of that tool"),
    },
    `${instructions}\n\nYou are an agent. Call tools one at a time until you can give ${wanted}; ` +
      "the trajectory shows what was done so far. Think first, then name the next tool and its " +
      `arguments. Name ${FINISH} once you know enough.`,
  ) as unknown as Signature<I & { trajectory: string }, ReactStep>;
}

function withTrajectory(inputs: Fields): Fields {
  if (Object.hasOwn(inputs, "trajectory")) {
    throw new UserError("usage", "`trajectory` is what the agent keeps its steps in", {
      hint: "name the input differently",
    });
  }
  return { ...inputs, trajectory: z.string().describe("thoughts, calls and observations so far") };
}

function checkTools(tools: readonly ProgramTool[]): void {
  const seen = new Set([FINISH]);
  for (const { name } of tools) {
    if (!/^[\w-]+$/.test(name) || seen.has(name)) {
      const why = seen.has(name) ? "it is taken" : "only letters, digits, _ and - will do";
      throw new UserError("usage", `no tool can be named ${JSON.stringify(name)}: ${why}`);
    }
    seen.add(name);
  }
}
