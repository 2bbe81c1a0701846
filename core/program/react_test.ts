// An agent over tools, and several runs of one program.
import assert from "node:assert/strict";
import { z } from "zod";
import { LMError } from "../lm/lm_error.ts";
import { scriptedLM, type ScriptedReply } from "../lm/scripted_lm.ts";
import type { LMRequest } from "../lm/types.ts";
import { chat } from "./chat.ts";
import { ParseError } from "./parse_error.ts";
import type { ProgramTool } from "./program_tool.ts";
import { react, type ReactOptions } from "./react.ts";
import type { Step } from "./trace.ts";
import { thrownBy } from "./_test_reply.ts";

let calls: unknown[] = [];
const add: ProgramTool = {
  name: "add",
  summary: "Adds two numbers",
  input: z.object({ a: z.number(), b: z.number(), note: z.string().optional() }),
  readOnly: true,
  run: (input) => (calls.push(input), input.a + input.b),
};
const fail: ProgramTool = {
  name: "fail",
  summary: "Fails",
  input: z.object({}),
  run: () => {
    throw new Error("disk full");
  },
};
const now: ProgramTool = {
  name: "now",
  summary: "The time",
  input: z.object({}),
  run: () => `it is ${calls.push("now")}`,
};
const long: ProgramTool = {
  name: "long",
  summary: "Much",
  input: z.object({}),
  run: () => "x".repeat(9_000),
};

const step = (tool: string, args: unknown = {}, thought = "think") =>
  `[[ ## next_thought ## ]] ${thought} [[ ## next_tool_name ## ]] ${tool} ` +
  `[[ ## next_tool_args ## ]] ${JSON.stringify(args)}`;
const ANSWER = "[[ ## reasoning ## ]] because [[ ## answer ## ]] 3";

async function play(script: readonly ScriptedReply[], options: ReactOptions = {}): Promise<{
  out: { answer: number; trajectory: Readonly<Record<string, unknown>> };
  requests: LMRequest[];
  steps: Step[];
}> {
  calls = [];
  const requests: LMRequest[] = [];
  const steps: Step[] = [];
  const lm = scriptedLM((request, call) => {
    requests.push(request);
    return script[call] ?? new LMError("refused", "end of script");
  });
  const agent = react("question -> answer: int", [add, fail, now, long], {
    adapters: [chat],
    ...options,
  });
  const out = await agent.run({ question: "?" }, { lm, onStep: (step) => steps.push(step) });
  return { out, requests, steps };
}

