// The client of Ollama's own protocol against a server on loopback.
import assert from "node:assert/strict";
import { jsonLines, type Seen, type TestServer, testServer } from "./_test_server.ts";
import { LMError, type LMErrorKind } from "./lm_error.ts";
import { ollamaLM } from "./ollama_lm.ts";
import type { LMDelta, LMRequest } from "./types.ts";

const ASK: LMRequest = { messages: [{ role: "user", content: "Greet me." }] };
const COUNTS = { done: true, done_reason: "stop", prompt_eval_count: 9, eval_count: 3 };
const SHOW = {
  parameters: 'stop                           "<|im_end|>"\nnum_ctx                        8192',
  capabilities: ["completion", "tools", "thinking"],
  model_info: { "general.architecture": "qwen3", "qwen3.context_length": 40960 },
};

/** A server that knows the model and answers chats in turn. */
function ollama(chat: (seen: Seen, call: number) => Response, show: unknown = SHOW): TestServer {
  let chats = 0;
  return testServer((seen) =>
    seen.path === "/api/show" ? Response.json(show) : chat(seen, chats++)
  );
}

function reply(message: unknown, more: object = {}): Response {
  return Response.json({ message, ...COUNTS, ...more });
}

async function failure(promise: Promise<unknown>): Promise<LMError> {
  const error = await promise.then(() => assert.fail("it should fail"), (error) => error);
  assert.ok(error instanceof LMError, String(error));
  return error;
}

Deno.test("ollamaLM() sends a whole request, always with a window", async () => {
  await using server = ollama(() => reply({ content: "Hello.", thinking: "Hm." }));
  const lm = ollamaLM({ model: "m", host: server.url });
  const schema = { type: "object" };
  const response = await lm.call({
    messages: [
      {
        role: "assistant",
        content: "",
        thinking: "Look.",
        toolCalls: [
          { id: "a", name: "look", arguments: '{"x":1}' },
          { id: "b", name: "look", arguments: "{broken" },
        ],
      },
      { role: "tool", content: "nothing", call: "a", name: "look" },
    ],
    schema,
    tools: [{ name: "look", description: "Looks", parameters: { type: "object" } }],
    params: { maxTokens: 50, temperature: 0, stop: ["END"], seed: 7, think: false },
  });
  assert.deepEqual(response, {
    text: "Hello.",
    thinking: "Hm.",
    finish: "stop",
    usage: { inputTokens: 9, outputTokens: 3, cachedTokens: 0, requests: 1 },
    cached: false,
  });
  assert.deepEqual(server.seen.map(({ path }) => path), ["/api/show", "/api/chat"]);
  assert.deepEqual(server.seen[1]!.body, {
    model: "m",
    messages: [
      {
        role: "assistant",
        content: "",
        thinking: "Look.",
        tool_calls: [
          { function: { name: "look", arguments: { x: 1 } } },
          { function: { name: "look", arguments: {} } },
        ],
      },
      { role: "tool", content: "nothing", tool_name: "look" },
    ],
    stream: false,
    truncate: false,
    shift: false,
    format: schema,
    think: false,
    tools: [{
      type: "function",
      function: { name: "look", description: "Looks", parameters: { type: "object" } },
    }],
    options: { num_ctx: 8192, temperature: 0, num_predict: 50, stop: ["END"], seed: 7 },
  });
});

Deno.test("ollamaLM() serves the window that is asked for, the Modelfile's, or 4096", async () => {
  const cases: [unknown, number | undefined, number][] = [
    [SHOW, undefined, 8192],
    [SHOW, 16_384, 16_384],
    [SHOW, 100_000, 40_960],
    [{ capabilities: [] }, undefined, 4096],
    [{ model_info: { "x.context_length": 2048 } }, undefined, 2048],
  ];
  for (const [show, numCtx, expected] of cases) {
    await using server = ollama(() => reply({ content: "ok" }), show);
    const params = numCtx === undefined ? {} : { params: { numCtx } };
    const lm = ollamaLM({ model: "m", host: server.url, ...params });
    assert.equal((await lm.info!()).window, expected);
    await lm.call(ASK);
    assert.equal(server.seen[1]!.body.options.num_ctx, expected);
    assert.equal(server.seen.length, 2);
  }
});

