import assert from "node:assert/strict";
import { z } from "zod";
import { LMError } from "../../lm/lm_error.ts";
import { scriptedLM, type ScriptedReply } from "../../lm/scripted_lm.ts";
import type { LM, LMRequest } from "../../lm/types.ts";
import { defineTool, type Tool } from "../../tool.ts";
import { openTestSession } from "../_test_session.ts";
import { openConversation } from "../conversation/conversation.ts";
import type { ModelSetup } from "./ask_model.ts";

const USAGE = { inputTokens: 60, outputTokens: 40, cachedTokens: 0, requests: 1 };

function tool(name: string, more: Partial<Tool> = {}): Tool {
  return defineTool({
    name,
    summary: `does ${name}`,
    input: z.object({ of: z.string().optional(), command: z.array(z.string()).optional() }),
    effect: "read",
    needs: () => ({}),
    run: () => Promise.resolve({ ok: true, data: {}, text: `${name} done` }),
    ...more,
  });
}

const call = (name: string, args: unknown = {}, id = "c1"): ScriptedReply => ({
  toolCalls: [{ id, name, arguments: JSON.stringify(args) }],
  usage: USAGE,
});

const say = (text: string): ScriptedReply => ({ text, usage: USAGE });

function recording(replies: readonly ScriptedReply[] | ((request: LMRequest) => ScriptedReply)) {
  const requests: LMRequest[] = [];
  const lm = scriptedLM((request, n) => {
    requests.push(request);
    if (typeof replies === "function") return replies(request);
    return replies[n] ?? new LMError("refused", "the script is at its end");
  });
  return { lm, requests };
}

function model(lm: LM, more: Partial<ModelSetup> = {}): { model: ModelSetup; approval: "auto" } {
  const toolset = { look: [], change: [] };
  return {
    approval: "auto",
    model: { open: () => Promise.resolve(lm), toolset, window: 100_000, ...more },
  };
}

const change = tool("change", { effect: "write" });

Deno.test("ask() keeps what was done when a limit or Ctrl-C ends the run behind it", async () => {
  const stop = new AbortController();
  for (const how of ["tokens", "abort"] as const) {
    const { lm, requests } = recording([call("change"), say("on again")]);
    const changing = tool("change", {
      effect: "write",
      run: () => {
        if (how === "abort") stop.abort();
        return Promise.resolve({ ok: true, data: {}, text: "changed a.ts" });
      },
    });
    const budget = how === "tokens" ? { tokens: 100 } : {};
    await using at = await openTestSession([changing], model(lm, { budget }));
    const end = await at.session.ask("go", how === "abort" ? { signal: stop.signal } : {});
    assert.equal(end.stop, how === "tokens" ? "limit:tokens" : "aborted");
    await at.session.ask("go on");
    assert.equal(requests[1]!.messages.at(-2)!.content, "changed a.ts");
  }
});

Deno.test("ask() has one budget for all rounds of --verify and for the schema's answer", async () => {
  const exec = tool("exec", {
    effect: "execute",
    run: () => Promise.resolve({ ok: false, data: {}, text: "fails" }),
  });
  const looping = recording(({ messages }) =>
    messages.at(-1)!.role === "user" ? call("change", {}, `${messages.length}`) : say("changed")
  );
  await using at = await openTestSession(
    [change, exec],
    model(looping.lm, { budget: { tokens: 350 } }),
  );
  const end = await at.session.ask("go", { verify: "make check" });
  assert.equal(end.stop, "limit:tokens");
  assert.equal(looping.requests.length, 4);

  const steps = recording(({ tools, messages }) =>
    tools === undefined ? say("so far") : call("change", {}, `${messages.length}`)
  );
  await using few = await openTestSession([change, exec], model(steps.lm, { maxSteps: 2 }));
  await few.session.ask("go", { verify: "make check" });
  assert.equal(steps.requests.filter(({ tools }) => tools !== undefined).length, 2);

  const formed = recording([say("three"), say('{"n": 3}')]);
  await using over = await openTestSession([], model(formed.lm, { budget: { tokens: 100 } }));
  const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
  assert.equal((await over.session.ask("how many?", { schema })).stop, "limit:tokens");
  assert.equal(formed.requests.length, 1);
  assert.match(over.data("limit")[0]!.text, /^Not put into the schema: limit:tokens \(100\)/);
});

