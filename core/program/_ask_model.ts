import { NO_USAGE } from "../lm/usage.ts";
import { LMError } from "../lm/lm_error.ts";
import type { LM, LMParams, LMRequest, LMResponse } from "../lm/types.ts";
import { UserError } from "../errors.ts";
import type { Adapter, Parsed, Prompt } from "./adapter.ts";
import { asFallback, defaultFallback } from "./fallback.ts";
import { LEARNABLE, type Learnable } from "./_learnable.ts";
import { ParseError } from "./parse_error.ts";
import type { PredictOptions } from "./predict.ts";
import { noteRefused } from "./_refused_schemas.ts";
import { count, outermost, type Scope, SCOPES } from "./_scope.ts";
import type { Step, StepReason } from "./trace.ts";

/** A predictor as far as asking goes. */
export interface Asker extends Learnable {
  readonly options: PredictOptions;
}

/** All that the calls for one input have in common. */
interface Question {
  readonly asker: Asker;
  readonly input: Readonly<Record<string, unknown>>;
  readonly lm: LM;
  readonly params: LMParams | undefined;
  readonly scope: Scope;
}

/** A reply that could not be used. */
interface Failure {
  readonly error: ParseError;
  readonly prompt: Prompt;
}

/** The model that a predictor asks in this scope. */
export function modelOf({ options }: Asker, scope: Scope = SCOPES.getStore() ?? {}): LM {
  const lm = scope.lm ?? options.lm ?? outermost.lm;
  if (lm !== undefined) return lm;
  throw new UserError("usage", "no model is set", {
    hint: "configure({ lm }), within({ lm }, ...) or run(input, { lm })",
  });
}

/**
 * Asks with each adapter in turn until one reads the outputs, then once for a repair.
 *
 * @throws {ParseError} the last one; its `cause` is the one before.
 * @throws {LMError} at once.
 */
export async function askModel(
  asker: Asker,
  input: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const scope = SCOPES.getStore() ?? {};
  const lm = modelOf(asker, scope);
  const question = { asker, input, lm, params: paramsOf(asker, scope), scope };
  const { adapters, repair } = asFallback(
    scope.adapters ?? asker.options.adapters ?? outermost.adapters ?? defaultFallback(lm),
  );
  let failure: Failure | undefined;
  for (const adapter of adapters) {
    const reason = failure === undefined ? "first" : "fallback";
    const prompt = adapter.format(asker.signature, asker[LEARNABLE].demos, input, lm);
    const outcome = await ask(question, adapter, prompt, reason);
    if (!("error" in outcome)) return outcome.values;
    failure = follow(outcome, failure);
  }
  if (failure === undefined) {
    throw new UserError("usage", "the list of adapters is empty", { hint: "adapters: [chat]" });
  }
  if (!repair) throw failure.error;
  const outcome = await ask(question, adapters.at(-1)!, repairPrompt(failure), "repair");
  if (!("error" in outcome)) return outcome.values;
  throw follow(outcome, failure).error;
}

async function ask(
  question: Question,
  adapter: Adapter,
  prompt: Prompt,
  reason: StepReason,
): Promise<Parsed | Failure> {
  const { asker, lm, scope, params } = question;
  const signal = scope.signal ?? outermost.signal;
  const request: LMRequest = {
    ...prompt,
    ...params && { params },
    ...signal && { signal },
  };
  const started = performance.now();
  let reply: LMResponse;
  try {
    reply = await lm.call(request);
  } catch (error) {
    if (error instanceof LMError) {
      report(question, adapter, reason, started, { error });
      if (isSchemaRefused(error, prompt)) {
        const looser = looserPrompt(question, adapter, prompt);
        return await ask(question, adapter, looser, "schema refused");
      }
    }
    throw error;
  }
  count(scope.meter, reply);
  try {
    const parsed = adapter.parse(asker.signature, reply);
    if (parsed.truncated && scope.meter) scope.meter.truncated = true;
    report(question, adapter, reason, started, { reply, output: parsed.values });
    return parsed;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    report(question, adapter, reason, started, { reply, error });
    return { error, prompt };
  }
}

function report(
  { asker, input, scope }: Question,
  adapter: Adapter,
  reason: StepReason,
  started: number,
  outcome: Pick<Step, "reply" | "output" | "error">,
): void {
  const trace = scope.trace ?? outermost.trace;
  const onStep = scope.onStep ?? outermost.onStep;
  if (trace === undefined && onStep === undefined) return;
  const step: Step = {
    predictor: scope.names?.get(asker) ?? "predict",
    signature: asker.signature,
    input,
    adapter: adapter.name,
    reason,
    usage: outcome.reply?.usage ?? NO_USAGE,
    ms: performance.now() - started,
    ...outcome,
  };
  trace?.add(step);
  onStep?.(step);
}

function paramsOf({ options }: Asker, scope: Scope): LMParams | undefined {
  const { params } = outermost;
  if (scope.params === undefined && options.params === undefined) return params;
  return { ...params, ...options.params, ...scope.params };
}

/** The same messages with what the adapter sends once a schema is known to be refused. */
function looserPrompt({ asker, input, lm }: Question, adapter: Adapter, prompt: Prompt): Prompt {
  noteRefused(lm);
  const { schema } = adapter.format(asker.signature, asker[LEARNABLE].demos, input, lm);
  const { schema: refused, ...bare } = prompt;
  return schema === undefined || schema === refused ? bare : { ...bare, schema };
}

/** Whether it is the schema that the server does not take: then a bare JSON object is asked for. */
function isSchemaRefused(error: LMError, { schema }: Prompt): boolean {
  return schema !== undefined && error.lmKind === "refused" && error.status !== 404 &&
    /schema|format|grammar|json/i.test(error.message);
}

function repairPrompt({ error, prompt }: Failure): Prompt {
  const content = `Your reply could not be used: ${error.problem}. ` +
    "Reply again, with all output fields, in exactly the form that was described.";
  return {
    ...prompt,
    messages: [
      ...prompt.messages,
      // Servers refuse a turn without any text.
      { role: "assistant", content: error.raw.trim() === "" ? "(nothing)" : error.raw },
      { role: "user", content },
    ],
  };
}

function follow(failure: Failure, before: Failure | undefined): Failure {
  if (before !== undefined) failure.error.cause ??= before.error;
  return failure;
}