Deno.test("ollamaLM() sends think only to models that can", async () => {
  await using server = ollama(() => reply({ content: "ok" }), { template: "{{ .Tools }}" });
  const lm = ollamaLM({ model: "m", host: server.url, params: { think: false } });
  assert.deepEqual(lm.can, { schema: true, tools: false, stream: true, think: false });
  await lm.call(ASK);
  assert.equal("think" in server.seen[1]!.body, false);
  assert.deepEqual(lm.can, { schema: true, tools: true, stream: true, think: false });
});

Deno.test("ollamaLM() tells of the pieces of a stream and returns the whole", async () => {
  await using server = ollama(() =>
    jsonLines(
      { message: { role: "assistant", content: "", thinking: "Hm" } },
      { message: { content: "<thi" } },
      { message: { content: "nk>more</think>Hel" } },
      '{"message": {"content"',
      ': "lo."}}\n',
      { message: { content: "" }, ...COUNTS, done_reason: "length" },
    )
  );
  const deltas: LMDelta[] = [];
  const lm = ollamaLM({ model: "m", host: server.url });
  const response = await lm.call({ ...ASK, onDelta: (delta) => deltas.push(delta) });
  assert.deepEqual(deltas.filter((delta) => Object.keys(delta).length > 0), [
    { thinking: "Hm" },
    { thinking: "more", text: "Hel" },
    { text: "lo." },
  ]);
  assert.deepEqual([response.text, response.thinking], ["Hello.", "Hmmore"]);
  assert.equal(response.finish, "length");
  assert.equal(server.seen[1]!.body.stream, true);
});

Deno.test("ollamaLM() makes up ids for calls, which come as objects", async () => {
  const call = (x: number) => ({ function: { name: "look", arguments: { x } } });
  await using server = ollama(({ body }) =>
    body.stream
      ? jsonLines({ message: { content: "", tool_calls: [call(1)] } }, {
        message: { content: "", tool_calls: [call(2)] },
      }, { ...COUNTS, message: { content: "" } })
      : reply({ content: "", tool_calls: [call(1), call(2)] })
  );
  const lm = ollamaLM({ model: "m", host: server.url });
  for (const more of [{}, { onDelta() {} }]) {
    const { toolCalls, finish } = await lm.call({ ...ASK, ...more });
    assert.deepEqual(toolCalls, [
      { id: "call_1", name: "look", arguments: '{"x":1}' },
      { id: "call_2", name: "look", arguments: '{"x":2}' },
    ]);
    assert.equal(finish, "tool");
  }
});

Deno.test("ollamaLM() knows a prompt that was cut to the window", async () => {
  await using server = ollama((_, call) =>
    reply({ content: "?" }, call === 0 ? { prompt_eval_count: 64 } : {})
  );
  const lm = ollamaLM({ model: "m", host: server.url, params: { numCtx: 64 } });
  assert.equal((await failure(lm.call(ASK))).lmKind, "context");
  // Dropped messages: the count is small, but so much text cannot have fitted.
  const long: LMRequest = { messages: [{ role: "user", content: "word ".repeat(500) }] };
  assert.equal((await failure(lm.call(long))).lmKind, "context");
  assert.equal((await lm.call(ASK)).text, "?");
});

