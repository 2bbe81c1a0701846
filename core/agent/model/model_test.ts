import assert from "node:assert/strict";
import { z } from "zod";
import { estimateTokens } from "../../lm/estimate_tokens.ts";
import { LMError } from "../../lm/lm_error.ts";
import { scriptedLM, type ScriptedReply } from "../../lm/scripted_lm.ts";
import type { LM, LMRequest } from "../../lm/types.ts";
import { defineTool, type Tool } from "../../tool.ts";
import { openTestSession } from "../_test_session.ts";
import { openConversation } from "../conversation/conversation.ts";
import { listConversations } from "../conversation/manage.ts";
import type { ModelSetup } from "./ask_model.ts";
import { reserveOf, tokensOf } from "./compact.ts";

function tool(name: string, more: Partial<Tool> = {}): Tool {
  return defineTool({
    name,
    summary: `does ${name}`,
    input: z.object({ of: z.string().optional() }),
    effect: "read",
    needs: () => ({}),
    run: ({ of }: { of?: string }) =>
      Promise.resolve({ ok: true, data: {}, text: `${name} of ${of ?? "nothing"}` }),
    ...more,
  });
}

const call = (name: string, args: unknown = {}, id = "c1"): ScriptedReply => ({
  toolCalls: [{ id, name, arguments: typeof args === "string" ? args : JSON.stringify(args) }],
});

/** A model that keeps what it was asked. */
function recording(replies: readonly ScriptedReply[], can: Partial<LM["can"]> = {}) {
  const requests: LMRequest[] = [];
  const lm = scriptedLM((request, n) => {
    requests.push(request);
    return replies[n] ?? new LMError("refused", "the script is at its end");
  }, { can });
  return { lm, requests };
}

function model(lm: LM, more: Partial<ModelSetup> = {}): { model: ModelSetup } {
  return {
    model: {
      open: () => Promise.resolve(lm),
      toolset: { look: ["of"], other: [] },
      window: 100_000,
      ...more,
    },
  };
}

Deno.test("ask() has the model call tools and gives them their results, in call order", async () => {
  const { lm, requests } = recording([
    {
      text: "I look.",
      toolCalls: [
        { id: "a", name: "look", arguments: '{"of":"x"}' },
        { id: "b", name: "other", arguments: "" },
      ],
    },
    "x is there.",
  ]);
  await using at = await openTestSession([tool("look"), tool("other")], model(lm));
  const end = await at.session.ask("where is x?");
  assert.deepEqual([end.stop, end.ok, end.text], ["done", true, "x is there."]);
  assert.deepEqual(requests[0]!.messages.map(({ role }) => role), ["system", "user"]);
  assert.deepEqual(requests[1]!.messages.slice(2), [
    {
      role: "assistant",
      content: "I look.",
      toolCalls: [
        { id: "a", name: "look", arguments: '{"of":"x"}' },
        { id: "b", name: "other", arguments: "" },
      ],
    },
    { role: "tool", call: "a", name: "look", content: "look of x" },
    { role: "tool", call: "b", name: "other", content: "other of nothing" },
  ]);
});

Deno.test("ask() makes a result of every call that cannot be run", async () => {
  const { lm, requests } = recording([
    call("nothing_like_it"),
    call("look", '{"of": '),
    call("look", "[1]"),
    call("look", { of: 7 }),
    call("look", { __proto__: null, extra: 1 }),
    call("broken"),
    "I give up.",
  ]);
  const broken = tool("broken", { run: () => Promise.reject(new Error("it broke")) });
  await using at = await openTestSession([tool("look"), broken], model(lm));
  const end = await at.session.ask("try it");
  assert.equal(end.text, "I give up.");
  const told = requests.slice(1).map(({ messages }) => messages.at(-1)!.content);
  assert.match(told[0]!, /no tool called "nothing_like_it"/);
  assert.match(told[1]!, /arguments are no JSON/);
  assert.match(told[2]!, /no JSON object/);
  assert.match(told[3]!, /of/);
  assert.match(told[4]!, /no field "extra"/);
  assert.match(told[5]!, /it broke/);
});

