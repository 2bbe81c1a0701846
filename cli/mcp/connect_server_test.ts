import assert from "node:assert/strict";
import { type Connection, connectServer } from "./connect_server.ts";
import { resultText } from "./result_text.ts";
import type { ServerSite } from "./start_server.ts";
import { testServer } from "./_test_server.ts";

async function site(): Promise<ServerSite & AsyncDisposable & { readonly proof: string }> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  return {
    root,
    env: Deno.env.toObject(),
    proof: `${root}/proof`,
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Connects to a server of this kind for the time of a test. */
async function using(
  mode: string,
  test: (connection: Connection, at: { proof: string; root: string }) => Promise<void>,
): Promise<void> {
  await using at = await site();
  const connection = await connectServer(testServer(mode, at.proof), at);
  try {
    await test(connection, at);
  } finally {
    await connection.close();
  }
}

const LIMIT = { timeoutMs: 10_000 };

Deno.test("connectServer() lists and calls the tools of a server written with the SDK", async () => {
  await using("good", async ({ tools, call, problems }) => {
    assert.deepEqual(problems, []);
    assert.equal(tools[0]?.name, "echo");
    const result = await call("echo", { text: "hi", times: 2 }, LIMIT);
    assert.equal(resultText(result), "hi hi");
    assert.equal(
      resultText(await call("kinds", {}, LIMIT)),
      "first\n[image, image/png, 3 bytes: not shown]\nfile:///a:\ninside\n[link to file:///b b]",
    );
    assert.equal((await call("fails", {}, LIMIT)).isError, true);
  });
});

Deno.test("connectServer() gives a server a built environment and an empty folder", async () => {
  Deno.env.set("DSPY_TEST_TOKEN", "do-not-pass-on");
  try {
    await using("good", async ({ call }, { root }) => {
      const { env, cwd } = JSON.parse(resultText(await call("env", {}, LIMIT)));
      assert.equal(env.DSPY_TEST_TOKEN, undefined);
      assert.notEqual(env.HOME, Deno.env.get("HOME"));
      assert.notEqual(cwd, root);
    });
  } finally {
    Deno.env.delete("DSPY_TEST_TOKEN");
  }
});

Deno.test("connectServer() leaves out tools that are too large or none, and keeps the others", async () => {
  await using("large", ({ tools, problems }) => {
    assert.deepEqual(tools.map(({ name }) => name), ["echo", "deep"]);
    assert.equal(problems.length, 3);
    assert.match(problems.join("\n"), /"big".*\n.*"huge"/);
    return Promise.resolve();
  });
  await using("many", ({ tools, problems }) => {
    assert.equal(tools.length, 128);
    assert.match(problems.join(), /more than 128 tools/);
    return Promise.resolve();
  });
});

for (
  const [mode, why] of [
    ["garbage", /does not speak MCP|closed|characters/],
    ["endless", /closed|characters/],
    ["schema10", /closed|characters/],
  ] as const
) {
  Deno.test(`connectServer() gives up a server of kind ${mode}`, async () => {
    await using at = await site();
    await assert.rejects(connectServer(testServer(mode), at), why);
  });
}

Deno.test("connectServer() gives up a silent server after ten seconds", async () => {
  await using at = await site();
  const started = performance.now();
  await assert.rejects(connectServer(testServer("silent"), at), /no answer in 10 seconds/);
  assert.ok(performance.now() - started < 13_000);
});

Deno.test("connectServer() says what a program that cannot be started wants", async () => {
  await using at = await site();
  const missing = { ...testServer("good"), command: ["no-such-program-here"] };
  await assert.rejects(connectServer(missing, at), /no-such-program-here not found/);
  const none = {
    ...testServer("good"),
    command: [Deno.execPath(), "eval", "console.error('bye')"],
  };
  await assert.rejects(connectServer(none, at), { hint: "bye" });
});

Deno.test("a call ends when the server dies, when it is stopped and when it takes too long", async () => {
  await using("good", async ({ call, ended }) => {
    await assert.rejects(call("dies", {}, LIMIT), /MCP server test/);
    assert.match(await ended, /I am gone/);
    await assert.rejects(call("echo", { text: "x" }, LIMIT), /MCP server test/);
  });
  await using("good", async ({ call }, { proof }) => {
    const abort = new AbortController();
    const stopping = call("waits", {}, {
      timeoutMs: 60_000,
      signal: abort.signal,
      onProgress: (text) => text === "still waiting" && abort.abort(),
    });
    await assert.rejects(stopping, /stopped/);
    await assert.rejects(call("waits", {}, { timeoutMs: 300 }), /timed out/i);
    await call("echo", { text: "x" }, LIMIT);
    assert.match(await Deno.readTextFile(proof), /waits\ncancelled\n/);
  });
});

Deno.test("a call cuts off a server that answers with an endless line", async () => {
  await using("good", async ({ call, ended }) => {
    await assert.rejects(call("line", {}, LIMIT), /MCP server test/);
    await ended;
  });
});

Deno.test("close() ends a server that will not end", async () => {
  await using at = await site();
  const connection = await connectServer(testServer("stubborn", at.proof), at);
  const pid = Number(await Deno.readTextFile(at.proof));
  await connection.close();
  assert.throws(() => Deno.kill(pid, "SIGCONT"));
});