Deno.test("ollamaLM() passes on what does not follow the schema, and estimates missing counts", async () => {
  await using server = ollama(() =>
    Response.json({ message: { content: "not JSON" }, done: true, eval_count: 2 })
  );
  const lm = ollamaLM({ model: "m", host: server.url });
  const { text, usage } = await lm.call({ ...ASK, schema: { type: "object" } });
  assert.equal(text, "not JSON");
  assert.equal(usage.estimated, true);
  assert.equal(usage.outputTokens, 2);
  assert.ok(usage.inputTokens > 0);
});

Deno.test("ollamaLM() maps errors to kinds, before and inside a reply, and writes nothing", async () => {
  const error = (status: number, text: string) => () => Response.json({ error: text }, { status });
  const cases: [() => Response, LMErrorKind, boolean][] = [
    [error(500, "llama runner has stopped"), "server", false],
    [error(400, "the prompt is too long; exceeds maximum context length"), "context", false],
    [error(400, "registry.ollama.ai/library/m does not support tools"), "refused", false],
    [() => new Response("plain\u001b[2J words", { status: 503 }), "server", false],
    [() => new Response("{", { headers: { "content-type": "application/json" } }), "server", false],
    [() => Response.json({ hello: 1 }), "server", false],
    [() => jsonLines({ message: { content: "a" } }, { error: "unexpected EOF" }), "server", true],
    [() => jsonLines({ message: { content: "a" } }), "network", true],
    [() => jsonLines({ message: { content: "a" } }, '{"message'), "network", true],
    [() => jsonLines({ message: { content: "a" } }, "nonsense\n", COUNTS), "server", true],
  ];
  await using server = ollama((_, call) => cases[call]![0]());
  const lm = ollamaLM({ model: "m", host: server.url });
  const written: unknown[] = [];
  const { log, warn } = console;
  // deno-lint-ignore no-console -- what the SDK writes is what is looked for
  console.log = console.warn = (...args) => written.push(args);
  try {
    for (const [at, [, kind, stream]] of cases.entries()) {
      const found = await failure(lm.call({ ...ASK, ...stream && { onDelta() {} } }));
      assert.equal(found.lmKind, kind, `${at}: ${found.line}`);
      assert.ok(!found.line.includes("\u001b"));
    }
  } finally {
    Object.assign(console, { log, warn });
  }
  assert.deepEqual(written, []);
});

Deno.test("ollamaLM() says how to get a model and how to start the server", async () => {
  await using server = testServer(() =>
    Response.json({ error: "model 'm' not found" }, { status: 404 })
  );
  const unknown = await failure(ollamaLM({ model: "m", host: server.url }).call(ASK));
  assert.equal(unknown.lmKind, "refused");
  assert.match(unknown.hint!, /ollama pull m/);
  const gone = testServer(() => reply({}));
  await gone[Symbol.asyncDispose]();
  const error = await failure(ollamaLM({ model: "m", host: gone.url }).info!());
  assert.equal(error.lmKind, "network");
  assert.match(error.hint!, /ollama serve/);
});

Deno.test("ollamaLM() goes on without a server that describes its models", async () => {
  await using server = testServer(({ path }) =>
    path === "/api/chat" ? reply({ content: "ok" }) : new Response("404 page", { status: 404 })
  );
  const lm = ollamaLM({ model: "m", host: server.url });
  assert.equal((await lm.call(ASK)).text, "ok");
  assert.equal(server.seen[1]!.body.options.num_ctx, 4096);
});

Deno.test("ollamaLM() ends a whole request at once when it is told to", async () => {
  let ended: Promise<unknown> | undefined;
  await using server = testServer(({ path }) => {
    if (path === "/api/show") return Response.json(SHOW);
    ended = new Promise((resolve) => setTimeout(resolve, 300));
    return ended.then(() => reply({ content: "late" }));
  });
  const lm = ollamaLM({ model: "m", host: server.url });
  const start = performance.now();
  const error = await failure(lm.call({ ...ASK, signal: AbortSignal.timeout(50) }));
  assert.equal(error.lmKind, "aborted");
  assert.ok(performance.now() - start < 280);
  await ended;
});