Deno.test("ask() keeps ids of calls apart when the model gives the same again", async () => {
  const { lm, requests } = recording([
    { toolCalls: [call1("one"), call1("two")] },
    call("look", { of: "three" }, "same"),
    "done",
  ]);
  await using at = await openTestSession([tool("look")], model(lm));
  await at.session.ask("twice");
  const results = requests[2]!.messages.flatMap((message) =>
    message.role === "tool" ? [[message.call, message.content]] : []
  );
  assert.deepEqual(results, [
    ["same", "look of one"],
    ["same_2", "look of two"],
    ["same_3", "look of three"],
  ]);

  function call1(of: string) {
    return { id: "same", name: "look", arguments: JSON.stringify({ of }) };
  }
});

Deno.test("ask() goes on with its conversation, and with another one that is named", async () => {
  const { lm, requests } = recording(["one", "two", "three", "four"]);
  await using at = await openTestSession([], model(lm));
  await at.session.ask("first");
  await at.session.ask("second");
  const asked = (n: number) => requests[n]!.messages.slice(1).map(({ content }) => content);
  assert.deepEqual(asked(1), ["first", "one", "second"]);
  const [own] = at.data("conversation");
  const talk = await openConversation(at.store, own!.id);
  const fork = `${own!.id}@${talk.path[1]!.id}`;
  await at.session.ask("third", { conversation: { fork } });
  assert.deepEqual(asked(2), ["first", "one", "third"]);
  await at.session.ask("fourth", { conversation: { resume: own!.id } });
  assert.deepEqual(asked(3), ["first", "one", "second", "two", "fourth"]);
});

Deno.test("ask() answers without the model when its first request fails, and does not call it a success", async () => {
  const lm = scriptedLM([new LMError("network", "nobody there")]);
  await using at = await openTestSession([
    tool("look", { propose: () => ({ input: { of: "y" }, weight: 0.9, reason: "r" }) }),
  ], model(lm));
  const end = await at.session.ask("where is y?");
  assert.equal(end.ok, false);
  assert.match(at.data("notice")[0]!.text, /nobody there; answered without the model/);
  assert.deepEqual(at.data("tool.end").map(({ text }) => text), ["look of y"]);
});

Deno.test("ask() in plan mode offers nothing that writes or runs, and the gate refuses it", async () => {
  const { lm, requests } = recording([call("change"), "a plan"]);
  const tools = [
    tool("look"),
    tool("change", { effect: "write" }),
    tool("other", { effect: "execute" }),
  ];
  const toolset = { look: [], change: [], other: [] };
  await using at = await openTestSession(tools, { ...model(lm, { toolset }), approval: "plan" });
  await at.session.ask("change it");
  const offered = requests[0]!.tools!.map(({ name }) => name);
  assert.deepEqual(offered, ["find_tool", "look"]);
  assert.match(requests[1]!.messages.at(-1)!.content, /approval\.plan/);
});

Deno.test("ask() stops before a request when a budget is spent, and says how to raise it", async () => {
  const usage = { inputTokens: 60, outputTokens: 40, cachedTokens: 0, requests: 1, usd: 0.5 };
  const reply = { ...call("look") as object, usage };
  for (
    const [budget, stop, flag] of [
      [{ tokens: 150 }, "limit:tokens", "--max-tokens"],
      [{ usd: 0.8 }, "limit:cost", "--max-cost"],
    ] as const
  ) {
    const { lm, requests } = recording(Array.from({ length: 9 }, () => reply));
    await using at = await openTestSession([tool("look")], model(lm, { budget }));
    const end = await at.session.ask("go on");
    assert.equal(end.stop, stop);
    assert.match(end.text, new RegExp(flag));
    assert.equal(requests.length, 2);
  }
});

Deno.test("ask() lets the model report in a last turn without tools when the steps are used up", async () => {
  const { lm, requests } = recording([
    call("look", { of: "1" }),
    call("look", { of: "2" }),
    "so far",
  ]);
  await using at = await openTestSession([tool("look")], model(lm, { maxSteps: 2 }));
  const end = await at.session.ask("go on");
  assert.equal(end.text, "so far");
  assert.equal(requests[2]!.tools, undefined);
  assert.match(requests[2]!.messages.at(-1)!.content, /last turn/);
});

