// The client of OpenAI's protocol against a server on loopback.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { chunk, DONE, sse, testServer } from "./_test_server.ts";
import { compose } from "./compose.ts";
import { LMError, type LMErrorKind } from "./lm_error.ts";
import { openaiLM, type OpenaiLMOptions } from "./openai_lm.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";
import type { LMDelta, LMRequest } from "./types.ts";

const KEY = "sk-test-0123456789abcdefghij";
const ASK: LMRequest = { messages: [{ role: "user", content: "Greet me." }] };
const USAGE = {
  prompt_tokens: 9,
  completion_tokens: 3,
  prompt_tokens_details: { cached_tokens: 4 },
};

function lmAt(url: string, more: Partial<OpenaiLMOptions> = {}) {
  return openaiLM({ model: "m", apiKey: KEY, baseUrl: `${url}/v1`, ...more });
}

function reply(message: unknown, finish: string | null = "stop"): Response {
  return Response.json({ choices: [{ index: 0, message, finish_reason: finish }], usage: USAGE });
}

async function failure(promise: Promise<unknown>): Promise<LMError> {
  const error = await promise.then(() => assert.fail("it should fail"), (error) => error);
  assert.ok(error instanceof LMError, String(error));
  assert.ok(!error.line.includes(KEY), error.line);
  return error;
}

Deno.test("openaiLM() sends a whole request and reads a whole reply", async () => {
  await using server = testServer(() => reply({ role: "assistant", content: "Hello." }));
  const lm = lmAt(server.url, { params: { temperature: 0.5, seed: 7 } });
  const response = await lm.call({
    messages: [
      { role: "system", content: "Be short." },
      {
        role: "assistant",
        content: "",
        toolCalls: [{ id: "a", name: "look", arguments: '{"x":1}' }],
      },
      { role: "tool", content: "nothing", call: "a", name: "look" },
    ],
    tools: [{ name: "look", description: "Looks", parameters: { type: "object" } }],
    params: { maxTokens: 50, temperature: 0, stop: ["END"], rollout: 3 },
  });
  assert.deepEqual(response, {
    text: "Hello.",
    finish: "stop",
    usage: { inputTokens: 9, outputTokens: 3, cachedTokens: 4, requests: 1 },
    cached: false,
  });
  const [seen] = server.seen;
  assert.equal(seen!.path, "/v1/chat/completions");
  assert.equal(seen!.headers.get("authorization"), `Bearer ${KEY}`);
  assert.ok(![...seen!.headers.keys()].some((name) => name.startsWith("x-stainless")));
  assert.match(seen!.headers.get("user-agent")!, /^dspy-code/);
  assert.deepEqual(seen!.body, {
    model: "m",
    messages: [
      { role: "system", content: "Be short." },
      {
        role: "assistant",
        content: null,
        tool_calls: [{
          id: "a",
          type: "function",
          function: { name: "look", arguments: '{"x":1}' },
        }],
      },
      { role: "tool", content: "nothing", tool_call_id: "a" },
    ],
    temperature: 0,
    stop: ["END"],
    max_tokens: 50,
    seed: 7,
    tools: [{
      type: "function",
      function: { name: "look", description: "Looks", parameters: { type: "object" } },
    }],
  });
});

Deno.test("openaiLM() sends no authorization without a key, and the headers it is given", async () => {
  await using server = testServer(() => reply({ content: "" }));
  const lm = openaiLM({ model: "m", baseUrl: server.url, headers: { "x-mine": "1" } });
  const response = await lm.call(ASK);
  assert.equal(response.text, "");
  assert.equal(response.finish, "stop");
  assert.equal(server.seen[0]!.headers.get("authorization"), null);
  assert.equal(server.seen[0]!.headers.get("x-mine"), "1");
});

