// The real program with servers that keep less of OpenAI's protocol than it promises.
import assert from "node:assert/strict";
import { chunk, DONE, sse, type TestServer, testServer } from "../core/lm/_test_server.ts";
import { type CliResult, type Sandbox, sandbox } from "./_cli.ts";

const NOTE = { "note.txt": "the tea is ready\n" };

function ask(box: Sandbox, server: TestServer, request: string): Promise<CliResult> {
  return box.cli(["--model", "m", "run", request], {
    env: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: "none" },
  });
}

function says(text: string): Response {
  return sse(chunk({ content: text }), chunk({}, "stop"), DONE);
}

function step(tool: string, args: object, answer = ""): Response {
  return says(JSON.stringify({ thought: "I look", tool, args, answer }));
}

Deno.test("a server that locks or lacks its list of models answers all the same", async () => {
  await using box = await sandbox(NOTE);
  for (const list of [401, 500]) {
    await using server = testServer(({ path }) =>
      path === "/v1/models" ? new Response("<html>no", { status: list }) : says("Tea it is.")
    );
    const { code, stdout, stderr } = await ask(box, server, "is there tea?");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Tea it is\./);
    assert.ok(server.seen.some(({ path }) => path === "/v1/models"));
  }
});

Deno.test("a server that takes no tools is asked with tools once, and works in text", async () => {
  const refusals: [string, number][] = [
    ["m does not support tools", 400],
    ["tools param requires --jinja flag", 500],
    ["No endpoints found that support tool use", 404],
  ];
  await using box = await sandbox(NOTE);
  for (const [message, status] of refusals) {
    await using server = testServer(({ path, body }) => {
      if (path === "/v1/models") return Response.json({ data: [] });
      if (body.tools) return Response.json({ error: { message } }, { status });
      const last = body.messages.at(-1).content as string;
      return last.includes("tea is ready")
        ? step("finish", {}, "It says: drink.")
        : step("cat", { file: "note.txt" });
    });
    const { code, stdout, stderr } = await ask(box, server, "what does the note say?");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /It says: drink\./);
    const asked = server.seen.filter(({ path }) => path.endsWith("/chat/completions"));
    assert.deepEqual(asked.map(({ body }) => body.tools !== undefined), [true, false, false]);
  }
});