Deno.test("ask() tells a model that goes round in circles, then stops it", async () => {
  const { lm, requests } = recording(Array.from({ length: 20 }, () => call("look", { of: "x" })));
  await using at = await openTestSession([tool("look")], model(lm));
  const end = await at.session.ask("go on");
  assert.equal(end.stop, "limit:loop");
  assert.equal(requests.length, 5);
  assert.match(requests[3]!.messages.at(-1)!.content, /3 times: change the approach/);
});

Deno.test("ask() asks a model without tool calls for an object, repairs once, and takes text for the answer", async () => {
  const { lm, requests } = recording([
    'Sure! ```json\n{"thought": "I look", "tool": "look", "args": {"of": "x"}, "answer": ""}\n```',
    "no object here",
    '{"thought": "", "tool": "finish", "args": {}, "answer": "x is there"}',
  ], { tools: false });
  await using at = await openTestSession([tool("look")], model(lm));
  const end = await at.session.ask("where is x?");
  assert.equal(end.text, "x is there");
  assert.equal(requests[0]!.tools, undefined);
  assert.match(requests[0]!.messages[0]!.content, /- look: does look\. args: of/);
  assert.deepEqual(
    (requests[0]!.schema as { properties: { tool: { enum: string[] } } }).properties.tool.enum,
    ["find_tool", "look", "finish"],
  );
  assert.equal(requests[1]!.messages.at(-1)!.content, "Result of look:\nlook of x");
  assert.match(requests[2]!.messages.at(-1)!.content, /no JSON object/);
  assert.equal(at.data("notice").length, 1);
});