Deno.test("react() calls tools until the model finishes, then draws the answer up", async () => {
  const { out, requests, steps } = await play([
    step("add", { a: 1, b: 2 }),
    step("finish"),
    ANSWER,
  ]);
  assert.equal(out.answer, 3);
  assert.deepEqual(out.trajectory, {
    thought_0: "think",
    tool_name_0: "add",
    tool_args_0: { a: 1, b: 2 },
    observation_0: "3",
    thought_1: "think",
    tool_name_1: "finish",
    tool_args_1: {},
    observation_1: "Completed.",
  });
  assert.deepEqual(steps.map(({ predictor }) => predictor), ["react", "react", "extract.predict"]);
  const [first, second] = requests.map(({ messages }) => messages.map((m) => m.content).join("\n"));
  assert.match(first!, /- add: Adds two numbers; arguments \{.*"a":\{"type":"number"\}/);
  assert.match(first!, /nothing was done so far/);
  assert.match(second!, /\[\[ ## tool_args_0 ## \]\]\n\{"a":1,"b":2\}\n\n.*\n3/);
});

Deno.test("react() holds the tool's name by a schema where the model takes one", async () => {
  const calls: LMRequest[] = [];
  const lm = scriptedLM((request, call) => {
    calls.push(request);
    const steps = [
      { next_thought: "t", next_tool_name: "add", next_tool_args: { a: 1, b: 2, note: null } },
      { next_thought: "t", next_tool_name: "finish", next_tool_args: null },
      { reasoning: "r", answer: 3 },
    ];
    return JSON.stringify(steps[call]);
  }, { id: "ollama/deepseek-coder:1.3b" });
  const { answer, trajectory } = await react("question -> answer: int", [add])
    .run({ question: "?" }, { lm });
  assert.equal(answer, 3);
  assert.equal(trajectory["observation_0"], "3", "a null for an optional argument is none");
  const { properties, additionalProperties } = calls[0]!.schema as Record<
    string,
    Record<string, { enum: string[]; anyOf: unknown[] }>
  >;
  assert.equal(additionalProperties, false);
  assert.deepEqual(properties!["next_tool_name"]!.enum, ["add", "finish"]);
});

Deno.test("react() shows the model what went wrong with a call", async () => {
  const { out } = await play([
    step("fail"),
    step("add", { a: "x" }),
    step("add", "not json {"),
    step("long"),
    step("finish"),
    ANSWER,
  ]);
  assert.equal(out.trajectory["observation_0"], "The tool failed: Error: disk full");
  assert.match(String(out.trajectory["observation_1"]), /^The arguments do not fit: a: .*; b: /);
  assert.match(String(out.trajectory["observation_2"]), /^The arguments do not fit: /);
  assert.match(String(out.trajectory["observation_3"]), /\(1000 more characters are not shown\)$/);
});

Deno.test("react() names a repeated call, and answers read-only ones from memory", async () => {
  const { out } = await play([
    step("add", { a: 1, b: 2 }),
    step("add", { b: 2, a: 1 }),
    step("now"),
    step("now"),
    step("finish"),
    ANSWER,
  ]);
  assert.match(
    String(out.trajectory["observation_1"]),
    /^You made this very call in step 0 already, and its result is the same.*\n3$/,
  );
  assert.match(
    String(out.trajectory["observation_3"]),
    /step 2 already; its result is now another/,
  );
  assert.deepEqual(calls, [{ a: 1, b: 2 }, "now", "now"]);
});

Deno.test("react() stops at maxIters and answers from what it has", async () => {
  const { out, requests } = await play([step("now"), step("now"), ANSWER], { maxIters: 2 });
  assert.equal(requests.length, 3);
  assert.equal(out.answer, 3);
});

Deno.test("react() drops the oldest steps when the context is full, three times at most", async () => {
  const full = new LMError("context", "too long");
  const { out, requests } = await play([
    step("add", { a: 1, b: 1 }, "one"),
    step("now", {}, "two"),
    full,
    step("finish"),
    full,
    ANSWER,
  ]);
  assert.deepEqual(Object.keys(out.trajectory).filter((key) => key.startsWith("thought")), [
    "thought_2",
  ]);
  assert.match(requests[2]!.messages[1]!.content, /one[\s\S]*two/);
  assert.doesNotMatch(requests[3]!.messages[1]!.content, /\none\n/);
  const many = Array.from({ length: 6 }, (_, i) => step("add", { a: i, b: 1 }));
  const error = await thrownBy(() => play([...many, full, full, full, full, ANSWER]));
  assert.equal(error, full);
  assert.equal(await thrownBy(() => play([full, ANSWER])), full);
});

Deno.test("react() answers from what was seen when a step cannot be read, but not from nothing", async () => {
  const { out } = await play([step("now"), "gibberish", ANSWER]);
  assert.equal(out.answer, 3);
  assert.ok(await thrownBy(() => play(["gibberish", ANSWER])) instanceof ParseError);
});

Deno.test("react() ends when it is aborted, and a tool is told", async () => {
  const stop = new AbortController();
  const waits: ProgramTool = {
    name: "wait",
    summary: "Waits",
    input: z.object({}),
    run: (_, signal) => {
      stop.abort(new Error("enough"));
      signal!.throwIfAborted();
    },
  };
  const agent = react("question -> answer", [waits], { adapters: [chat] });
  const lm = scriptedLM([step("wait"), step("finish"), ANSWER]);
  await assert.rejects(agent.run({ question: "?" }, { lm, signal: stop.signal }), /enough/);
});

Deno.test("react() calls natively when asked to and able to", async () => {
  const toolCalls = [{ id: "1", name: "add", arguments: "{'a': 1, 'b': 2,}" }];
  const { out, requests } = await play([
    { text: "Adding.", toolCalls },
    { text: "", toolCalls: [{ id: "2", name: "finish", arguments: "" }] },
    ANSWER,
  ], { native: true });
  assert.equal(out.trajectory["thought_0"], "Adding.");
  assert.equal(out.trajectory["observation_0"], "3");
  assert.deepEqual(requests[0]!.tools!.map(({ name }) => name), [
    "add",
    "fail",
    "now",
    "long",
    "finish",
  ]);
  // Thinking and tools together may leave nothing: that is a parse failure, and fields are tried.
  const empty = await play([{ text: "" }, step("finish"), ANSWER], { native: true });
  assert.equal(empty.out.answer, 3);
  assert.deepEqual(empty.steps.map(({ adapter }) => adapter), ["tools", "chat", "chat"]);
});

Deno.test("react() refuses names that do not work", () => {
  for (const name of ["finish", "a b", ""]) {
    assert.throws(() => react("a -> b", [{ ...add, name }]), /no tool can be named/);
  }
  assert.throws(() => react("a -> b", [add, add]), /it is taken/);
  assert.throws(() => react("trajectory -> b", []), /`trajectory` is what the agent keeps/);
});
