import assert from "node:assert/strict";
import { parseScenario } from "./parse_scenario.ts";
import {
  createScriptedServer,
  type ScriptedServer,
  type ScriptedServerOptions,
} from "./scripted_server.ts";
import type { Expectation, Turn } from "./scenario.ts";

interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- whatever the server writes
  readonly body: any;
}

async function play(turns: readonly unknown[], more: Record<string, unknown> = {}, {
  dialect,
}: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const scenario = await parseScenario({ turns, ...more });
  return createScriptedServer(scenario, dialect === undefined ? {} : { dialect });
}

async function chat(server: ScriptedServer, body: object = {}): Promise<Answer> {
  const response = await server.fetch(
    new Request("http://scripted/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify({ model: "scripted", messages: CONVERSATION, ...body }),
    }),
  );
  return { status: response.status, body: await response.json() };
}

const CALL = { id: "1", type: "function", function: { name: "cat", arguments: '{"file":".env"}' } };
const CONVERSATION = [
  { role: "system", content: "be brief" },
  { role: "user", content: [{ type: "text", text: "look here" }] },
  { role: "assistant", content: null, tool_calls: [CALL, { ...CALL, id: "2" }] },
  { role: "tool", tool_call_id: "1", content: "refused: .env" },
  { role: "tool", tool_call_id: "2", content: "2 lines" },
];
const TOOLS = [{ type: "function", function: { name: "cat", parameters: {} } }];

const MET: readonly (Expectation | string)[] = [
  "be brief",
  '/^cat .*"\\.env"/m',
  { user: "/^LOOK/i", lastResult: "refused" },
  { lastResult: "2 lines", absent: "password" },
  { tools: ["cat"], withoutTools: ["exec"], format: false, maxBytes: 10_000 },
];

