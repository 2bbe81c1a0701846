import assert from "node:assert/strict";
import { parseServers } from "./server_config.ts";
import { mcpTool } from "./mcp_tool.ts";
import { resultText } from "./result_text.ts";
import { serverUrl } from "./server_url.ts";
import { toldSchema } from "./told_schema.ts";
import { toolName } from "./tool_name.ts";

const USER = {
  from: "user",
  path: "config.yaml",
  variables: { KEY: "k-1", WORKSPACE: "/w" },
} as const;

Deno.test("parseServers() takes both shapes of a program, and HTTP", () => {
  const { servers, problems } = parseServers({
    a: { command: ["x", "${WORKSPACE}"], env: { TOKEN: "${KEY}" } },
    b: { command: "y", args: ["-v"], type: "stdio" },
    c: { url: "https://example.com/mcp", headers: { Authorization: "Bearer ${KEY}" } },
    off: { command: "z", disabled: true },
  }, USER);
  assert.deepEqual(problems, []);
  assert.deepEqual(servers, [
    { name: "a", from: "user", command: ["x", "/w"], env: { TOKEN: "k-1" } },
    { name: "b", from: "user", command: ["y", "-v"], env: {} },
    {
      name: "c",
      from: "user",
      url: { href: "https://example.com/mcp", host: "example.com:443" },
      headers: { Authorization: "Bearer k-1" },
    },
  ]);
});

Deno.test("parseServers() fills in no variable for a repository", () => {
  const { servers } = parseServers(
    { a: { url: "https://example.com", headers: { X: "${KEY}" } } },
    { from: "workspace", path: ".mcp.json" },
  );
  assert.deepEqual(servers[0] && "headers" in servers[0] && servers[0].headers, { X: "${KEY}" });
});

Deno.test("parseServers() leaves out what is wrong, each with its reason", () => {
  const wrong = {
    "a b": { command: ["x"] },
    "$(x)": { command: ["x"] },
    none: {},
    text: "x",
    flag: { command: ["-x"] },
    words: { command: ["x", 7] },
    nul: { command: ["x\0y"] },
    old: { type: "sse", url: "https://example.com" },
    header: { url: "https://example.com", headers: { X: "a\r\nY: b" } },
    unset: { command: ["x"], env: { T: "${NOT_SET}" } },
    good: { command: ["x"] },
  };
  const { servers, problems } = parseServers(wrong, USER);
  assert.deepEqual(servers.map(({ name }) => name), ["good"]);
  assert.equal(problems.length, Object.keys(wrong).length - 1);
  for (const [n, name] of Object.keys(wrong).slice(0, -1).entries()) {
    assert.ok(problems[n]!.includes(JSON.stringify(name)), problems[n]);
  }
  assert.equal(parseServers([1], USER).problems.length, 1);
  assert.equal(parseServers({ __proto__: null, x: null }, USER).problems.length, 1);
});

Deno.test("serverUrl() takes https, and http on this machine", () => {
  assert.equal(serverUrl("https://example.com/x").host, "example.com:443");
  assert.equal(serverUrl("http://localhost:8080/").host, "localhost:8080");
  assert.equal(serverUrl("http://[::1]/").host, "[::1]:80");
  for (
    const wrong of [
      "-flag",
      "example.com",
      "http://example.com",
      "ftp://example.com",
      "file:///etc/passwd",
      "https://$(touch PWN)/",
      "https://$(x)/",
      "https://a,b/",
      "https://-x/",
      "https://u:p@example.com/",
      "javascript:alert(1)",
      "http://127.0.0.1.evil.com/",
      "",
    ]
  ) assert.throws(() => serverUrl(wrong), { name: "UserError", kind: "usage" }, wrong);
});

Deno.test("toolName() is one that every model's interface takes", async () => {
  assert.equal(await toolName("git", "log"), "mcp__git__log");
  assert.equal(await toolName("a.b", "x/y z"), "mcp__a_b__x_y_z");
  const long = await toolName("server", "t".repeat(100));
  assert.equal(long.length, 64);
  assert.notEqual(long, await toolName("server", "t".repeat(101)));
  assert.match(await toolName("s", "\x1b[2J\u202e漢字"), /^[A-Za-z0-9_-]{1,64}$/);
});

Deno.test("toldSchema() keeps what a model is told and survives what is no schema", () => {
  const told = toldSchema({
    type: "object",
    properties: {
      a: { type: "string", description: "one", pattern: "x" },
      b: { anyOf: [{ type: "null" }, { type: "integer" }], description: "two" },
      c: { type: ["null", "array"], items: { type: "string", enum: ["x"] } },
      d: null,
      e: { $ref: "#/$defs/x" },
    },
    required: ["a", 7],
    additionalProperties: false,
  });
  assert.deepEqual(told, {
    type: "object",
    properties: {
      a: { type: "string", description: "one" },
      b: { type: "integer", description: "two" },
      c: { type: "array", items: { type: "string", enum: ["x"] } },
      d: {},
      e: {},
    },
    required: ["a"],
  });
  for (const odd of [null, 7, [], "x", { properties: [] }]) {
    assert.deepEqual(toldSchema(odd), { type: "object", properties: {} });
  }
  let deep: unknown = { type: "string" };
  for (let n = 0; n < 5_000; n++) deep = { type: "array", items: deep };
  assert.ok(JSON.stringify(toldSchema({ properties: { deep } })).length < 1_000);
});

Deno.test("mcpTool() pins all that is said, in whatever order of keys, and who configured it", async () => {
  const server = { name: "s", from: "user", command: ["x"], env: {} } as const;
  const tool = { name: "t", description: "d", inputSchema: { type: "object", a: 1 } };
  const { pin, name } = await mcpTool(tool, server);
  assert.equal(name, "mcp__s__t");
  const turned = { name: "t", description: "d", inputSchema: { a: 1, type: "object" } };
  assert.equal((await mcpTool(turned, server)).pin.hash, pin.hash);
  for (
    const other of [
      mcpTool({ ...tool, description: "D" }, server),
      mcpTool({ ...tool, inputSchema: { type: "object", a: 2 } }, server),
      mcpTool(tool, { ...server, from: "workspace" }),
    ]
  ) assert.notEqual((await other).pin.hash, pin.hash);
});

Deno.test("resultText() makes text of whatever a server sends", () => {
  assert.equal(
    resultText({ content: [{ type: "text", text: "a" }, null, 7] }).split("\n").length,
    3,
  );
  assert.equal(resultText({}), "");
  assert.equal(resultText({ content: "x" }), "");
  assert.equal(resultText({ structuredContent: { a: 1 } }), '{\n  "a": 1\n}');
  assert.match(
    resultText({ content: [{ type: "text", text: "x".repeat(5_000_010) }] }),
    /10 characters left out\]$/,
  );
  assert.doesNotMatch(resultText({ content: [{ type: "odd\nforged line" }] }), /\n/);
});
