// Servers behind OpenAI's protocol that take no tools.
import assert from "node:assert/strict";
import { refusesTools } from "./_refuses_tools.ts";
import { testServer } from "./_test_server.ts";
import { cached } from "./cached.ts";
import { circuitBreaker } from "./circuit_breaker.ts";
import { compose } from "./compose.ts";
import { LMError } from "./lm_error.ts";
import { metered } from "./metered.ts";
import { openaiLM } from "./openai_lm.ts";
import { redacted } from "./redacted.ts";
import { newTape, replayLM } from "./replay_lm.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";
import type { LMRequest } from "./types.ts";
import { NO_USAGE } from "./usage.ts";

const ASK: LMRequest = { messages: [{ role: "user", content: "Greet me." }] };
const TOOLS: LMRequest = {
  ...ASK,
  tools: [{ name: "look", description: "Looks", parameters: { type: "object" } }],
};

/** Takes no tools, and says so in some words. */
function toolless(message: string, status = 400) {
  return testServer(({ path, body }) => {
    if (path.endsWith("/models")) return Response.json({ data: [] });
    if (body.tools) return Response.json({ error: { message } }, { status });
    return Response.json({ choices: [{ message: { content: "Hello." } }] });
  });
}

async function failure(promise: Promise<unknown>): Promise<LMError> {
  const error = await promise.then(() => assert.fail("it should fail"), (error) => error);
  assert.ok(error instanceof LMError, String(error));
  return error;
}

Deno.test("refusesTools() knows a refusal of all tools by its words", () => {
  const refusals = [
    "registry.ollama.ai/library/gemma3:latest does not support tools",
    "This model doesn't support tool use in streaming mode.",
    "This model does not currently support tool calling.",
    "deepseek-reasoner does not support Function Calling",
    "tools is not supported in this model.",
    "Unsupported parameter: 'tools' is not supported with this model.",
    "`tool calling` is not supported with this model",
    "property 'tools' is unsupported",
    "Tool use with function calling is unsupported",
    "Function calling is not enabled for this model",
    "tool_choice is not supported",
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    "tools param requires --jinja flag",
    "tools param is not fully supported yet",
    "Unsupported param: tools",
    "Cannot use tools with stream",
    "openai does not support parameters: ['tools'], for model=m",
    "Unrecognized request argument supplied: tools",
    "unknown field `tools`",
    '[{"type":"extra_forbidden","loc":["body","tools"],"msg":"Extra inputs are not permitted"}]',
    "Extra inputs are not permitted, field: 'tools'",
    "No endpoints found that support tool use. To learn more",
  ];
  for (const said of refusals) assert.ok(refusesTools(`openai at x said 400: ${said}`), said);
});

Deno.test("refusesTools() leaves alone what is said of one tool or of something else", () => {
  const others = [
    "bad schema of tool 1",
    "Invalid schema for function 'look': 'oneOf' is not supported",
    "tools[0].function.strict is not supported",
    "Invalid 'tools[0].function.name': string does not match pattern",
    '[{"type":"extra_forbidden","loc":["body","tools",0,"x"],"msg":"Extra inputs are not permitted"}]',
    "Invalid 'tools': array too long, expected at most 128",
    "unknown tool 'look'",
    "This model does not support parallel tool calls",
    "The model `llama3-groq-70b-8192-tool-use-preview` is no longer supported",
    "'messages[2].tool_calls' is not supported",
    "messages with role 'tool' must follow a message with 'tool_calls'",
    "temperature is not supported with this model",
    "stream_options is not supported",
    "The model `tools-1` does not exist",
  ];
  for (const said of others) assert.ok(!refusesTools(`openai at x said 400: ${said}`), said);
});

Deno.test("openaiLM() says when tools are refused, remembers it, and answers without them", async () => {
  const cases: [string, number][] = [
    ["m does not support tools", 400],
    ["tools param requires --jinja flag", 500],
    ["No endpoints found that support tool use", 404],
    ["Unsupported field: tools", 422],
  ];
  for (const [said, status] of cases) {
    await using server = toolless(said, status);
    const lm = openaiLM({ model: "m", baseUrl: `${server.url}/v1` });
    assert.equal(lm.can.tools, true);
    assert.equal((await lm.info!()).can.tools, true);
    const error = await failure(lm.call(TOOLS));
    assert.deepEqual([error.lmKind, error.noTools, error.status], ["refused", true, status]);
    assert.match(error.message, new RegExp(said));
    assert.match(error.hint!, /without tools/);
    assert.equal(lm.can.tools, false);
    assert.equal((await lm.info!()).can.tools, false);
    assert.equal((await lm.call(ASK)).text, "Hello.");
    // Who insists hears the same.
    assert.equal((await failure(lm.call(TOOLS))).noTools, true);
  }
});

Deno.test("openaiLM() gives up other parts before it takes a refusal for one of tools", async () => {
  await using server = testServer(({ body }) =>
    body.temperature === undefined
      ? Response.json({ choices: [{ message: { content: "ok" } }] })
      : Response.json({ error: "temperature is not supported with tools" }, { status: 400 })
  );
  const lm = openaiLM({ model: "m", baseUrl: server.url, params: { temperature: 0 } });
  assert.equal((await lm.call(TOOLS)).text, "ok");
  assert.equal(lm.can.tools, true);
});

Deno.test("openaiLM() takes no other refusal for one of tools", async () => {
  const cases: [number, string, LMRequest][] = [
    [400, "Invalid schema for function 'look'", TOOLS],
    [404, "The model `m` does not exist", TOOLS],
    [403, "your plan does not support tools", TOOLS],
    [400, "m does not support tools", ASK],
    [400, "m does not support tools", { ...ASK, tools: [] }],
  ];
  for (const [status, message, request] of cases) {
    await using server = testServer(() => Response.json({ error: { message } }, { status }));
    const lm = openaiLM({ model: "m", baseUrl: server.url });
    assert.equal((await failure(lm.call(request))).noTools, false, message);
    assert.equal(lm.can.tools, true, message);
  }
});

Deno.test("wrappers show that tools are refused, and send the request once", async () => {
  await using server = toolless("tools param requires --jinja flag", 500);
  const inner = openaiLM({ model: "m", baseUrl: `${server.url}/v1` });
  const lm = compose(
    inner,
    timeout(),
    retry({ sleep: () => Promise.resolve() }),
    circuitBreaker({ failures: 1 }),
    cached(new Map<string, string>()),
    redacted({ text: (text) => text }),
    (lm) => replayLM(newTape(lm), lm),
    metered({ total: NO_USAGE }),
  );
  assert.equal(lm.can.tools, true);
  assert.equal((await failure(lm.call(TOOLS))).noTools, true);
  assert.equal(lm.can.tools, false);
  assert.equal((await lm.info!()).can.tools, false);
  assert.equal(server.seen.filter(({ path }) => path.endsWith("completions")).length, 1);
  assert.equal((await lm.call(ASK)).text, "Hello.");
});
