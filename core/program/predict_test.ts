// Asking: fallback, repair, what is counted and shown, contexts.
import assert from "node:assert/strict";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { LMError } from "../lm/lm_error.ts";
import { type Script, scriptedLM, type ScriptedReply } from "../lm/scripted_lm.ts";
import type { LM, LMRequest } from "../lm/types.ts";
import { chainOfThought } from "./chain_of_thought.ts";
import { chat } from "./chat.ts";
import { configure, type Context, within } from "./context.ts";
import { fallback } from "./fallback.ts";
import { json } from "./json.ts";
import { Module } from "./module.ts";
import { ParseError } from "./parse_error.ts";
import { predict } from "./predict.ts";
import { sig } from "./signature.ts";
import { createTrace, type Step } from "./trace.ts";
import { thrownBy } from "./_test_reply.ts";

const CHAT = "[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]";
const JSON_REPLY = '{"answer": "Paris"}';
const qa = predict("question -> answer");
const input = { question: "Capital of France?" };
const usage = { inputTokens: 10, outputTokens: 5, cachedTokens: 0, requests: 1 };

/** A model by script that keeps what it was asked. */
function recorded(
  script: readonly ScriptedReply[] | Script,
  options: Parameters<typeof scriptedLM>[1] = {},
): { lm: LM; requests: LMRequest[] } {
  const requests: LMRequest[] = [];
  const lm = scriptedLM(script, options);
  const call = (request: LMRequest) => {
    requests.push(request);
    return lm.call(request);
  };
  return { lm: { ...lm, call }, requests };
}

Deno.test("run() gives plain outputs: DSPy's complaint of wrapper objects", async () => {
  const lm = scriptedLM([{ text: CHAT, usage }]);
  const out = await qa.run(input, { lm });
  assert.deepEqual(out, { answer: "Paris" });
  assert.equal(JSON.stringify(out), '{"answer":"Paris"}');
  assert.deepEqual({ ...out }, { answer: "Paris" });
  assert.deepEqual(out.$.usage, usage);
  assert.equal(out.$.replies[0]!.text, CHAT);
});

Deno.test("run() asks once when the reply is good, and never twice in silence", async () => {
  const { lm, requests } = recorded(["nonsense", "more nonsense", JSON_REPLY]);
  const steps: Step[] = [];
  const out = await qa.run(input, { lm, onStep: (step) => steps.push(step) });
  assert.equal(requests.length, 3);
  assert.equal(out.$.usage.requests, 3);
  assert.equal(out.$.replies.length, 3);
  const shown = steps.map(({ adapter, reason, error, output }) => [
    adapter,
    reason,
    error?.name ?? output,
  ]);
  assert.deepEqual(shown, [
    ["chat", "first", "UserError"],
    ["json", "fallback", "UserError"],
    ["json", "repair", { answer: "Paris" }],
  ]);
  assert.ok(steps[0]!.error instanceof ParseError);
  assert.deepEqual(steps[2]!.input, input);
  assert.ok(steps.every(({ ms, usage }) => ms >= 0 && usage.requests === 1));
  const repair = requests[2]!.messages;
  assert.equal(repair.at(-2)!.content, "more nonsense");
  assert.match(repair.at(-1)!.content, /could not be used: the reply does not give `answer`/);
});

Deno.test("run() does not mask the error: the last one names the field, its cause is the first", async () => {
  const lm = scriptedLM(["one", "two", "three"]);
  const error = await thrownBy(() => qa.run(input, { lm }));
  assert.ok(error instanceof ParseError);
  assert.match(error.message, /does not give `answer` \(json\): "three"/);
  const second = error.cause as ParseError;
  assert.equal(second.raw, "two");
  assert.equal((second.cause as ParseError).raw, "one");
});

Deno.test("adapters in a plain list are tried without a repair; one alone is one call", async () => {
  for (const [adapters, calls] of [[[chat], 1], [[chat, json], 2], [fallback(chat), 2]] as const) {
    const { lm, requests } = recorded(["no", "no", "no"]);
    assert.ok(await thrownBy(() => qa.run(input, { lm, adapters })) instanceof ParseError);
    assert.equal(requests.length, calls);
  }
  assert.match(
    String(await thrownBy(() => qa.run(input, { lm: scriptedLM([]), adapters: [] }))),
    /the list of adapters is empty/,
  );
});

Deno.test("an LMError ends it at once, and is shown", async () => {
  const steps: Step[] = [];
  const limited = new LMError("rate", "too many requests");
  const { lm, requests } = recorded([limited, CHAT]);
  const error = await thrownBy(() => qa.run(input, { lm, onStep: (step) => steps.push(step) }));
  assert.equal(error, limited);
  assert.equal(requests.length, 1);
  assert.equal(steps[0]!.error, limited);
});