Deno.test("openaiLM() tells of the pieces of a stream and returns the whole", async () => {
  await using server = testServer(() =>
    sse(
      chunk({ role: "assistant", content: "" }),
      chunk({ reasoning_content: "Hm." }),
      chunk({ content: "Hel" }),
      chunk({ content: "lo." }),
      chunk({}, "length"),
      { choices: [], usage: USAGE },
      DONE,
    )
  );
  const deltas: LMDelta[] = [];
  const response = await lmAt(server.url).call({ ...ASK, onDelta: (delta) => deltas.push(delta) });
  assert.deepEqual(deltas.filter((delta) => Object.keys(delta).length > 0), [
    { thinking: "Hm." },
    { text: "Hel" },
    { text: "lo." },
  ]);
  assert.equal(response.text, "Hello.");
  assert.equal(response.thinking, "Hm.");
  assert.equal(response.finish, "length");
  assert.equal(response.usage.inputTokens, 9);
  assert.deepEqual(server.seen[0]!.body.stream_options, { include_usage: true });
});

Deno.test("openaiLM() puts tool calls together that are split over pieces", async () => {
  const call = (more: object) => chunk({ tool_calls: [more] });
  await using server = testServer(() =>
    sse(
      call({ index: 0, id: "a", type: "function", function: { name: "look", arguments: "" } }),
      call({ index: 0, function: { arguments: '{"x"' } }),
      call({ index: 1, id: "b", type: "function", function: { name: "go", arguments: "{}" } }),
      call({ index: 0, function: { arguments: ":1}" } }),
      chunk({}, "tool_calls"),
      DONE,
    )
  );
  const { toolCalls, finish, usage } = await lmAt(server.url).call({ ...ASK, onDelta() {} });
  assert.deepEqual(toolCalls, [
    { id: "a", name: "look", arguments: '{"x":1}' },
    { id: "b", name: "go", arguments: "{}" },
  ]);
  assert.equal(finish, "tool");
  assert.equal(usage.estimated, true);
});

Deno.test("openaiLM() tells calls apart that have no ids or no places", async () => {
  const calls: object[][] = [
    [{ function: { name: "a", arguments: { x: 1 } } }, {
      function: { name: "a", arguments: "{}" },
    }],
    [{ index: 0, id: "1", function: { name: "a", arguments: '{"x":1}' } }, {
      index: 0,
      id: "2",
      function: { name: "a", arguments: "{}" },
    }],
  ];
  await using server = testServer((_, call) => reply({ tool_calls: calls[call] }));
  for (const ids of [["call_1", "call_2"], ["1", "2"]]) {
    const { toolCalls, finish } = await lmAt(server.url).call(ASK);
    assert.deepEqual(toolCalls, [
      { id: ids[0], name: "a", arguments: '{"x":1}' },
      { id: ids[1], name: "a", arguments: "{}" },
    ]);
    assert.equal(finish, "tool");
  }
});

Deno.test("openaiLM() takes <think> out of the text, whole and in pieces", async () => {
  await using server = testServer(({ body }) =>
    body.stream
      ? sse(
        chunk({ content: "<thi" }),
        chunk({ content: "nk>Hm</th" }),
        chunk({
          content: "ink>\nHi",
        }),
        chunk({}, "stop"),
      )
      : reply({ content: "<think>Hm</think>\nHi" })
  );
  for (const more of [{}, { onDelta() {} }]) {
    const { text, thinking } = await lmAt(server.url).call({ ...ASK, ...more });
    assert.deepEqual([text, thinking], ["Hi", "Hm"]);
  }
});

Deno.test("openaiLM() maps what servers say to kinds", async () => {
  const cases: [number, unknown, LMErrorKind][] = [
    [401, { error: { message: `Incorrect API key provided: ${KEY}` } }, "auth"],
    [403, "no", "auth"],
    [429, { error: { message: "slow down" } }, "rate"],
    [429, { error: { message: "You exceeded your current quota" } }, "auth"],
    [500, "<html>oops</html>", "server"],
    [503, { detail: "loading" }, "server"],
    [504, "", "timeout"],
    [404, { error: { message: "The model `m` does not exist" } }, "refused"],
    [400, { error: { message: "too long", code: "context_length_exceeded" } }, "context"],
    [400, { error: { type: "exceed_context_size_error", message: "no" } }, "context"],
    [400, { error: { message: "filtered", code: "content_filter" } }, "refused"],
    [400, { error: "x".repeat(100_000) }, "refused"],
  ];
  await using server = testServer((_, call) => {
    const [status, body] = cases[call]!;
    return typeof body === "string"
      ? new Response(body, { status })
      : Response.json(body, { status });
  });
  for (const [status, body, kind] of cases) {
    const error = await failure(lmAt(server.url).call(ASK));
    assert.equal(error.lmKind, kind, JSON.stringify(body).slice(0, 80));
    assert.equal(error.status, status);
    assert.ok(error.line.length < 500);
  }
  assert.equal(server.seen.length, cases.length);
});