Deno.test("ask() cuts a large result, and output reads the rest of it", async () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i + 1}`).join("\n");
  const { lm, requests } = recording([
    call("look", {}, "big"),
    call("output", { call: "big", start: 4_999 }, "o1"),
    call("output", { call: "big", grep: "line 4321" }, "o2"),
    "done",
  ]);
  const look = tool("look", { run: () => Promise.resolve({ ok: true, data: {}, text: lines }) });
  await using at = await openTestSession([look], model(lm));
  await at.session.ask("look at it");
  const shown = requests[1]!.messages.at(-1)!.content;
  assert.ok(shown.length < 40_000, `${shown.length}`);
  assert.match(shown, /^line 1\n/);
  assert.match(shown, /5000 lines, \d+ bytes in all, cut.*output \{"call":"big"/);
  assert.ok(!requests[0]!.tools!.some(({ name }) => name === "output"));
  assert.ok(requests[1]!.tools!.some(({ name }) => name === "output"));
  assert.equal(requests[2]!.messages.at(-1)!.content, "4999: line 4999\n5000: line 5000");
  assert.equal(requests[3]!.messages.at(-1)!.content, "4321: line 4321");
});

Deno.test("ask() works through a small window: it summarizes, keeps the todo list, and goes on", async () => {
  const page = (n: number) => `page ${n} ` + "words and more words ".repeat(60);
  let looked = 0;
  const requests: LMRequest[] = [];
  const lm = scriptedLM((request) => {
    requests.push(request);
    const summarizing = request.messages[0]!.content.startsWith("Summarize this work");
    if (summarizing) return "Goal: read it all. Done: some pages.";
    if (looked === 0 && !request.messages.some(({ role }) => role === "tool")) {
      return call("todo", { items: [{ text: "read every page", done: false }] }, "t");
    }
    looked++;
    return looked > 12 ? "read all" : call("look", { of: `${looked}` }, `l${looked}`);
  });
  const look = tool("look", {
    run: ({ of }: { of?: string }) =>
      Promise.resolve({ ok: true, data: {}, text: page(Number(of)) }),
  });
  await using at = await openTestSession([look], model(lm, { window: 2_500 }));
  const end = await at.session.ask("read every page");
  assert.equal(end.text, "read all");
  const kinds = at.data("compaction").map(({ kind }) => kind);
  assert.ok(kinds.includes("summarized") || kinds.includes("pruned"), `${kinds}`);
  const biggest = Math.max(
    ...requests.map(({ messages, tools = [] }) =>
      tokensOf(messages) + estimateTokens(JSON.stringify(tools))
    ),
  );
  assert.ok(biggest <= 2_500 - reserveOf(2_500), `${biggest} tokens`);
  if (kinds.includes("summarized")) {
    const after = requests.findLast(({ messages }) => messages[1]?.content.startsWith("Summary"));
    assert.match(after!.messages[1]!.content, /\[ \] read every page/);
  }
});

Deno.test("ask() refuses a window that prompt and tools would fill, with one sentence", async () => {
  const { lm, requests } = recording(["never"]);
  await using at = await openTestSession([tool("look")], model(lm, { window: 300 }));
  const end = await at.session.ask("hello");
  assert.equal(end.ok, false);
  assert.match(end.text, /take \d+ tokens of a window of 300.*larger window/);
  assert.equal(requests.length, 0);
});

Deno.test("ask() hears what is said meanwhile before the next turn, and skips calls that have not begun", async () => {
  const said: string[] = [];
  const inbox = { waiting: () => said.length > 0, take: () => said.splice(0) };
  const { lm, requests } = recording([
    {
      toolCalls: [
        { id: "1", name: "change", arguments: "{}" },
        { id: "2", name: "change", arguments: "{}" },
      ],
    },
    "as you say",
  ]);
  let ran = 0;
  const change = tool("change", {
    effect: "write",
    run: () => {
      ran++;
      said.push("stop that");
      return Promise.resolve({ ok: true, data: {}, text: "changed" });
    },
  });
  await using at = await openTestSession([change], { ...model(lm), approval: "auto" });
  await at.session.ask("go", { inbox });
  assert.equal(ran, 1);
  assert.deepEqual(requests[1]!.messages.slice(-3).map(({ content }) => content), [
    "changed",
    "Skipped due to queued user message.",
    "stop that",
  ]);
});

Deno.test("ask() leaves a conversation that can be resumed when it is stopped in the middle", async () => {
  const abort = new AbortController();
  const { lm, requests } = recording([call("look", {}, "cut"), "on again"]);
  const look = tool("look", {
    run: () => {
      abort.abort();
      return Promise.reject(new Error("stopped"));
    },
  });
  await using at = await openTestSession([look], model(lm));
  assert.equal((await at.session.ask("go", { signal: abort.signal })).stop, "aborted");
  assert.equal((await at.session.ask("go on")).text, "on again");
  const messages = requests[1]!.messages.slice(2);
  assert.deepEqual(messages.map(({ role }) => role), ["assistant", "tool", "user"]);
  assert.match(messages[1]!.content, /stopped/);
});

Deno.test("ask() stops a model that chants", async () => {
  const lm: LM = {
    ...scriptedLM([]),
    call: ({ onDelta, signal }) =>
      new Promise((_, reject) => {
        signal!.addEventListener("abort", () => reject(new LMError("aborted", "stopped")));
        for (let i = 0; i < 100; i++) {
          onDelta!({ text: "the same thing over and over, and then again the very " });
        }
      }),
  };
  await using at = await openTestSession([], model(lm));
  const end = await at.session.ask("say something");
  assert.equal(end.ok, false);
  assert.match(end.text, /repeated itself/);
  const [info] = await listConversations(at.store);
  const { path } = await openConversation(at.store, info!.id);
  const said = path.at(-1)!.body;
  assert.match(said.kind === "assistant" ? said.text : "", /^the same thing over/);
});

Deno.test("ask() finds more tools by words, and offers them from then on", async () => {
  const { lm, requests } = recording([
    call("find_tool", { query: "paint the fence" }, "f1"),
    call("find_tool", { query: "zzz" }, "f2"),
    "done",
  ]);
  const paint = tool("paint", { summary: "puts colour on a fence" });
  await using at = await openTestSession([tool("look"), paint], model(lm));
  await at.session.ask("make it red");
  assert.deepEqual(requests[0]!.tools!.map(({ name }) => name), ["find_tool", "look"]);
  assert.deepEqual(requests[1]!.tools!.map(({ name }) => name), ["find_tool", "look", "paint"]);
  assert.match(
    requests[2]!.messages.at(-1)!.content,
    /no tool for "zzz"; there are todo, output, agent/,
  );
});

Deno.test("ask() gives a helper agent less than its parent has, and counts what it takes", async () => {
  const usage = { inputTokens: 10, outputTokens: 5, cachedTokens: 0, requests: 1 };
  const requests: LMRequest[] = [];
  const lm = scriptedLM((request) => {
    requests.push(request);
    const asked = request.messages.at(-1)!;
    if (asked.content === "count the files") return { ...call("change") as object, usage };
    if (asked.content.includes("agent.tools")) return { text: "I may not", usage };
    if (asked.content === "I may not") return { text: "it may not", usage };
    return { ...call("agent", { task: "count the files" }, "h") as object, usage };
  });
  let changed = 0;
  const change = tool("change", {
    effect: "write",
    run: () => Promise.resolve({ ok: true, data: {}, text: `${++changed}` }),
  });
  await using at = await openTestSession([tool("look"), change], {
    ...model(lm, { toolset: { look: [], change: [] } }),
    approval: "auto",
  });
  const end = await at.session.ask("have it counted");
  assert.equal(end.text, "it may not");
  assert.equal(changed, 0);
  assert.deepEqual(requests[1]!.tools!.map(({ name }) => name), ["find_tool", "look"]);
  assert.equal(requests[1]!.messages.length, 2);
  const [own] = at.data("conversation");
  const { info } = await openConversation(at.store, own!.id);
  assert.equal(info.usage.requests, 4);
});

Deno.test("ask() stops a helper by its parent's budget", async () => {
  const usage = { inputTokens: 100, outputTokens: 0, cachedTokens: 0, requests: 1 };
  let asked = 0;
  const lm = scriptedLM(() => {
    asked++;
    const next = asked === 1 ? call("agent", { task: "t" }) : call("look", { of: `${asked}` });
    return { ...next as object, usage };
  });
  await using at = await openTestSession([tool("look")], model(lm, { budget: { tokens: 450 } }));
  const end = await at.session.ask("go");
  assert.equal(end.stop, "limit:tokens");
  assert.equal(asked, 5);
});

Deno.test("ask() puts the answer into the form of a schema, with one repair", async () => {
  const schema = {
    type: "object",
    properties: { files: { type: "integer" } },
    required: ["files"],
  };
  for (
    const [replies, ok, text] of [
      [['{"files": 3}'], true, '{"files":3}'],
      [["three", '```json\n{"files": 3}\n```'], true, '{"files":3}'],
      [['{"files": "x"}', '{"files": "y"}'], false, /does not fit the schema: files/],
    ] as const
  ) {
    const { lm, requests } = recording(["There are three files.", ...replies]);
    await using at = await openTestSession([], model(lm));
    const end = await at.session.ask("how many files?", { schema });
    assert.equal(end.ok, ok);
    if (typeof text === "string") assert.equal(end.text, text);
    else assert.match(end.text, text);
    assert.deepEqual(requests[1]!.schema, schema);
  }
});

Deno.test("ask() runs a command after changes, and tells the model while it fails", async () => {
  let fails = 1;
  const exec = tool("exec", {
    input: z.object({ command: z.array(z.string()) }),
    effect: "execute",
    run: ({ command }) =>
      Promise.resolve(
        fails-- > 0
          ? { ok: false, data: {}, text: `${command}: 2 is not 3` }
          : { ok: true, data: {}, text: "fine" },
      ),
  });
  const { lm, requests } = recording([
    call("change"),
    "changed",
    call("change", {}, "c2"),
    "mended",
  ]);
  await using at = await openTestSession([tool("change", { effect: "write" }), exec], {
    ...model(lm),
    approval: "auto",
  });
  const end = await at.session.ask("change it", { verify: "make check" });
  assert.match(end.text, /^mended\n\nVerified: make check$/);
  assert.match(requests[2]!.messages.at(-1)!.content, /make check fails.*\nmake check: 2 is not 3/);
});

Deno.test("ask() fills in commands of the workspace and files that are named with @", async () => {
  const { lm, requests } = recording(["one", "two", "three"]);
  await using at = await openTestSession([], model(lm));
  await Deno.mkdir(`${at.root}/.agents/commands`, { recursive: true });
  await Deno.writeTextFile(
    `${at.root}/.agents/commands/review.md`,
    "---\ndescription: looks\n---\nReview $1 as $ARGUMENTS says: @notes.txt",
  );
  await Deno.writeTextFile(`${at.root}/notes.txt`, "be kind");
  await Deno.writeTextFile(`${at.root}/.env`, "SECRET=1");
  await at.session.ask("/review src carefully");
  assert.equal(
    requests[0]!.messages.at(-1)!.content,
    "Review src as src carefully says: @notes.txt\n\nFile notes.txt:\nbe kind",
  );
  assert.match((await at.session.ask("/nothing")).text, /no command \/nothing/);
  assert.equal((await at.session.ask("read @.env for me")).ok, false);
  assert.equal(requests.length, 1);
  await at.session.ask("mail me@example.org and @nobody");
  assert.equal(requests[1]!.messages.at(-1)!.content, "mail me@example.org and @nobody");
});

Deno.test("ask() tells the names of skills, AGENTS.md cut to size, and nothing of our own state", async () => {
  const { lm, requests } = recording(["fine"]);
  const warnings: string[] = [];
  await using at = await openTestSession([], model(lm, { window: 4_096 }));
  await Deno.mkdir(`${at.root}/.agents/skills/release`, { recursive: true });
  await Deno.mkdir(`${at.root}/.dspy`, { recursive: true });
  await Deno.writeTextFile(
    `${at.root}/.agents/skills/release/SKILL.md`,
    "---\nname: release\ndescription: how to release\n---\nLong text",
  );
  await Deno.writeTextFile(`${at.root}/AGENTS.md`, "Use tabs.\n" + "x".repeat(100_000));
  await at.session.ask("hello");
  const system = requests[0]!.messages[0]!.content;
  assert.match(system, /- release: how to release/);
  assert.doesNotMatch(system, /Long text|\.dspy\//);
  assert.match(system, /Use tabs\./);
  assert.ok(system.length < 5_000, `${system.length}`);
  warnings.push(...at.data("notice").map(({ text }) => text));
  assert.match(warnings[0]!, /AGENTS\.md: only the first \d+ of 100010 bytes/);
});

Deno.test("ask() says what fills the window, and shortens the conversation by hand", async () => {
  const { lm, requests } = recording(["one", "Goal: talk."]);
  await using at = await openTestSession([], model(lm, { window: 4_096 }));
  await at.session.ask("tell me ".repeat(600));
  const report = await at.session.ask("", { act: "context" });
  assert.match(report.text, /^about \d+ of 4096 tokens\nprompt and instructions/);
  await at.session.ask("the names", { act: "compact" });
  assert.match(requests[1]!.messages[0]!.content, /Above all: the names/);
});

Deno.test("output reads on in a line that is longer than any result", async () => {
  const { lm, requests } = recording([
    call("look", {}, "big"),
    call("output", { call: "big", grep: "NEEDLE" }, "o1"),
    call("output", { call: "big", char: 199_990 }, "o2"),
    "done",
  ]);
  const text = `${"x".repeat(150_000)}NEEDLE${"y".repeat(49_994)}`;
  const look = tool("look", { run: () => Promise.resolve({ ok: true, data: {}, text }) });
  await using at = await openTestSession([look], model(lm));
  await at.session.ask("look at it");
  assert.match(requests[2]!.messages.at(-1)!.content, /^character \d+: …x+NEEDLEy+…$/);
  assert.equal(requests[3]!.messages.at(-1)!.content, "yyyyyyyyyy");
});