Deno.test("ask() keeps the answer when the model fails while it is put into a schema", async () => {
  const { lm } = recording([say("There are three."), new LMError("server", "it broke")]);
  await using at = await openTestSession([
    tool("look", { propose: () => ({ input: {}, weight: 0.9, reason: "r" }) }),
  ], model(lm));
  const end = await at.session.ask("how many?", { schema: { type: "object" } });
  assert.equal(end.ok, false);
  assert.match(end.text, /^There are three\.\n\nNot put into the schema: it broke/);
  assert.deepEqual(at.data("tool.end"), []);
});

Deno.test("ask() keeps the request and the todo list, word for word, through every summary", async () => {
  let looked = 0;
  const requests: LMRequest[] = [];
  const lm = scriptedLM((request) => {
    requests.push(request);
    if (request.messages[0]!.content.startsWith("Summarize this work")) return "They read pages.";
    if (looked++ === 0) {
      return call("todo", { items: [{ text: "read page 40", done: false }] }, "t");
    }
    const text = `I look at page ${looked}. ${"It is long and I say so. ".repeat(16)}`;
    return looked > 90
      ? "read all"
      : { text, toolCalls: [{ id: `l${looked}`, name: "look", arguments: `{"of":"${looked}"}` }] };
  });
  const page = tool("look", {
    run: ({ of }: { of?: string }) =>
      Promise.resolve({ ok: true, data: {}, text: `page ${of} ` + "words and words ".repeat(12) }),
  });
  await using at = await openTestSession([page], model(lm, { window: 2_500 }));
  const end = await at.session.ask("read all pages but NEVER TOUCH b.txt");
  assert.equal(end.text, "read all");
  const summaries = at.data("compaction").filter(({ kind }) => kind === "summarized");
  assert.ok(summaries.length >= 2, `${summaries.length} summaries`);
  const last = JSON.stringify(requests.at(-1)!.messages);
  assert.match(last, /NEVER TOUCH b\.txt/);
  assert.match(last, /\[ \] read page 40/);
  assert.ok(at.data("usage").length > 40, "summaries are told as usage too");
});

Deno.test("ask() keeps the todo list when the conversation is shortened by hand", async () => {
  const { lm } = recording(({ messages }) => {
    if (messages[0]!.content.startsWith("Summarize this work")) return say("Goal: talk.");
    return messages.some(({ role }) => role === "tool") || messages.length > 4
      ? say("fine ".repeat(3_000))
      : call("todo", { items: [{ text: "call mother", done: false }] });
  });
  await using at = await openTestSession([], model(lm, { window: 20_000 }));
  await at.session.ask("hello");
  await at.session.ask("and then");
  await at.session.ask("", { act: "compact" });
  const [{ id } = { id: "" }] = at.data("conversation");
  const { path } = await openConversation(at.store, id);
  const summary = path.findLast(({ body }) => body.kind === "compaction")?.body;
  assert.match(summary?.kind === "compaction" ? summary.summary : "", /\[ \] call mother/);
});

Deno.test("ask() runs helpers that write one after the other, and leaves nothing of them behind", async () => {
  let running = 0;
  let most = 0;
  const slow = tool("change", {
    effect: "write",
    run: async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      return { ok: true, data: {}, text: "changed" };
    },
  });
  const { lm } = recording(({ messages }) => {
    const asked = messages.at(-1)!;
    if (asked.content === "go") {
      const calls = ["a", "b"].map((id) => ({
        id,
        name: "agent",
        arguments: JSON.stringify({ task: `task ${id}`, writes: true }),
      }));
      return { toolCalls: calls, usage: USAGE };
    }
    if (asked.content.startsWith("task")) return call("change");
    return say("done");
  });
  await using at = await openTestSession([slow], model(lm));
  assert.equal((await at.session.ask("go")).ok, true);
  assert.equal(most, 1);
  assert.deepEqual(
    (await at.store.list("todo:")).length + (await at.store.list("output:")).length,
    0,
  );
});