Deno.test("openaiLM() refuses filtered replies and knows errors inside a reply", async () => {
  const replies = [
    reply({ content: "" }, "content_filter"),
    reply({ content: null, refusal: "I cannot" }),
    Response.json({ error: { message: "upstream is down", code: 502 } }),
    sse(chunk({ content: "He" }), { error: { message: "overloaded" } }),
  ];
  const kinds: LMErrorKind[] = ["refused", "refused", "server", "server"];
  await using server = testServer((_, call) => replies[call]!);
  for (const [at, kind] of kinds.entries()) {
    const error = await failure(lmAt(server.url).call({ ...ASK, ...at === 3 && { onDelta() {} } }));
    assert.equal(error.lmKind, kind, error.line);
    if (at === 2) assert.match(error.message, /upstream is down/);
  }
});

Deno.test("openaiLM() reads no more of an endless error than it needs", async () => {
  const line = new TextEncoder().encode(`${"no ".repeat(1000)}\n`);
  await using server = testServer(() =>
    new Response(new ReadableStream({ pull: (to) => to.enqueue(line) }), { status: 500 })
  );
  const error = await failure(lmAt(server.url).call(ASK));
  assert.equal(error.lmKind, "server");
  assert.ok(error.line.length < 500);
});

Deno.test("openaiLM() honours Retry-After in seconds and as a date, by way of retry", async () => {
  const waits: number[] = [];
  const headers = [{ "retry-after": "2" }, {
    "retry-after": new Date(Date.now() + 5_000).toUTCString(),
  }];
  await using server = testServer((_, call) =>
    call < 2 ? new Response("", { status: 429, headers: headers[call]! }) : reply({ content: "ok" })
  );
  const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
  const { text, usage } = await compose(lmAt(server.url), retry({ sleep })).call(ASK);
  assert.equal(text, "ok");
  assert.equal(usage.requests, 3);
  assert.equal(waits[0], 2000);
  assert.ok(waits[1]! > 3000 && waits[1]! <= 5000, String(waits[1]));
});

Deno.test("openaiLM() knows broken, cut and foreign replies", async () => {
  const json = { headers: { "content-type": "application/json" } };
  const replies: [() => Response, LMErrorKind, boolean][] = [
    [() => new Response('{"choices": [', json), "server", false],
    [
      () => new Response("<html></html>", { headers: { "content-type": "text/html" } }),
      "server",
      false,
    ],
    [() => Response.json({ hello: 1 }), "server", false],
    [() => Response.json(null), "server", false],
    [() => sse(chunk({ content: "He" })), "network", true],
    [() => sse(chunk({ content: "He" }), 5, new Error("cut")), "network", true],
    [() => sse(chunk({ content: "He" }), "data: {nonsense\n\n"), "server", true],
    [() => sse(DONE), "server", true],
  ];
  await using server = testServer((_, call) => replies[call]![0]());
  for (const [at, [, kind, stream]] of replies.entries()) {
    const error = await failure(lmAt(server.url).call({ ...ASK, ...stream && { onDelta() {} } }));
    assert.equal(error.lmKind, kind, `${at}: ${error.line}`);
  }
});

Deno.test("openaiLM() gives up schemas that are refused, step by step, and remembers", async () => {
  const formats: unknown[] = [];
  await using server = testServer(({ body }) => {
    formats.push(body.response_format?.type);
    if (body.response_format === undefined) return reply({ content: "{}" });
    const message = `response_format.type ${body.response_format.type} is not supported`;
    return Response.json({ error: { message } }, { status: 400 });
  });
  const lm = lmAt(server.url);
  assert.equal(lm.can.schema, true);
  const ask = { ...ASK, schema: { type: "object" } };
  const first = await lm.call(ask);
  assert.equal(first.usage.requests, 3);
  assert.equal((await lm.call(ask)).usage.requests, 1);
  assert.deepEqual(formats, ["json_schema", "json_object", undefined, undefined]);
  assert.equal(lm.can.schema, false);
});

