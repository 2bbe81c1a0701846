import assert from "node:assert/strict";
import OpenAI from "openai";
import type { ChatCompletionMessageToolCall } from "openai/resources/chat/completions";
import { serveScripted } from "./serve_scripted.ts";

const USER = [{ role: "user" as const, content: "what is in note.txt?" }];
const TOOLS = [{
  type: "function" as const,
  function: { name: "cat", parameters: { type: "object" } },
}];

function client(url: string, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL: url, apiKey: "secret-key", maxRetries });
}

function ask(ai: OpenAI) {
  return ai.chat.completions.create({ model: "scripted", messages: USER });
}

function stream(ai: OpenAI) {
  return ai.chat.completions.stream({
    model: "scripted",
    messages: USER,
    tools: TOOLS,
    stream_options: { include_usage: true },
  });
}

function functionsOf(calls: readonly ChatCompletionMessageToolCall[] = []) {
  return calls.flatMap((call) => "function" in call ? [call.function] : []);
}

Deno.test("serveScripted() answers OpenAI's client with text, calls and usage", async () => {
  await using model = await serveScripted({
    turns: [
      { say: "hello", usage: { input: 7, cached: 3, output: 2 } },
      { calls: [{ tool: "cat", args: { file: "note.txt" } }] },
      { say: "cut sh", finish: "length" },
    ],
  });
  const ai = client(model.url);
  const { choices: [first], usage } = await ask(ai);
  assert.equal(first?.message.content, "hello");
  assert.equal(first?.finish_reason, "stop");
  assert.deepEqual([usage?.prompt_tokens, usage?.completion_tokens], [7, 2]);
  assert.equal(usage?.prompt_tokens_details?.cached_tokens, 3);
  const { choices: [second] } = await ask(ai);
  assert.equal(second?.message.content, null);
  assert.equal(second?.finish_reason, "tool_calls");
  const [call] = functionsOf(second?.message.tool_calls);
  assert.deepEqual(JSON.parse(call!.arguments), { file: "note.txt" });
  assert.equal((await ask(ai)).choices[0]?.finish_reason, "length");
  assert.equal(model.done, true);
});

Deno.test("serveScripted() streams text and calls in pieces, torn anywhere by packets", async () => {
  const text = "naïve \u{1f980} text";
  const args = { file: "note.txt", note: "π" };
  const calls = [{ tool: "cat", args }, { tool: "ls", args: {} }];
  for (const packet of [undefined, 1, 7]) {
    await using model = await serveScripted({
      turns: [{ say: text, calls, split: 3, ...packet !== undefined && { packet } }],
    });
    const run = stream(client(model.url));
    const pieces: string[] = [];
    let argumentPieces = 0;
    run.on("content", (delta) => pieces.push(delta));
    run.on("tool_calls.function.arguments.delta", () => argumentPieces++);
    const { choices: [choice], usage } = await run.finalChatCompletion();
    assert.equal(pieces.join(""), text);
    assert.ok(pieces.length >= 4, `${pieces.length} pieces`);
    assert.ok(argumentPieces >= 8, `${argumentPieces} pieces of arguments`);
    const made = functionsOf(choice?.message.tool_calls);
    assert.deepEqual(made.map(({ name }) => name), ["cat", "ls"]);
    assert.deepEqual(made.map(({ arguments: json }) => JSON.parse(json)), [args, {}]);
    assert.equal(choice?.finish_reason, "tool_calls");
    assert.ok(usage!.completion_tokens > 0);
  }
});

Deno.test("serveScripted() streams thinking beside the text", async () => {
  await using model = await serveScripted({
    turns: [{ think: "hm, a file", say: "hello", split: 4 }],
  });
  const events = await client(model.url).chat.completions.create({
    model: "scripted",
    messages: USER,
    stream: true,
  });
  let thinking = "";
  let last;
  for await (last of events) {
    const delta = last.choices[0]?.delta as { reasoning_content?: string } | undefined;
    thinking += delta?.reasoning_content ?? "";
  }
  assert.equal(thinking, "hm, a file");
  assert.equal(last?.usage ?? undefined, undefined, "usage is only sent when it is asked for");
});

Deno.test("serveScripted() answers 429 with Retry-After, and OpenAI's client comes again", async () => {
  const busy = { fault: { status: 429, headers: { "retry-after-ms": "30", "Retry-After": 1 } } };
  await using model = await serveScripted({ turns: [busy, { say: "at last" }, busy] });
  assert.equal((await ask(client(model.url, 1))).choices[0]?.message.content, "at last");
  await assert.rejects(ask(client(model.url)), (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.headers.get("retry-after"), "1");
    return true;
  });
  assert.deepEqual(model.requests.map(({ status }) => status), [429, 200, 429]);
});

Deno.test("serveScripted() answers 500 with the body that the scenario gives", async () => {
  const turns = [
    { fault: { status: 500, body: { error: { message: "out of memory" } } } },
    { fault: { status: 502, body: "<html>bad gateway</html>" } },
  ];
  await using model = await serveScripted({ turns });
  await assert.rejects(ask(client(model.url)), /500 out of memory/);
  await assert.rejects(ask(client(model.url)), /502 <html>bad gateway/);
});

