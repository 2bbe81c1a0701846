import assert from "node:assert/strict";
import { createRegistry } from "../core/registry.ts";
import { catalog } from "../skills/catalog.ts";
import { foreignWrites } from "./foreign_writes.ts";
import { ALL_NEEDS, jailPlan, NO_NEEDS, type SessionNeeds } from "./jail_plan.ts";
import { ownFiles } from "./own_files.ts";
import { sessionEnv } from "./session_env.ts";

Deno.test("ownFiles() names files that are there, and grammars only for who parses", async () => {
  const own = await ownFiles(true);
  for (const path of [own.main, own.config!, ...own.ownFiles]) await Deno.stat(path);
  assert.equal(own.registry, undefined);
  assert.ok(own.ownFiles.some((path) => path.endsWith(".wasm")));
  assert.ok(!(await ownFiles(false)).ownFiles.some((path) => path.endsWith(".wasm")));
});

Deno.test("jailPlan() grants the log folder only where it lies outside the workspace", async () => {
  const plan = (logs: string) =>
    jailPlan({ workspace: { root: "/w/proj", logs }, ours: ["/s"], model: undefined }, NO_NEEDS);
  for (const logs of ["/w/proj", "/w/proj/logs", "/w/proj/..logs"]) {
    assert.equal((await plan(logs)).logs, undefined, logs);
  }
  assert.equal((await plan("/w/proj_logs")).logs, "/w/proj_logs");
  assert.equal((await plan("/var/log")).logs, "/var/log");
});

Deno.test("jailPlan() grants the model's host only to those who may ask it", async () => {
  const registry = createRegistry(catalog);
  const model = { provider: "ollama", model: "m", host: "127.0.0.1:11434", timeoutMs: 1 } as const;
  const place = { workspace: { root: "/w", logs: "/w/logs" }, ours: [], model };
  const hosts = async (needs: SessionNeeds) => (await jailPlan(place, needs)).hosts;
  assert.deepEqual(await hosts(ALL_NEEDS), ["127.0.0.1:11434"]);
  for (const tool of ["grep", "edit", "run_tests", "plan", "exec"]) {
    const entry = registry.find(tool)!;
    const asks = ["edit", "plan"].includes(tool);
    assert.deepEqual(await hosts(entry), asks ? ["127.0.0.1:11434"] : [], tool);
  }
});

Deno.test("sessionEnv() hands over what finds Deno's cache, and nothing else", () => {
  const env = {
    HOME: "/h",
    DENO_DIR: "/d",
    PATH: "/bin",
    OPENAI_API_KEY: "k",
    NODE_OPTIONS: "x",
    DENO_AUTH_TOKENS: "t",
    DENO_TLS_CA_STORE: "x",
    LD_PRELOAD: "x",
    XDG_CACHE_HOME: undefined,
  };
  assert.deepEqual(sessionEnv(env), {
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    HOME: "/h",
    DENO_DIR: "/d",
  });
});

Deno.test("foreignWrites() names what is written besides our own state", async () => {
  const registry = createRegistry(catalog);
  const workspace = { root: "/w", logs: "/w/logs" };
  const writes = (tool: string, input: unknown) =>
    foreignWrites(registry, { tool, input }, workspace);
  assert.deepEqual(await writes("write", { path: "a.txt", content: "" }), ["a.txt"]);
  assert.deepEqual(await writes("write", { path: ".dspyx/a", content: "" }), [".dspyx/a"]);
  assert.deepEqual(await writes("write", { path: ".dspy/../a", content: "" }), [".dspy/../a"]);
  assert.deepEqual(await writes("write", { path: ".dspy/a", content: "" }), []);
  assert.deepEqual(await writes("grep", { pattern: "x" }), []);
  assert.deepEqual(await writes("nope", {}), []);
  assert.deepEqual(await writes("write", { path: 1 }), []);
  assert.deepEqual(await writes("exec", { command: ["a; b"] }), []);
});
