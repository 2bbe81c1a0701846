// No connection to anywhere before a person has said that there is a model.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Sandbox, sandbox } from "./_cli.ts";

const strace = await new Deno.Command("strace", {
  args: ["-f", "-o", "/dev/null", "-e", "trace=connect", "true"],
  stdout: "null",
  stderr: "null",
}).output().then(({ success }) => success, () => false);
// deno-lint-ignore no-console -- what was not tested is to be seen
if (!strace) console.log("SKIP: strace is not here or may not trace: connections are not watched");

const PROJECT: Readonly<Record<string, string>> = {
  "src/a.js": "export function alpha() {}\n",
  "package.json": '{ "name": "x" }\n',
  // What a repository says about models counts as nothing.
  ".env": "OPENAI_API_KEY=tea\nOLLAMA_HOST=127.0.0.1:11434\nOLLAMA_MODEL=tea\n",
  ".dspy/config.yaml": "model: tea\nollama: true\nbase_url: http://127.0.0.1:11434\n",
};

/** The connections that a run of the program and all it started tried to make, but for pipes. */
async function connections(
  box: Sandbox,
  args: readonly string[],
  options: { stdin?: string; env?: Record<string, string> } = {},
): Promise<string[]> {
  const log = join(box.folder, "connections.log");
  const through = [
    "strace",
    "-f",
    "-qq",
    "-s",
    "256",
    "-o",
    log,
    "-e",
    "trace=connect,sendto,sendmsg",
  ];
  // Deno itself looks for a newer Deno once a day; that is not ours to send or to stop.
  const env = { DENO_NO_UPDATE_CHECK: "1", ...options.env };
  await box.cli(args, { ...options, env, through });
  const lines = (await Deno.readTextFile(log)).split("\n");
  return lines.filter((line) => /AF_INET|sin6?_/.test(line));
}

/** Each without a model: command lines, and lines of a session. */
const RUNS: readonly { args: readonly string[]; stdin?: string }[] = [
  { args: ["run", "where is alpha defined ?"] },
  { args: ["run", "please write a poem about the sea"] },
  { args: ["grep", "alpha"] },
  { args: ["doctor"] },
  { args: ["config"] },
  { args: ["permissions", "explain"] },
  { args: ["sessions"] },
  { args: ["--version"] },
  { args: ["--help"] },
  { args: [], stdin: "where is alpha defined ?\n/model\n/context\n/cost\nhello there\n" },
  { args: ["--local-mode", "run", "where is alpha defined ?"] },
];

Deno.test({
  name: "no connection is made before a model is configured: run, grep, doctor, a session",
  ignore: !strace,
  async fn() {
    await using box = await sandbox(PROJECT);
    // The modules of this version are there from now on.
    await box.cli(["grep", "alpha"]);
    for (const { args, stdin } of RUNS) {
      const found = await connections(box, args, stdin === undefined ? {} : { stdin });
      assert.deepEqual(found, [], args.join(" "));
    }
  },
});

Deno.test({
  name: "local mode makes no connection, though a key and an address are there",
  ignore: !strace,
  async fn() {
    await using box = await sandbox(PROJECT);
    const env = { OPENAI_API_KEY: "tea", OPENAI_BASE_URL: "http://127.0.0.1:47111/v1" };
    await box.cli(["grep", "alpha"]);
    for (const args of [["--local-mode", "run", "where is alpha ?"], ["--local-mode", "doctor"]]) {
      assert.deepEqual(await connections(box, args, { env }), [], args.join(" "));
    }
    // The control: with a model there is one.
    assert.notDeepEqual(await connections(box, ["run", "where is alpha ?"], { env }), []);
  },
});

Deno.test("an Ollama that happens to run is not asked before somebody says so", async (t) => {
  let asked = 0;
  let server: Deno.HttpServer;
  try {
    server = Deno.serve(
      { hostname: "127.0.0.1", port: 11434, onListen: () => {} },
      () => (asked++, new Response("{}")),
    );
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    // deno-lint-ignore no-console -- as above
    console.log("SKIP: port 11434 is taken");
    return;
  }
  await using box = await sandbox(PROJECT);
  for (const { args, stdin } of RUNS) {
    await t.step(args.join(" ") || "session", async () => {
      await box.cli(args, stdin === undefined ? {} : { stdin });
      assert.equal(asked, 0);
    });
  }
  await box.cli(["run", "where is alpha ?"], { env: { OLLAMA_MODEL: "tea" } });
  await server.shutdown();
  assert.ok(asked > 0, "the control: now it is");
});