Deno.test("local models that take a schema are asked for JSON first, others by markers", async () => {
  const local = recorded([JSON_REPLY], { id: "ollama/qwen3:1.7b" });
  await qa.run(input, { lm: local.lm });
  assert.ok(local.requests[0]!.schema);
  const table = [
    recorded([CHAT], { id: "openai/gpt" }),
    recorded([CHAT], { id: "ollama/old", can: { schema: false } }),
  ];
  for (const { lm, requests } of table) {
    await qa.run(input, { lm });
    assert.equal(requests[0]!.schema, undefined);
  }
});

Deno.test("a model that refuses the schema is asked for any object, and that is remembered", async () => {
  const refuse: Script = ({ schema }) =>
    schema && "properties" in schema
      ? new LMError("refused", "invalid response_format: schema", { status: 400 })
      : JSON_REPLY;
  const { lm, requests } = recorded(refuse);
  const steps: Step[] = [];
  const context: Context = { lm, adapters: [json], onStep: (step) => steps.push(step) };
  await qa.run(input, context);
  assert.deepEqual(requests.map(({ schema }) => schema?.["type"]), ["object", "object"]);
  assert.deepEqual(requests[1]!.schema, { type: "object" });
  assert.deepEqual(steps.map(({ reason }) => reason), ["first", "schema refused"]);
  await qa.run(input, context);
  assert.equal(requests.length, 3);
  assert.deepEqual(requests[2]!.schema, { type: "object" });
  // One that takes no schema at all is asked without.
  const none = recorded(({ schema }) => schema ? new LMError("refused", "no format") : JSON_REPLY);
  await qa.run(input, { lm: none.lm, adapters: [json] });
  assert.equal(none.requests.at(-1)!.schema, undefined);
  assert.equal(none.requests.length, 3);
  await qa.run(input, { lm: none.lm, adapters: [json] });
  assert.equal(none.requests.length, 4, "it is asked without at once");
  const other = recorded([new LMError("refused", "content_filter", { status: 400 }), JSON_REPLY]);
  assert.ok(await thrownBy(() => qa.run(input, { ...context, lm: other.lm })) instanceof LMError);
});

Deno.test("a small model's JSON in markers, and markers in JSON, are both read", async () => {
  // ax's complaint: local models fail with "Output must include".
  const lm = scriptedLM(["Paris is the capital.", "```json\n{'answer': 'Paris',}\n```"]);
  assert.equal((await qa.run(input, { lm })).answer, "Paris");
  const other = scriptedLM([CHAT, CHAT], { id: "ollama/deepseek-coder:1.3b" });
  assert.equal((await qa.run(input, { lm: other })).answer, "Paris");
});