Deno.test("openaiLM() remembers only what has helped", async () => {
  await using server = testServer(() =>
    Response.json({ error: { message: "bad schema of tool 1" } }, { status: 400 })
  );
  const lm = lmAt(server.url);
  const error = await failure(lm.call({ ...ASK, schema: { type: "object" } }));
  assert.equal(error.lmKind, "refused");
  assert.equal(lm.can.schema, true);
});

Deno.test("openaiLM() does not hold one bad schema against others, and remembers it", async () => {
  const strict = { type: "object", properties: {}, required: [], additionalProperties: false };
  const bad = { ...strict, title: "bad" };
  await using server = testServer(({ body }) => {
    const { type, json_schema } = body.response_format;
    return type === "json_object" || json_schema.schema.title !== "bad"
      ? reply({ content: "{}" })
      : Response.json({ error: { message: "Invalid schema for response_format 'answer'" } }, {
        status: 400,
      });
  });
  const lm = lmAt(server.url);
  for (const schema of [bad, bad, strict]) await lm.call({ ...ASK, schema });
  assert.deepEqual(
    server.seen.map(({ body }) => body.response_format.json_schema?.strict ?? "json_object"),
    [true, false, "json_object", "json_object", true],
  );
  assert.equal(lm.can.schema, true);
});

Deno.test("openaiLM() marks schemas as strict only when they are", async () => {
  await using server = testServer(() => reply({ content: "{}" }));
  const lm = lmAt(server.url);
  const properties = { a: { type: "string" } };
  const strict = {
    type: "object",
    properties,
    required: ["a"],
    additionalProperties: false,
  };
  await lm.call({ ...ASK, schema: strict });
  await lm.call({ ...ASK, schema: { type: "object", properties, additionalProperties: false } });
  assert.deepEqual(server.seen.map(({ body }) => body.response_format.json_schema.strict), [
    true,
    false,
  ]);
});

Deno.test("openaiLM() leaves out what a server or a family of models does not take", async () => {
  await using server = testServer(({ body }) => {
    const bad = body.stream_options
      ? "stream_options"
      : body.max_tokens
      ? "'max_tokens' is not supported, use 'max_completion_tokens'"
      : undefined;
    if (bad) return Response.json({ error: { message: bad } }, { status: 400 });
    return body.stream
      ? sse(chunk({ content: "ok" }), chunk({}, "stop"), DONE)
      : reply({ content: "ok" });
  });
  const params = { maxTokens: 5, temperature: 0.2 };
  const { usage } = await lmAt(server.url).call({ ...ASK, params, onDelta() {} });
  assert.equal(usage.requests, 3);
  assert.equal(usage.estimated, true);

  for (const model of ["o4-mini", "openai/gpt-5.1", "gpt-5-mini"]) {
    await lmAt(server.url, { model }).call({ ...ASK, params });
    const { body } = server.seen.at(-1)!;
    assert.equal(body.max_completion_tokens, 5);
    assert.equal("temperature" in body, false);
  }
});

Deno.test("openaiLM() follows no redirect to another host", async () => {
  await using other = testServer(() => reply({ content: "stolen" }));
  await using server = testServer(({ path }) =>
    path === "/v1/chat/completions"
      ? new Response("", { status: 307, headers: { location: `${other.url}/v1/chat/completions` } })
      : path === "/old/chat/completions"
      ? new Response("", { status: 308, headers: { location: "/new" } })
      : reply({ content: "moved" })
  );
  const error = await failure(lmAt(server.url).call(ASK));
  assert.equal(error.lmKind, "refused");
  assert.match(error.message, new RegExp(`to ${other.url}`));
  assert.equal(other.seen.length, 0);
  const here = openaiLM({ model: "m", apiKey: KEY, baseUrl: `${server.url}/old` });
  assert.equal((await here.call(ASK)).text, "moved");
});