Deno.test("serveScripted() cuts a stream after some chunks, torn or clean", async () => {
  const torn = { say: "abcdef", split: 1, fault: { cut: 3 } };
  const clean = { ...torn, fault: { cut: 3, clean: true } };
  await using model = await serveScripted({
    turns: [torn, clean, { say: "x", fault: { cut: 1 } }],
  });
  const ai = client(model.url);
  let text = "";
  const read = async () => {
    const events = await ai.chat.completions.create({
      model: "scripted",
      messages: USER,
      stream: true,
    });
    for await (const { choices } of events) text += choices[0]?.delta.content ?? "";
  };
  await assert.rejects(read(), /error reading a body|error decoding|connection/i);
  assert.equal(text, "ab");
  await read();
  assert.equal(text, "abab");
  await assert.rejects(ask(ai), "a body without a stream is cut, too");
  assert.deepEqual(model.requests.map(({ end }) => end), ["cut", "cut", "cut"]);
});

Deno.test("serveScripted() holds back the first token", async () => {
  const slow = { say: "late", fault: { delayMs: 150 } };
  await using model = await serveScripted({ turns: [slow, slow, slow] });
  const ai = client(model.url);
  const started = performance.now();
  assert.equal((await stream(ai).finalMessage()).content, "late");
  assert.ok(performance.now() - started >= 140);
  await ask(ai);
  assert.ok(performance.now() - started >= 290);
  const impatient = new OpenAI({ baseURL: model.url, apiKey: "-", maxRetries: 0, timeout: 30 });
  await assert.rejects(ask(impatient), OpenAI.APIConnectionTimeoutError);
});

Deno.test("serveScripted() breaks JSON", async () => {
  const turns = [
    { say: "hello", fault: { malformed: true } },
    { say: "hello", fault: { malformed: true } },
    { fault: { malformed: "<html>sign in</html>" } },
  ];
  await using model = await serveScripted({ turns });
  const ai = client(model.url);
  await assert.rejects(ask(ai), SyntaxError);
  await assert.rejects(stream(ai).finalMessage(), /JSON/);
  await assert.rejects(ask(ai), SyntaxError);
});

Deno.test("serveScripted() sends broken arguments, empty replies, and what breaks a schema", async () => {
  const turns = [
    { calls: [{ tool: "cat", rawArgs: '{"file": "no' }] },
    { say: "not seen", fault: { empty: true } },
    { expect: { format: true }, say: "Sure! Here it is: {" },
  ];
  await using model = await serveScripted({ turns });
  const ai = client(model.url);
  const [call] = functionsOf((await ask(ai)).choices[0]?.message.tool_calls);
  assert.equal(call?.arguments, '{"file": "no');
  const empty = await ask(ai);
  assert.equal(empty.choices[0]?.message.content, "");
  assert.equal(empty.choices[0]?.finish_reason, "stop");
  const loose = await ai.chat.completions.create({
    model: "scripted",
    messages: USER,
    response_format: { type: "json_schema", json_schema: { name: "a", schema: {} } },
  });
  assert.equal(loose.choices[0]?.message.content, "Sure! Here it is: {");
  assert.deepEqual(model.problems, []);
});

Deno.test("serveScripted() lists its model and knows no other", async () => {
  await using model = await serveScripted({ model: "tiny", turns: [{ say: "x" }] });
  const ai = client(model.url);
  assert.deepEqual((await ai.models.list()).data.map(({ id }) => id), ["tiny"]);
  assert.equal((await ai.models.retrieve("tiny")).id, "tiny");
  await assert.rejects(ask(ai), OpenAI.NotFoundError);
  assert.match(model.problems.join(), /"scripted", the scenario has "tiny"/);
});

Deno.test("serveScripted() refuses what is longer than the window, and the turn stays", async () => {
  await using model = await serveScripted({ window: 50, turns: [{ say: "short enough" }] });
  const long = [{ role: "user" as const, content: "x".repeat(400) }];
  await assert.rejects(
    client(model.url).chat.completions.create({ model: "scripted", messages: long }),
    (error) => error instanceof OpenAI.APIError && error.code === "context_length_exceeded",
  );
  assert.equal((await ask(client(model.url))).choices[0]?.message.content, "short enough");
  assert.deepEqual(model.problems, []);
});

Deno.test("serveScripted() speaks OpenAI's responses, streamed and not", async () => {
  const turn = {
    expect: { messages: "be brief", lastResult: "/^$/" },
    think: "hm",
    say: "I look.",
    calls: [{ tool: "cat", args: { file: "note.txt" } }],
    split: 4,
  };
  await using model = await serveScripted({
    turns: [turn, { expect: { lastResult: "hello" }, say: "done" }],
  });
  const ai = client(model.url);
  const tools = [{ type: "function" as const, name: "cat", parameters: {}, strict: false }];
  const first = await ai.responses.stream({
    model: "scripted",
    instructions: "be brief",
    input: "read note.txt",
    tools,
  }).finalResponse();
  assert.equal(first.output_text, "I look.");
  const call = first.output.find((item) => item.type === "function_call");
  assert.deepEqual(JSON.parse(call!.arguments), { file: "note.txt" });
  const second = await ai.responses.create({
    model: "scripted",
    input: [call!, { type: "function_call_output", call_id: call!.call_id, output: "hello" }],
  });
  assert.equal(second.output_text, "done");
  assert.deepEqual(model.problems, []);
});

Deno.test("serveScripted() keeps that a key came, and never the key", async () => {
  await using model = await serveScripted({ turns: [{ say: "x" }] });
  await ask(client(model.url));
  const [request] = model.requests;
  assert.equal(request?.keySent, true);
  assert.ok(!JSON.stringify(model.requests).includes("secret-key"));
  assert.ok(request!.bytes > 50 && request!.endedAt! >= request!.at);
});
