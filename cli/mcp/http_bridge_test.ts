/** Servers over streamable HTTP, reached through the bridge's process. */
import assert from "node:assert/strict";
import { connectServer } from "./connect_server.ts";
import { resultText } from "./result_text.ts";
import type { HttpServer } from "./server_config.ts";
import { serverUrl } from "./server_url.ts";
import { testHttpServer } from "../../tests/_mcp_http.ts";

const SITE = { root: "/nowhere", env: Deno.env.toObject() };

function far(url: string, headers: Readonly<Record<string, string>> = {}): HttpServer {
  return { name: "far", from: "user", url: serverUrl(url), headers };
}

Deno.test("the bridge carries calls, headers, session and version to a server of the SDK", async () => {
  await using server = testHttpServer();
  const connection = await connectServer(far(server.url, { Authorization: "Bearer x-1" }), SITE);
  try {
    assert.deepEqual(connection.tools.map(({ name }) => name), ["add"]);
    const result = await connection.call("add", { a: 2, b: 3 }, { timeoutMs: 5_000 });
    assert.equal(resultText(result), "5");
    const wrong = await connection.call("add", { a: "x" }, { timeoutMs: 5_000 });
    assert.equal(wrong.isError, true);
  } finally {
    await connection.close();
  }
  assert.ok(server.keys.every((key) => key === "Bearer x-1"));
  assert.match(server.versions.at(-1) ?? "", /^\d{4}-\d\d-\d\d$/);
  assert.ok(server.methods.includes("DELETE"), "the session was not ended");
});

Deno.test("the bridge says what a server that refuses or is not there answered", async () => {
  await using server = testHttpServer(() => new Response("who are you?", { status: 401 }));
  await assert.rejects(connectServer(far(server.url), SITE), /who are you|401|nauthorized/);
  await assert.rejects(connectServer(far("http://127.0.0.1:9/mcp"), SITE), /fetch|connect|error/i);
});

Deno.test("the bridge follows no redirect to another host", async () => {
  await using other = testHttpServer();
  await using server = testHttpServer(() => Response.redirect(other.url, 307));
  await assert.rejects(connectServer(far(server.url), SITE));
  assert.deepEqual(other.methods, []);
});

Deno.test("the bridge ends at an answer without an end", async () => {
  const piece = new TextEncoder().encode("x".repeat(64 * 1024));
  const endless = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(piece) }), {
      headers: { "content-type": "application/json" },
    });
  await using server = testHttpServer(endless);
  const started = performance.now();
  await assert.rejects(connectServer(far(server.url), SITE), /line of more than|closed/);
  assert.ok(performance.now() - started < 9_000);
});
