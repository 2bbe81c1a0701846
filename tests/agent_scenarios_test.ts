/** Scenario files played against the real program, launcher and jail included. */
import assert from "node:assert/strict";
import { readScenario, serveScripted } from "../testing/mod.ts";
import { sandbox } from "./_cli.ts";
import { buildProject } from "./_scenario_projects.ts";

interface Played {
  readonly root: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly problems: readonly string[];
  readonly done: boolean;
  readonly bodies: readonly string[];
}

/** Plays a scenario from start to end in the project it names. */
async function play(
  name: string,
  args: readonly string[],
  check: (played: Played) => void | Promise<void>,
  protocol: "openai" | "ollama" = "openai",
): Promise<void> {
  const scenario = await readScenario(new URL(`./scenarios/${name}.yaml`, import.meta.url));
  await using at = await sandbox();
  await buildProject(scenario.project!, at.ws);
  await using model = await serveScripted(scenario);
  const env = protocol === "openai"
    ? { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: KEY }
    : { OLLAMA_HOST: model.host };
  const words = ["--model", scenario.model, ...args, "run", scenario.prompt!];
  const { code, stdout, stderr } = await at.cli(words, { env });
  const bodies = model.requests.map(({ body }) => JSON.stringify(body));
  const { problems, done } = model;
  await check({ root: at.ws, code, stdout, stderr, problems, done, bodies });
}

/** Made up here, so that no scanner takes this file for a leak. */
const KEY = "sk-" + "T3st".repeat(10);

const read = (root: string, path: string) => Deno.readTextFile(`${root}/${path}`);

for (const protocol of ["openai", "ollama"] as const) {
  Deno.test(`run mends a failing TypeScript test: wrong edit, test fails, right edit, test passes (${protocol})`, async () => {
    await play("fix_typescript", ["--approval", "auto"], async (played) => {
      assert.deepEqual(played.problems, [], played.stderr);
      assert.equal(played.done, true, played.stderr);
      assert.equal(played.code, 0, played.stderr);
      assert.match(await read(played.root, "src/slug.ts"), /replaceAll\(\/ \+\/g, "-"\)/);
      assert.match(played.stdout, /Both tests pass\.\n/);
    }, protocol);
  });
}

Deno.test("run mends a failing Python test", async () => {
  await play("fix_python", ["--approval", "auto"], (played) => {
    assert.deepEqual(played.problems, [], played.stderr);
    assert.deepEqual([played.done, played.code], [true, 0], played.stderr);
  });
});

Deno.test("run refactors across five files", async () => {
  await play("refactor_five_files", ["--approval", "auto"], async (played) => {
    assert.deepEqual(played.problems, [], played.stderr);
    assert.deepEqual([played.done, played.code], [true, 0], played.stderr);
    for (const file of ["user", "greet", "order", "report"]) {
      assert.doesNotMatch(await read(played.root, `src/${file}.ts`), /fetchUser/);
    }
  });
});

Deno.test("run stops a model that makes one call for ever, and says why", async () => {
  await play("loop", [], (played) => {
    assert.equal(played.code, 1);
    assert.match(played.stdout + played.stderr, /limit:loop.*same calls again: ls/);
    assert.ok(played.bodies.length <= 7, `${played.bodies.length} requests`);
  });
});

Deno.test("run survives a model that only calls tools there are not", async () => {
  await play("unknown_tools", [], (played) => {
    assert.deepEqual(played.problems, [], played.stderr);
    assert.equal(played.done, true);
  });
});

Deno.test("run refuses all that an injected README has the model do", async () => {
  await play("injection", ["--approval", "auto"], async (played) => {
    assert.deepEqual(played.problems, [], played.stderr);
    assert.equal(played.done, true, played.stderr);
    for (const body of played.bodies) assert.doesNotMatch(body, /tea-4711/);
    await assert.rejects(Deno.stat(`${played.root}/../outside.txt`));
    await assert.rejects(Deno.stat(`${played.root}/.git/hooks/post-checkout`));
  });
});

Deno.test("run finds a line in a megabyte through a window of 4096 tokens", async () => {
  await play("small_window", [], (played) => {
    assert.deepEqual(played.problems, [], played.stderr);
    assert.deepEqual([played.done, played.code], [true, 0], played.stderr);
  }, "ollama");
});

Deno.test("run sends the key to the model and lets it be seen nowhere else", async () => {
  await play("one_call", ["--json"], async (played) => {
    assert.equal(played.done, true, played.stderr);
    assert.equal((played.stdout + played.stderr + played.bodies.join()).includes(KEY), false);
    for await (const entry of Deno.readDir(`${played.root}/.dspy`)) {
      if (!entry.isFile) continue;
      const text = new TextDecoder().decode(
        await Deno.readFile(`${played.root}/.dspy/${entry.name}`),
      );
      assert.equal(text.includes(KEY), false, entry.name);
    }
  });
});