Deno.test("run() says what is wrong with an input", async () => {
  const typed = predict(sig({ text: z.string(), k: z.int().default(2) }, { out: z.string() }));
  const table: [unknown, RegExp, RegExp][] = [
    [{}, /input `text` is missing/, /the inputs are text, k/],
    [{ txt: "x", text: "x" }, /there is no input `txt`/, /did you mean `text`\?/],
    [{ text: "x", k: "1" }, /input `k`: .*expected number/, /the inputs are/],
    [{ text: 5 }, /input `text`: .*expected string/, /the inputs are/],
    ["x", /the input must be an object/, /the inputs are/],
    [undefined, /the input must be an object/, /the inputs are/],
  ];
  for (const [given, message, hint] of table) {
    const error = await thrownBy(() =>
      typed.run(given as { text: string }, { lm: scriptedLM([]) })
    );
    assert.ok(error instanceof UserError && error.kind === "usage", String(error));
    assert.match(error.message, message);
    assert.match(error.hint!, hint);
  }
  const { lm, requests } = recorded(["[[ ## out ## ]] x"]);
  await typed.run({ text: "x" }, { lm });
  assert.match(requests[0]!.messages[1]!.content, /\[\[ ## k ## \]\]\n2\n/);
});

Deno.test("without a model run() says how to set one", async () => {
  const error = await thrownBy(() => qa.run(input));
  assert.ok(error instanceof UserError);
  assert.equal(error.message, "no model is set");
  assert.match(error.hint!, /configure/);
});

Deno.test("run() beats within(), which beats the options, which beat configure()", async () => {
  const says = (answer: string) => scriptedLM(() => `[[ ## answer ## ]] ${answer}`);
  const ask = async (program: typeof qa, context?: Context) =>
    (await program.run(input, context)).answer;
  const own = predict("question -> answer", { lm: says("options"), params: { temperature: 0.5 } });
  try {
    configure({ lm: says("configure"), params: { temperature: 0.1, seed: 7 } });
    assert.equal(await ask(qa), "configure");
    assert.equal(await ask(own), "options");
    await within({ lm: says("within") }, async () => {
      assert.equal(await ask(own), "within");
      assert.equal(await ask(own, { lm: says("run") }), "run");
      assert.equal(await within({ lm: says("inner") }, () => ask(own)), "inner");
      assert.equal(await ask(own), "within");
    });
    const { lm, requests } = recorded(() => CHAT);
    await within(
      { lm, params: { maxTokens: 9 } },
      () => own.run(input, { params: { rollout: 1 } }),
    );
    await within({ lm, params: { temperature: 0.9 } }, () => own.run(input));
    assert.equal(requests[1]!.params!.temperature, 0.9);
    assert.deepEqual(requests[0]!.params, {
      temperature: 0.5,
      seed: 7,
      maxTokens: 9,
      rollout: 1,
    });
  } finally {
    configure({ lm: undefined, params: undefined } as unknown as Context);
  }
});

Deno.test("contexts hold beside each other: DSPy's complaint of global config against async", async () => {
  const slow = (answer: string) =>
    scriptedLM(async () => {
      await new Promise((done) => setTimeout(done, Math.random() * 5));
      return `[[ ## answer ## ]] ${answer}`;
    });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      within({ lm: slow(`${i}`) }, async () => {
        await Promise.resolve();
        const first = await qa.run(input);
        return [first.answer, (await qa.run(input)).answer];
      })),
  );
  assert.deepEqual(answers, Array.from({ length: 20 }, (_, i) => [`${i}`, `${i}`]));
});

Deno.test("an aborted signal ends the run, whichever scope it is from", async () => {
  const stop = new AbortController();
  const { lm, requests } = recorded(() => {
    stop.abort(new Error("enough"));
    return "no";
  });
  const inner = new AbortController();
  const error = await thrownBy(() =>
    within({ lm, signal: stop.signal }, () => qa.run(input, { signal: inner.signal }))
  );
  assert.ok(error instanceof LMError && error.lmKind === "aborted", String(error));
  assert.equal(requests.length, 1);
  await assert.rejects(qa.run(input, { lm, signal: stop.signal }), /enough/);
  assert.equal(requests.length, 1);
});

Deno.test("a trace keeps the last steps only: DSPy's complaint of the unbounded trace", async () => {
  const trace = createTrace({ limit: 3 });
  const lm = scriptedLM(({ messages }) =>
    `[[ ## answer ## ]] ${/Q\d+/.exec(messages.at(-1)!.content)![0]}`
  );
  for (let i = 0; i < 8; i++) await qa.run({ question: `Q${i}` }, { lm, trace });
  assert.deepEqual(trace.steps.map(({ output }) => output?.["answer"]), ["Q5", "Q6", "Q7"]);
  assert.equal(trace.dropped, 5);
  const whole = createTrace();
  for (let i = 0; i < 1_100; i++) await qa.run({ question: `Q${i}` }, { lm, trace: whole });
  assert.deepEqual([whole.steps.length, whole.dropped], [1_000, 100]);
});

Deno.test("chainOfThought() reasons first and keeps the instructions", async () => {
  const thoughtful = chainOfThought(sig("question -> answer", "Answer."));
  const { lm, requests } = recorded(["[[ ## reasoning ## ]] Well. [[ ## answer ## ]] Paris"]);
  const { answer, reasoning } = await thoughtful.run(input, { lm });
  assert.deepEqual([answer, reasoning], ["Paris", "Well."]);
  assert.match(
    requests[0]!.messages[0]!.content,
    /1\. `reasoning` \(str\): [^\n]+\n2\. `answer`[\s\S]*Answer\.$/,
  );
  const own = chainOfThought(sig(
    { q: z.string() },
    { answer: z.string(), reasoning: z.string().describe("mine") },
  ));
  assert.deepEqual(Object.keys(own.predict.signature.outputs), ["reasoning", "answer"]);
});

Deno.test("$ of a program counts all its calls, and each part's only its own", async () => {
  const parts: number[] = [];
  class Two extends Module<{ question: string }, { answer: string }> {
    first = predict("question -> answer");
    second = chainOfThought("question -> answer");
    async forward(given: { question: string }): Promise<{ answer: string }> {
      const one = await this.first.run(given);
      const two = await this.second.run({ question: one.answer });
      parts.push(one.$.usage.requests, two.$.usage.requests);
      return two;
    }
  }
  const steps: Step[] = [];
  const lm = scriptedLM([
    { text: "no", usage },
    { text: JSON_REPLY, usage: { ...usage, usd: 0.5 } },
    { text: "[[ ## reasoning ## ]] r [[ ## answer ## ]] Rome", usage },
  ]);
  const out = await new Two().run(input, { lm, onStep: (step) => steps.push(step) });
  assert.deepEqual(parts, [2, 1]);
  assert.equal(out.$.usage.requests, 3);
  assert.equal(out.$.usage.usd, 0.5);
  assert.equal(out.$.replies.length, 3);
  assert.deepEqual(steps.map(({ predictor }) => predictor), ["first", "first", "second.predict"]);
});

Deno.test("a value cut off with the reply is flagged", async () => {
  const text = '{"answer": "Par';
  const lm = scriptedLM([{ text, finish: "length", usage }], { id: "ollama/x" });
  const out = await qa.run(input, { lm });
  assert.deepEqual([out.answer, out.$.truncated], ["Par", true]);
});
