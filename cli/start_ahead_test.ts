import assert from "node:assert/strict";
import { createRegistry } from "../core/registry.ts";
import { catalog } from "../skills/catalog.ts";
import { startAhead } from "./start_ahead.ts";

const registry = createRegistry(catalog);
const WITH_MODEL = { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };

/** The flags of a guess that are about the network; undefined where nothing is guessed. */
async function net(
  tool: string | undefined,
  env: Record<string, string>,
  flags: Record<string, unknown> = {},
): Promise<string[] | undefined> {
  const entry = tool === undefined ? undefined : registry.find(tool)!;
  const workspace = await Deno.makeTempDir();
  const spawned = await startAhead({ entry, flags: { workspace, ...flags }, env });
  await Deno.remove(workspace);
  if (spawned === undefined) return undefined;
  spawned.child.kill("SIGKILL");
  await Promise.all([spawned.child.status, spawned.child.stdin.abort().catch(() => {})]);
  await Promise.all([spawned.child.stdout.cancel(), spawned.child.stderr.cancel()]);
  return spawned.args.filter((flag) => flag.startsWith("--allow-net"));
}

Deno.test("startAhead() guesses the host of the model for what may ask it, and for nothing else", async () => {
  const flags = { model: "m" };
  assert.deepEqual(await net("grep", WITH_MODEL, flags), []);
  assert.deepEqual(await net("plan", WITH_MODEL, flags), ["--allow-net=127.0.0.1:9"]);
  assert.deepEqual(await net(undefined, WITH_MODEL, flags), ["--allow-net=127.0.0.1:9"]);
  assert.deepEqual(await net("plan", {}), []);
});

Deno.test("startAhead() guesses nothing where a file may name a model that the session would need", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${folder}/dspy-code`);
    await Deno.writeTextFile(`${folder}/dspy-code/config.yaml`, "model: m\n");
    const env = { XDG_CONFIG_HOME: folder };
    assert.deepEqual(await net("grep", env), []);
    assert.equal(await net("plan", env), undefined);
    assert.equal(await net(undefined, env), undefined);
    assert.deepEqual(await net(undefined, { ...env, ...WITH_MODEL }, { model: "m" }), [
      "--allow-net=127.0.0.1:9",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
