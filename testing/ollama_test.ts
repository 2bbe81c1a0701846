import assert from "node:assert/strict";
import { Ollama } from "ollama";
import { serveScripted } from "./serve_scripted.ts";

const messages = [{ role: "user", content: "what is in note.txt?" }];
const base = { model: "scripted", messages };
const tools = [{
  type: "function",
  function: { name: "cat", description: "", parameters: { type: "object" } },
}];

Deno.test("serveScripted() answers Ollama's client with text, calls and counts", async () => {
  const args = { file: "note.txt", deep: { list: [1, "two"] } };
  await using model = await serveScripted({
    turns: [
      { say: "hello", usage: { input: 7, output: 2 } },
      { calls: [{ tool: "cat", args }, { tool: "ls" }] },
      { expect: { lastResult: "tea" }, say: "cut sh", finish: "length" },
    ],
  });
  const ollama = new Ollama({ host: model.host });
  const first = await ollama.chat(base);
  assert.equal(first.message.content, "hello");
  assert.deepEqual([first.prompt_eval_count, first.eval_count, first.done], [7, 2, true]);
  const second = await ollama.chat({ ...base, tools });
  assert.deepEqual(second.message.tool_calls?.map((call) => call.function.name), ["cat", "ls"]);
  assert.deepEqual(second.message.tool_calls?.[0]?.function.arguments, args);
  const third = await ollama.chat({
    ...base,
    messages: [...messages, second.message, { role: "tool", content: "tea", tool_name: "cat" }],
  });
  assert.equal(third.done_reason, "length");
  assert.deepEqual([model.problems, model.done], [[], true]);
});

Deno.test("serveScripted() streams to Ollama's client, torn anywhere by packets", async () => {
  const turn = { think: "hm, π", say: "naïve \u{1f980}", calls: [{ tool: "cat" }], split: 2 };
  for (const packet of [undefined, 1, 5]) {
    await using model = await serveScripted({
      capabilities: ["tools", "thinking"],
      turns: [{ ...turn, ...packet !== undefined && { packet } }],
    });
    const parts = await new Ollama({ host: model.host }).chat({ ...base, stream: true });
    const seen = { text: "", thinking: "", calls: 0, parts: 0, done: false };
    for await (const { message, done } of parts) {
      seen.text += message.content;
      seen.thinking += message.thinking ?? "";
      seen.calls += message.tool_calls?.length ?? 0;
      seen.parts++;
      seen.done = done;
    }
    assert.deepEqual(seen, {
      text: turn.say,
      thinking: turn.think,
      calls: 1,
      parts: 9,
      done: true,
    });
  }
});

Deno.test("serveScripted() thinks only where the model can and the request lets it", async () => {
  const turns = [{ think: "hm", say: "hello", repeat: 2 }];
  await using able = await serveScripted({ capabilities: ["thinking"], turns });
  const ollama = new Ollama({ host: able.host });
  assert.equal((await ollama.chat({ ...base, think: true })).message.thinking, "hm");
  assert.equal((await ollama.chat({ ...base, think: false })).message.thinking, undefined);
  await assert.rejects(ollama.chat({ ...base, tools }), /does not support tools/);
  await using unable = await serveScripted({ turns });
  const other = new Ollama({ host: unable.host });
  await assert.rejects(other.chat({ ...base, think: true }), /does not support thinking/);
});

Deno.test("serveScripted() tells Ollama's client what the model can do", async () => {
  await using model = await serveScripted({
    model: "tiny",
    window: 4096,
    nominalWindow: 40_960,
    capabilities: ["tools", "thinking"],
    turns: [{ say: "x" }],
  });
  const ollama = new Ollama({ host: model.host });
  const shown = await ollama.show({ model: "tiny" });
  assert.match(shown.parameters, /^num_ctx +4096$/m);
  assert.deepEqual(shown.capabilities, ["completion", "tools", "thinking"]);
  const info = shown.model_info as unknown as Record<string, unknown>;
  assert.equal(info[`${info["general.architecture"]}.context_length`], 40_960);
  assert.deepEqual((await ollama.list()).models.map(({ name }) => name), ["tiny"]);
  assert.match((await ollama.version()).version, /^\d+\.\d+/);
  await assert.rejects(ollama.show({ model: "huge" }), /model 'huge' not found/);
});

Deno.test("serveScripted() counts what fits the window that Ollama serves", async () => {
  const turns = [{ say: "x", repeat: 3 }];
  await using model = await serveScripted({ window: 100, nominalWindow: 500, turns });
  const ollama = new Ollama({ host: model.host });
  const read = async (num_ctx?: number) => {
    const long = [{ role: "user", content: "x".repeat(4000) }];
    const options = num_ctx === undefined ? {} : { options: { num_ctx } };
    return (await ollama.chat({ ...base, messages: long, ...options })).prompt_eval_count;
  };
  assert.deepEqual([await read(), await read(300), await read(9000)], [100, 300, 500]);
});

Deno.test("serveScripted() gives Ollama's client every fault", async () => {
  const say = "abcdef";
  const status = (code: number) => ({ fault: { status: code, headers: { "retry-after": "2" } } });
  await using model = await serveScripted({
    turns: [
      status(429),
      status(500),
      { say, split: 1, fault: { cut: 3 } },
      { say, fault: { delayMs: 120 } },
      { say, fault: { malformed: true } },
      { say, split: 1, fault: { malformed: true } },
      { say, fault: { empty: true } },
      { expect: { format: true }, say: "Sure! {" },
      { calls: [{ tool: "cat", rawArgs: '{"file": ' }] },
    ],
  });
  const ollama = new Ollama({ host: model.host });
  await assert.rejects(ollama.chat(base), { name: "ResponseError", status_code: 429 });
  await assert.rejects(ollama.chat(base), { name: "ResponseError", status_code: 500 });
  let text = "";
  const read = async () => {
    for await (const { message } of await ollama.chat({ ...base, stream: true })) {
      text += message.content;
    }
  };
  await assert.rejects(read());
  assert.equal(text, "abc");
  const started = performance.now();
  await read();
  assert.ok(performance.now() - started >= 110);
  await assert.rejects(ollama.chat(base), SyntaxError);
  text = "";
  await read();
  assert.equal(text, "abcef", "the client drops a broken line and goes on");
  assert.equal((await ollama.chat(base)).message.content, "");
  const format = { type: "object", properties: { a: { type: "string" } } };
  assert.equal((await ollama.chat({ ...base, format })).message.content, "Sure! {");
  await assert.rejects(ollama.chat(base), /error parsing tool call/);
  assert.deepEqual([model.problems, model.done], [[], true]);
});