Deno.test("openaiLM() ends at once when it is told to, before and while a stream comes", async () => {
  await using server = testServer(({ body }) =>
    sse(chunk({ content: "He" }, body.seed ? "stop" : null), 1_000, DONE)
  );
  const ended = await failure(lmAt(server.url).call({ ...ASK, signal: AbortSignal.abort() }));
  assert.equal(ended.lmKind, "aborted");
  assert.equal(server.seen.length, 0);
  const controller = new AbortController();
  const start = performance.now();
  const error = await failure(
    lmAt(server.url).call({
      ...ASK,
      signal: controller.signal,
      onDelta: ({ text }) => text && controller.abort(),
    }),
  );
  assert.equal(error.lmKind, "aborted");
  assert.ok(performance.now() - start < 900);
});

Deno.test("openaiLM() says where nobody answers", async () => {
  const server = testServer(() => reply({ content: "" }));
  await server[Symbol.asyncDispose]();
  const error = await failure(lmAt(server.url).call(ASK));
  assert.equal(error.lmKind, "network");
  assert.match(error.message, new RegExp(server.url));
});

Deno.test("openaiLM() wants an address without a password", () => {
  for (const url of ["here", "file:///etc/passwd", "http://me:secret@127.0.0.1/v1"]) {
    assert.throws(() => openaiLM({ model: "m", baseUrl: url }), (error: Error) => {
      assert.ok(!error.message.includes("secret"));
      return error.name === "UserError";
    });
  }
});

Deno.test("openaiLM().info() reads the window from the list of models, and only what is there", async () => {
  const lists: [unknown, number | undefined][] = [
    [{ data: [{ id: "x", max_model_len: 1 }, { id: "m", max_model_len: 8192 }] }, 8192],
    [{ data: [{ id: "m", context_length: 4096 }] }, 4096],
    [{ data: [{ id: "m", context_window: 2048 }] }, 2048],
    [{ data: [{ id: "f.gguf", owned_by: "llamacpp", meta: { n_ctx: 512, n_ctx_train: 9 } }] }, 512],
    [{ data: [{ id: "other", context_length: 4096 }] }, undefined],
    [{ data: [null, { id: "m" }] }, undefined],
    ["nothing", undefined],
  ];
  await using server = testServer((_, call) => Response.json(lists[call]![0]));
  for (const [, window] of lists) {
    const lm = lmAt(server.url);
    assert.equal((await lm.info!()).window, window);
    assert.equal((await lm.info!()).window, window);
  }
  assert.equal(server.seen.length, lists.length);
  assert.equal(server.seen[0]!.path, "/v1/models");
});

Deno.test("openaiLM().info() knows no window where the list cannot be had, and asks again if that may pass", async () => {
  const html = () =>
    new Response("<!doctype html><p>hi", { headers: { "content-type": "text/html" } });
  const status = (code: number) => () => Response.json({ error: "no list" }, { status: code });
  const moved = () =>
    new Response("", { status: 302, headers: { location: "http://127.0.0.1:1/" } });
  const answers: [() => Response, passes: boolean][] = [
    ...[400, 401, 403, 404, 405, 501].map((
      code,
    ): [() => Response, boolean] => [status(code), false]),
    ...[429, 500, 503, 504].map((code): [() => Response, boolean] => [status(code), true]),
    [html, true],
    [() => new Response(""), true],
    [() => Response.json(null), true],
    [moved, false],
  ];
  for (const [at, [answer, passes]] of answers.entries()) {
    await using server = testServer((_, call) =>
      call === 0 ? answer() : Response.json({ data: [{ id: "m", max_model_len: 64 }] })
    );
    const lm = lmAt(server.url);
    assert.deepEqual(await lm.info!(), { can: lm.can }, String(at));
    assert.equal((await lm.info!()).window, passes ? 64 : undefined, String(at));
  }
});

Deno.test("openaiLM().info() says where nobody answers, and ends when it is told to", async () => {
  const server = testServer(() => delay(300).then(() => Response.json({ data: [] })));
  const lm = lmAt(server.url);
  const ended = await failure(lm.info!(AbortSignal.timeout(30)));
  assert.equal(ended.lmKind, "aborted");
  const late = AbortSignal.abort(new LMError("timeout", "late"));
  assert.equal((await failure(lm.info!(late))).lmKind, "timeout");
  const silent = await failure(compose(lm, timeout(30)).info!());
  assert.equal(silent.lmKind, "timeout");
  await server[Symbol.asyncDispose]();
  assert.equal((await failure(lm.info!())).lmKind, "network");
});