Deno.test("ask() refuses a helper that the policy denies", async () => {
  const { lm, requests } = recording([call("agent", { task: "t" }), say("alone then")]);
  await using at = await openTestSession([], { ...model(lm), policy: { deny_tools: ["agent"] } });
  await at.session.ask("go");
  assert.match(requests[1]!.messages.at(-1)!.content, /agent refused: .*policy\.deny_tools/);
});

Deno.test("ask() goes on in objects when it turns out that the server takes no tools", async () => {
  const can = { schema: true, tools: true, stream: true, think: false };
  const script = recording([
    say('{"thought": "", "tool": "finish", "args": {}, "answer": "hello"}'),
  ]);
  const lm: LM = {
    ...script.lm,
    can,
    call: (request) => {
      if (request.tools === undefined) return script.lm.call(request);
      can.tools = false;
      return Promise.reject(new LMError("refused", "does not support tools", { status: 400 }));
    },
  };
  await using at = await openTestSession([tool("look")], model(lm));
  const end = await at.session.ask("hi");
  assert.deepEqual([end.ok, end.text], [true, "hello"]);
});

Deno.test("ask() is not ok when every change was refused, whatever the model says", async () => {
  const end = async (
    calls: readonly string[],
    setup: Parameters<typeof openTestSession>[1] = {},
  ) => {
    const replies = [...calls.map((name, i) => call(name, {}, `c${i}`)), say("Done.")];
    const tools = [
      tool("look"),
      change,
      tool("broken", { effect: "write", run: () => Promise.reject(new Error("no")) }),
      tool("outside", { effect: "write", needs: () => ({ write: ["../x"] }) }),
    ];
    await using at = await openTestSession(tools, {
      ...model(recording(replies).lm),
      approval: undefined,
      ...setup,
    });
    const { stop, ok, text } = await at.session.ask("go");
    assert.equal(text, "Done.");
    const told = at.data("notice").map(({ text }) => text).join();
    return `${stop} ${ok} ${told}`.trimEnd();
  };
  const refused = "permission false nothing was changed: every change was refused";
  const way = ": --approval edit lets changes of files run";
  assert.equal(await end(["look"]), "done true");
  assert.equal(await end(["look", "change"]), `${refused} [approval.unset.write]${way}`);
  assert.equal(await end(["change", "look", "change"]), `${refused} [approval.unset.write]${way}`);
  assert.equal(
    await end(["change"], { interactive: true }),
    `${refused} [approval.unset.write]${way}`,
  );
  assert.equal(await end(["outside"], { approval: "auto" }), `${refused} [path.outside]`);
  assert.equal(await end(["broken", "outside"], { approval: "auto" }), `${refused} [path.outside]`);
  // What was done counts, and so does what could not be done for another reason.
  assert.equal(await end(["outside", "change"], { approval: "auto" }), "done true");
  assert.equal(await end(["broken"], { approval: "auto" }), "done true");
  // To plan is what was asked for.
  assert.equal(await end(["change"], { approval: "plan" }), "done true");
});

Deno.test("ask() wanted no change that only a helper tried which was told to read", async () => {
  const { lm } = recording([
    call("agent", { task: "look around" }, "a"),
    call("change"),
    say("I may only read."),
    say("All is well."),
  ]);
  await using at = await openTestSession([tool("look"), change], model(lm));
  const { ok, stop } = await at.session.ask("is all well?");
  assert.deepEqual([ok, stop], [true, "done"]);
});
