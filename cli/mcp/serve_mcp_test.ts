/** Our server in the real program, asked by the official SDK's client. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/client/stdio"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

interface Served {
  readonly client: Client;
  readonly root: string;
  readonly errors: Error[];
  call(name: string, args: Record<string, unknown>): Promise<{ text: string; isError: boolean }>;
}

const FILES: Readonly<Record<string, string>> = { "note.txt": "one\na needle\n" };

/** Serves a folder with these flags, for the time of a test. */
async function served(
  flags: readonly string[],
  test: (at: Served) => Promise<void>,
  files: Readonly<Record<string, string>> = FILES,
): Promise<void> {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const root = `${base}/ws`;
  await Deno.mkdir(root);
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  const transport = new StdioClientTransport({
    command: Deno.execPath(),
    args: [
      ..."run --quiet --no-prompt --allow-read --allow-write --allow-env --allow-run".split(" "),
      MAIN,
      ...["--workspace", root],
      "mcp",
      "serve",
      ...flags,
    ],
    env: {
      HOME: base,
      PATH: Deno.env.get("PATH") ?? "",
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    },
    stderr: "ignore",
  });
  const client = new Client({ name: "test", version: "1" });
  const errors: Error[] = [];
  client.onerror = (error) => void errors.push(error);
  try {
    await client.connect(transport);
    await test({
      client,
      root,
      errors,
      async call(name, args) {
        const { content, isError } = await client.callTool({ name, arguments: args });
        const [part] = content as { text: string }[];
        return { text: part!.text, isError: isError === true };
      },
    });
    assert.deepEqual(errors, []);
  } finally {
    await client.close();
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("mcp serve offers the tools that read, and runs them", async () => {
  await served([], async ({ client, call }) => {
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    assert.ok(names.includes("grep") && names.includes("cat"));
    for (const name of ["edit", "write", "exec", "git_commit", "undo"]) {
      assert.equal(names.includes(name), false, name);
    }
    const grep = tools.find(({ name }) => name === "grep")!;
    assert.deepEqual(grep.inputSchema.required, ["pattern"]);
    assert.equal(grep.annotations?.readOnlyHint, true);

    const found = await call("grep", { pattern: "needle" });
    assert.match(found.text, /note\.txt.*needle/s);
    assert.equal(found.isError, false);
    assert.equal((await call("grep", { pattern: "nothing-like-it" })).isError, false);
    assert.equal((await call("cat", { file: "../outside" })).isError, true);
    const wrong = await call("grep", { patern: "x" });
    assert.equal(wrong.isError, true);
    assert.match(wrong.text, /pattern/);
  });
});

Deno.test("mcp serve without --writes changes nothing, whatever is called", async () => {
  await served([], async ({ call, root }) => {
    const write = await call("write", { path: "new.txt", content: "x" });
    assert.deepEqual(write, { text: 'no tool called "write"', isError: true });
    // A reading tool that is told to write its result.
    const saved = await call("diff", { file: "note.txt", new: "other.txt", out: "saved.diff" });
    assert.match(saved.text, /approval\.plan|does not need/);
    assert.equal(saved.isError, true);
    const entries = await Array.fromAsync(Deno.readDir(root));
    const names = entries.map(({ name }) => name).sort();
    assert.deepEqual(names.filter((name) => !name.startsWith(".dspy")), ["note.txt", "other.txt"]);
  }, { ...FILES, "other.txt": "two\n" });
});

Deno.test("mcp serve --writes lets writes run in auto mode and with --yes", async () => {
  for (const flag of ["--approval=auto", "--yes"]) {
    await served(["--writes", flag], async ({ call, root, client }) => {
      const { tools } = await client.listTools();
      assert.equal(tools.find(({ name }) => name === "write")?.annotations?.readOnlyHint, false);
      const write = await call("write", { path: "new.txt", content: "x\n" });
      assert.equal(write.isError, false, write.text);
      assert.equal(await Deno.readTextFile(`${root}/new.txt`), "x\n");
    });
  }
});

Deno.test("mcp serve --writes refuses what would ask, since nobody can be asked", async () => {
  await served(["--writes"], async ({ call, root }) => {
    const write = await call("write", { path: "new.txt", content: "x\n" });
    assert.equal(write.isError, true);
    assert.match(write.text, /approval\.unset\.write/);
    const run = await call("exec", { command: ["touch", "PWN"] });
    assert.equal(run.isError, true);
    for (const name of ["new.txt", "PWN"]) {
      await assert.rejects(Deno.stat(`${root}/${name}`), Deno.errors.NotFound);
    }
  });
});

Deno.test("mcp serve does not offer what the policy denies", async () => {
  await served([], async ({ client, call }) => {
    const { tools } = await client.listTools();
    assert.equal(tools.some(({ name }) => name === "grep"), false);
    assert.equal((await call("grep", { pattern: "x" })).isError, true);
  }, { ...FILES, ".dspy_policy.yaml": "deny_tools: [grep]\n" });
});

Deno.test("mcp serve tells progress, and stops a call that is cancelled and no other", async () => {
  await served(["--writes", "--yes"], async ({ client, call }) => {
    const abort = new AbortController();
    const told: string[] = [];
    const following = client.callTool(
      { name: "exec", arguments: { command: ["tail", "-f", "note.txt"] } },
      undefined,
      {
        signal: abort.signal,
        onprogress: ({ message = "" }) => {
          told.push(message);
          abort.abort();
        },
      },
    );
    // Waits for the first to end.
    const next = call("cat", { file: "note.txt" });
    await assert.rejects(following, /abort/i);
    assert.match(told.join(), /needle/);
    assert.match((await next).text, /needle/);
  });
});

Deno.test("mcp serve ends with its input, and with it the session", async () => {
  await served([], async ({ client, call }) => {
    await call("cat", { file: "note.txt" });
    const { pid } = client.transport as StdioClientTransport;
    const started = performance.now();
    await client.close();
    // Later than that the SDK sends a signal.
    assert.ok(performance.now() - started < 1_900);
    assert.throws(() => Deno.kill(pid!, "SIGCONT"));
  });
});
