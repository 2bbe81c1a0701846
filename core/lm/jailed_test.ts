// The SDKs in a process that may reach one port and nothing else, without an environment.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { chunk, DONE, jsonLines, sse, testServer } from "./_test_server.ts";

Deno.test("both clients work in a process that may only reach their server", async () => {
  await using server = testServer(({ path }) =>
    path === "/v1/models"
      ? Response.json({ data: [] })
      : path === "/api/show"
      ? Response.json({ capabilities: [] })
      : path === "/api/chat"
      ? jsonLines({ message: { content: "Hi" } }, { message: { content: "" }, done: true })
      : sse(chunk({ content: "Hi" }), chunk({}, "stop"), DONE)
  );
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const env: Record<string, string> = {};
  for (const name of ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"]) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      "--quiet",
      `--config=${here("../../deno.json")}`,
      `--allow-net=127.0.0.1:${server.port}`,
      here("_jailed_child.ts"),
      server.url,
    ],
    clearEnv: true,
    env: { ...env, OPENAI_API_KEY: "sk-of-the-environment", OPENAI_BASE_URL: "http://127.0.0.1:9" },
    stdin: "null",
  }).output();
  const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.deepEqual(said!.split("\n"), [
    "openai/m Hi",
    "ollama/m Hi",
    "refused: this process may not reach http://127.0.0.1:54321",
  ], complained);
  assert.equal(complained, "");
  assert.equal(code, 0);
});

Deno.test("the SDKs are not loaded with the room", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", fileURLToPath(new URL("mod.ts", import.meta.url))],
  }).output();
  interface Module {
    specifier: string;
    dependencies?: { specifier: string; code?: { specifier: string }; isDynamic?: boolean }[];
  }
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
  const imports = modules.flatMap(({ dependencies = [] }) => dependencies)
    .filter(({ specifier }) => !specifier.startsWith("."));
  assert.deepEqual([...new Set(imports.map(({ specifier }) => specifier))].sort(), [
    "ollama/browser",
    "openai/core/streaming",
  ]);
  assert.ok(imports.every(({ isDynamic }) => isDynamic), JSON.stringify(imports));
});
