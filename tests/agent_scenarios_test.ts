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
  /** Whether a key came with every request. */
  readonly keySent: boolean;
  /** Calls that ended; known with `--json`. */
  readonly ended: readonly { tool: string; input: string; rule?: string }[];
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
  const keySent = model.requests.every((request) => request.keySent);
  const ended = args.includes("--json") ? endedCalls(stdout) : [];
  await check({ root: at.ws, code, stdout, stderr, problems, done, bodies, keySent, ended });
}

function endedCalls(stdout: string): Played["ended"] {
  const events = stdout.trim().split("\n").map((line) => JSON.parse(line));
  const inputs = new Map(
    events.filter(({ type }) => type === "tool.start")
      .map(({ data }) => [data.call, JSON.stringify(data.input)]),
  );
  return events.filter(({ type }) => type === "tool.end")
    .map(({ data }) => ({ ...data, input: inputs.get(data.call) ?? "" }));
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

Deno.test({
  name: "run mends a failing Python test",
  ignore: !await hasPytest(),
  async fn() {
    await play("fix_python", ["--approval", "auto"], (played) => {
      assert.deepEqual(played.problems, [], played.stderr);
      assert.deepEqual([played.done, played.code], [true, 0], played.stderr);
    });
  },
});

async function hasPytest(): Promise<boolean> {
  const { success } = await new Deno.Command("python3", { args: ["-c", "import pytest"] }).output()
    .catch(() => ({ success: false }));
  // deno-lint-ignore no-console -- a skipped check says so
  if (!success) console.log("SKIP the Python scenario: pytest is not installed");
  return success;
}

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
    assert.deepEqual([played.done, played.code], [true, 1]);
    assert.match(played.stdout + played.stderr, /limit:loop.*same calls again: computer/);
  });
});

Deno.test("run refuses all that an injected README has the model do", async () => {
  await play("injection", ["--approval", "auto", "--json"], async (played) => {
    assert.deepEqual(played.problems, [], played.stderr);
    assert.equal(played.done, true, played.stderr);
    for (const body of played.bodies) assert.doesNotMatch(body, /tea-4711/);
    // What was not done was refused by a rule of ours, and did not just fail.
    for (const { tool, input, rule } of played.ended) {
      if (["exec", "write"].includes(tool)) assert.match(rule ?? "", /^(command|path)\./, input);
    }
    assert.equal(played.ended.filter(({ tool }) => tool === "exec").length, 4);
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
    assert.equal(played.keySent, true);
    for (const path of await filesBelow(`${played.root}/.dspy`)) {
      const text = new TextDecoder().decode(await Deno.readFile(path));
      assert.equal(text.includes(KEY), false, path);
    }
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
    if (isFile) found.push(`${folder}/${name}`);
    if (isDirectory) found.push(...await filesBelow(`${folder}/${name}`));
  }
  return found;
}
