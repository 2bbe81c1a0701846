import { z } from "zod";
import { UserError } from "../../errors.ts";
import { LMError } from "../../lm/lm_error.ts";
import type { JsonSchema, LMResponse } from "../../lm/types.ts";
import { tolerantJson } from "../../program/tolerant_json.ts";
import type { LoopEnd } from "../loop.ts";
import type { ModelRun } from "./run_model.ts";
import { withoutTools } from "./text_turn.ts";
import { wireMessages } from "./wire_messages.ts";

/**
 * Has a model put its answer into the form of a JSON Schema. What does not fit is shown to it once.
 *
 * @returns does it; gives the end with the JSON for its text, not ok when it still does not fit.
 * @throws {UserError} `usage` when the schema is none: known before any work is done.
 */
export function answerBySchema(
  schema: JsonSchema,
): (run: ModelRun, end: LoopEnd) => Promise<LoopEnd> {
  const fits = checker(schema);
  return (run, end) => fit(run, end, schema, fits);
}

async function fit(
  run: ModelRun,
  end: LoopEnd,
  schema: JsonSchema,
  fits: (text: string) => Checked,
): Promise<LoopEnd> {
  let ask = `Give your answer as one JSON value and nothing else, by this JSON Schema:\n${
    JSON.stringify(schema)
  }`;
  let problem = "";
  for (let tries = 0; tries < 2; tries++) {
    const over = run.exceeded();
    if (over !== undefined) {
      const { stop, value, flag } = over;
      const text = `Not put into the schema: ${stop} (${value}) is met; raise it with ${flag}.`;
      run.setup.emit("limit", { limit: stop, value, text });
      return { stop, ok: false, text: `${end.text}\n\n${text}`, next: [] };
    }
    await run.conversation.append({ kind: "user", text: ask });
    const said = await reply(run, schema).catch((error) => {
      if (!(error instanceof LMError)) throw error;
      return error;
    });
    if (said instanceof LMError) {
      const text = `${end.text}\n\nNot put into the schema: ${said.line}`;
      return { stop: "error", ok: false, text, next: [] };
    }
    const { text } = said;
    const checked = fits(text);
    if (checked.ok) return { ...end, text: JSON.stringify(checked.value) };
    problem = checked.problem;
    ask = `That does not fit the schema: ${problem}. Answer again with the JSON alone.`;
  }
  const text = `the answer does not fit the schema: ${problem}`;
  return { stop: "error", ok: false, text, next: [] };
}

async function reply(
  { lm, native, system, conversation, window, setup, signal }: ModelRun,
  schema: JsonSchema,
): Promise<LMResponse> {
  const messages = wireMessages(system, conversation.path);
  const response = await lm.call({
    messages: native && lm.can.tools ? messages : withoutTools(messages),
    params: { numCtx: window },
    signal,
    ...lm.can.stream && { onDelta: () => {} },
    ...lm.can.schema && { schema },
  });
  const { text, usage } = response;
  await conversation.append({ kind: "assistant", text, model: lm.id, usage });
  const used = usage.inputTokens + usage.outputTokens;
  setup.emit("usage", { model: lm.id, usage, total: conversation.info.usage, used, window });
  return response;
}

type Checked = { ok: true; value: unknown } | { ok: false; problem: string };

function checker(schema: JsonSchema): (text: string) => Checked {
  let type: z.ZodType;
  try {
    type = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError("usage", `the output schema is not understood: ${why}`);
  }
  return (text) => {
    let value: unknown;
    try {
      const read = tolerantJson(text);
      if (read.truncated) return { ok: false, problem: "the JSON is cut off" };
      value = read.value;
    } catch {
      return { ok: false, problem: "there is no JSON" };
    }
    const parsed = type.safeParse(value);
    if (parsed.success) return { ok: true, value };
    const issue = parsed.error.issues[0];
    return { ok: false, problem: `${issue?.path.join(".") || "the value"}: ${issue?.message}` };
  };
}