const UNMET: readonly (readonly [Expectation | string, RegExp])[] = [
  ["be long", /messages should have be long but ends with/],
  [{ user: "be brief" }, /user's last message should have be brief but ends with "look here/],
  [{ lastResult: "/^refused$/" }, /last result should have .* ends with "refused: .env\\n2 lines/],
  [{ absent: "/\\.env/" }, /messages should not have/],
  [{ tools: ["cat", "ls"] }, /tool ls should be offered, offered are cat/],
  [{ withoutTools: ["cat"] }, /tool cat should not be offered/],
  [{ format: true }, /JSON Schema should be asked for/],
  [{ maxBytes: 10 }, /10 bytes at most but has \d+/],
];

Deno.test(
  "createScriptedServer() plays turns whose expectations hold",
  { permissions: "none" },
  async () => {
    for (const expect of MET) {
      const server = await play([{ expect, say: "yes" }]);
      const { status } = await chat(server, { tools: TOOLS });
      assert.deepEqual([status, server.problems, server.done], [200, [], true]);
    }
  },
);

Deno.test("createScriptedServer() says what was not as expected, and the turn stays", async () => {
  for (const [expect, message] of UNMET) {
    const server = await play([{ expect, say: "yes" }]);
    const { status, body } = await chat(server, { tools: TOOLS });
    assert.equal(status, 500);
    assert.match(body.error.message, message);
    await chat(server, { tools: TOOLS });
    assert.deepEqual(server.problems, [body.error.message], "each problem once");
    assert.deepEqual([server.done, server.requests[0]?.turn], [false, undefined]);
  }
});

Deno.test("createScriptedServer() repeats turns, and records what comes after the last", async () => {
  const server = await play([{ say: "a", repeat: 2 }, { say: "b" }]);
  const said = [];
  for (let i = 0; i < 3; i++) said.push((await chat(server)).body.choices[0].message.content);
  assert.deepEqual(said, ["a", "a", "b"]);
  assert.deepEqual([server.done, server.problems], [true, []]);
  const { status, body } = await chat(server);
  assert.equal(status, 500);
  assert.match(body.error.message, /after the end: the scenario has 2 turns/);
  assert.equal(server.problems.length, 1);
  assert.deepEqual(server.requests.map(({ turn }) => turn), [0, 0, 1, undefined]);
});

Deno.test("createScriptedServer() repeats the last turn forever", async () => {
  const server = await play([{ say: "a" }, { say: "b", repeat: "forever" }]);
  await chat(server);
  assert.equal(server.done, false);
  for (let i = 0; i < 50; i++) await chat(server);
  assert.deepEqual([server.done, server.problems], [true, []]);
});

Deno.test("createScriptedServer() calls tools in the words of a dialect", async () => {
  const turn: Turn = {
    expect: { tools: ["cat"] },
    calls: [
      { tool: "cat", args: { file: "a.ts", start: 3 } },
      { tool: "ls", args: { path: "src" }, as: { other: { tool: "sh", args: { cmd: "ls" } } } },
      { tool: "tree" },
    ],
  };
  const as = {
    other: {
      cat: { tool: "view", args: { path: "$file", from: "$start", to: "$end", all: true } },
      tree: "show_tree",
    },
    shell: { cat: { tool: "sh", args: { cmd: "sed -n ${start}p ${file}", in: "${folder}/x" } } },
  };
  const calls = async (dialect: string, offered: string) => {
    const server = await play([turn], { as }, { dialect });
    const tools = [{ type: "function", function: { name: offered, parameters: {} } }];
    const { body } = await chat(server, { tools });
    assert.deepEqual(server.problems, []);
    return body.choices[0].message.tool_calls.map((call: typeof CALL) =>
      `${call.function.name} ${call.function.arguments}`
    );
  };
  assert.deepEqual(await calls("ours", "cat"), [
    'cat {"file":"a.ts","start":3}',
    'ls {"path":"src"}',
    "tree {}",
  ]);
  assert.deepEqual(await calls("other", "view"), [
    'view {"path":"a.ts","from":3,"all":true}',
    'sh {"cmd":"ls"}',
    "show_tree {}",
  ]);
  assert.equal((await calls("shell", "sh"))[0], 'sh {"cmd":"sed -n 3p a.ts"}');
});

Deno.test("createScriptedServer() refuses tools where the model has none, and unknown paths", async () => {
  const server = await play([{ say: "x" }], { capabilities: [] });
  assert.match((await chat(server, { tools: TOOLS })).body.error.message, /not support tools/);
  const unknown = await server.fetch(new Request("http://scripted/v1/embeddings"));
  assert.equal(unknown.status, 404);
  assert.deepEqual(server.requests.map(({ status }) => status), [400, 404]);
});

Deno.test("createScriptedServer() tells when the client has left", async () => {
  const server = await play([{ say: "abc", split: 1, fault: { pauseMs: 10_000 } }]);
  const response = await server.fetch(
    new Request("http://scripted/api/chat", { method: "POST", body: '{"model":"scripted"}' }),
  );
  const reader = response.body!.getReader();
  await reader.read();
  const pending = reader.read();
  await reader.cancel();
  await pending;
  assert.equal(server.requests[0]?.end, "gone");
});

const WRONG: readonly (readonly [unknown, RegExp])[] = [
  ["turns: [", /scenario:1: not valid YAML/],
  ["", /not valid YAML/],
  ["only text", /expected object/],
  [{ turns: [] }, /turns: /],
  [{ turns: [{}] }, /turns\.0: a turn needs say, think, calls or fault/],
  [{ turns: [{ say: "x", sya: 1 }] }, /turns\.0: .*sya/],
  [{ turns: [{ say: "x", expect: "/(/" }] }, /turns\.0\.expect: .*regular expression/],
  [{ turns: [{ say: "x", repeat: "forever" }, { say: "y" }] }, /never be played/],
  [{ turns: [{ calls: [{ tool: "a", args: {}, rawArgs: "" }] }] }, /either args or rawArgs/],
];

Deno.test("parseScenario() names what does not fit", async () => {
  for (const [source, message] of WRONG) {
    await assert.rejects(parseScenario(source), (error: Error) => {
      assert.equal(error.name, "UserError");
      assert.match(error.message, message);
      return true;
    });
  }
});
