/** The command `rl` through the real program: jail, toolchain, files, exit codes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DEFAULT_RL_CONFIG } from "../rl/tools/rl_config.ts";
import { eventsOf, type Sandbox, sandbox } from "./_cli.ts";
import { check, runRows } from "./_project.ts";

/** One test passes, one fails; the linter and the compiler find nothing. */
const PROJECT = {
  "deno.json": "{}\n",
  "add.ts": "export const add = (a: number, b: number): number => a + b;\n",
  "add_test.ts": `import { add } from "./add.ts";
Deno.test("adds", () => {
  if (add(2, 3) !== 5) throw new Error("no");
});
Deno.test("subtracts", () => {
  if (add(2, 3) !== -1) throw new Error("no");
});
`,
};

interface State {
  readonly tools: readonly string[];
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

async function stateOf(box: Sandbox): Promise<Map<string, { value: number; count: number }>> {
  const { tools, values, counts }: State = JSON.parse(await box.read(".dspy_rl_state.json"));
  return new Map(tools.map((tool, i) => [tool, { value: values[i]!, count: counts[i]! }]));
}

async function outcomesOf(box: Sandbox): Promise<{ ts: number; tool: string; reward: number }[]> {
  const text = await box.read(".dspy_rl_events.jsonl").catch(() => "");
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

Deno.test("rl train runs the real checks, and merges what they earned into what stands there", async () => {
  await using box = await sandbox(PROJECT);
  await box.write(
    ".dspy_rl_state.json",
    '{"policy":"theirs","tools":["theirs","lint"],"values":[0.3,0],"counts":[7,1]}',
  );
  const flags = ["--steps", "4", "--n-envs", "1", "--epsilon", "0", "--skip_gepa"];
  const result = await box.cli(["rl", "train", ...flags]);
  check(result, {
    out: /^steps 4, avg_reward 0\.\d{3} \(epsilon-greedy, 1 environment\)\n {2}run_tests +1 times/,
    err: /^--skip-gepa: .*\nleft out: patch.*\nrun_tests: deno, 1 of 2 passed\nlint: .*\nbuild: /,
  }, "rl train");
  // The checks' own output is not shown four times.
  assert.doesNotMatch(result.stdout, /FAIL/);
  const outcomes = await outcomesOf(box);
  assert.equal(outcomes.length, 4);
  const worth: Record<string, number> = { run_tests: 0.5, lint: 1, build: 1 };
  for (const { tool, reward, ts } of outcomes) {
    assert.equal(reward, worth[tool]);
    assert.ok(Number.isInteger(ts) && Math.abs(ts - Date.now() / 1000) < 300);
  }
  const state = await stateOf(box);
  assert.deepEqual(state.get("theirs"), { value: 0.3, count: 7 });
  const had = (tool: string) => outcomes.filter((one) => one.tool === tool).length;
  // What was never tried is tried first.
  for (const tool of ["run_tests", "lint", "build"]) assert.ok(had(tool) >= 1, tool);
  assert.deepEqual(state.get("run_tests"), { value: 0.5, count: had("run_tests") });
  assert.equal(state.get("lint")?.count, had("lint") + 1);
  assert.equal(state.get("lint")?.value, had("lint") / (had("lint") + 1));
  check(await box.cli(["rl", "status"]), {
    out: new RegExp(`trained by rl train:[^]* run_tests +${had("run_tests")} times, reward 0\\.50`),
  }, "rl status");
});

Deno.test("rl train without a toolchain says so, earns nothing and writes nothing", async () => {
  await using box = await sandbox({ "notes.txt": "no code\n" });
  check(await box.cli(["rl", "train", "--steps", "2"]), {
    code: 1,
    err: /no test toolchain found here[^]*no toolchain can be run here: .*--test-cmd/,
  }, "no toolchain");
  await assert.rejects(box.read(".dspy_rl_state.json"), Deno.errors.NotFound);
  await assert.rejects(box.read(".dspy_rl_events.jsonl"), Deno.errors.NotFound);
});

Deno.test("rl train takes commands, a network, a context and verifiers of a module", async () => {
  await using box = await sandbox({
    ...PROJECT,
    "v.ts": `export const getVerifiers = () => [
  { kind: "mine", score: ({ metrics }) => metrics.pass_rate ?? metrics.lint_ok / 4 }];\n`,
    "v.jsonl": "[1, 0.5]\n",
  });
  const commands = ["--test-cmd", "deno test -A", "--lint-cmd", "deno lint --json"];
  const more = ["--verifiers-module", "v.ts", "--vector-path", "v.jsonl", "--rl-config", "rl.json"];
  await box.write("rl.json", '{"actions": ["run_tests", "lint"], "n_envs": 1}');
  // Nobody can be asked here whether these programs may run.
  check(await box.cli(["rl", "train", ...commands, ...more]), {
    code: 1,
    err: /command\.unlisted[^]*no toolchain can be run here/,
  }, "not consented");
  check(
    await box.cli([
      ...["--yes", "rl", "train", "--neural", "--lr", "0.01", "--entropy=0.1", "--puffer"],
      ...["--steps", "3", ...commands, ...more],
    ]),
    {
      out: /^steps 3, avg_reward 0\.\d{3} \(neural, 1 env[^]*\.dspy_checkpoints\/rl\/latest\.json/,
      err: /^--puffer: [^\n]*native trainer[^\n]*\nrun_tests: 1 of 2 passed\nlint: 0 issues\n/,
    },
    "neural",
  );
  const worth: Record<string, number> = { run_tests: 0.5, lint: 0.25 };
  for (const { tool, reward } of await outcomesOf(box)) assert.equal(reward, worth[tool]);
  check(await box.cli(["rl", "train", "--build-cmd", "deno check | cat"]), {
    code: 1,
    err: /shell operator "\|"/,
  }, "operator");
});

Deno.test("rl train that is interrupted keeps what it learned, each step once", async () => {
  await using box = await sandbox(PROJECT);
  const { argv: [program, ...args], env } = box.commandLine(["rl", "train", "--steps", "1000"]);
  const child = new Deno.Command(program!, {
    args,
    env,
    cwd: box.ws,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  for (let i = 0; i < 600 && (await outcomesOf(box)).length < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGINT");
  const { code, stdout } = await output;
  assert.equal(code, 130);
  const outcomes = await outcomesOf(box);
  const text = new TextDecoder().decode(stdout);
  assert.match(text, new RegExp(`^stopped after ${outcomes.length} of 2000 steps; they are kept`));
  const counts = [...(await stateOf(box)).values()].map(({ count }) => count);
  assert.equal(counts.reduce((a, b) => a + b), outcomes.length);
});

Deno.test("rl train --json ends with what it learned, and marks its calls as parts", async () => {
  await using box = await sandbox(PROJECT);
  const line = ["rl", "train", "--steps=1", "--n-envs=1", "--policy=ucb1", "--ucb-c=1"];
  const result = await box.cli(["--json", ...line]);
  const events = eventsOf(result);
  const ends = events.filter(({ type }) => type === "tool.end");
  assert.equal(ends.length, 4, result.stderr);
  assert.ok(ends.every(({ data }) => data.part === true));
  const { data } = events.find(({ type }) => type === "rl.train")!;
  assert.deepEqual([data.policy, data.steps, data.stopped], ["ucb1", 1, false]);
  const one = await box.cli(["--output", "json", ...line]);
  assert.equal(one.stdout.trim().split("\n").length, 1, one.stdout);
});

Deno.test("rl config init writes the defaults once; rl train reads them and names what is wrong", async () => {
  await using box = await sandbox(PROJECT);
  await runRows(box, [
    [["rl", "config", "init"], { out: /^wrote \.dspy_rl\.json\n$/ }],
    [["rl", "config", "init"], { code: 1, err: /^\.dspy_rl\.json exists and is left as it is/ }],
    [["rl", "config", "init", "--force"], { out: /^kept the old .*\.bak-\w+\nwrote/ }],
    [["rl", "config", "init", "--out", "conf/rl.json"], { out: /^wrote conf\/rl\.json\n$/ }],
    [["rl", "config", "init", "--out", "../rl.json"], { code: 1, err: /outside workspace/ }],
  ]);
  assert.deepEqual(JSON.parse(await box.read(".dspy_rl.json")), DEFAULT_RL_CONFIG);
  await box.write(".dspy_rl.json", '{"epsilon": "often"}');
  await runRows(box, [
    [["rl", "train"], { code: 2, err: /\.dspy_rl\.json: "epsilon": "often"; expected a number/ }],
  ]);
});

Deno.test("rl shows, judges, exports, resets and imports what was learned", async () => {
  await using box = await sandbox({ "main.py": "def green():\n    return 1\n" });
  await box.cli(["run", "where is green defined?"]);
  await box.cli(["feedback", "9"]);
  await runRows(box, [
    [["rl"], { out: /^sparse-linear 0@3: 1 decisions, learned from 1/ }],
    [["rl", "export", "kept.json"], { out: /^written: kept\.json\n$/ }],
    [["rl", "export", "kept.json"], { out: /^kept\.json says that already\n$/ }],
    [["rl", "export", "main.py"], { code: 1, err: /main\.py is there, .*--force to replace/ }],
    [["rl", "report", "main.py"], { code: 1, err: /main\.py is there, .*--force to replace/ }],
    [["rl", "evaluate"], { out: /too few outcomes/ }],
    [["rl", "report", "curve.svg"], { out: /mean reward[^]*written: curve\.svg/ }],
    [["rl", "reset"], { out: /: 0 decisions/ }],
    [["rl", "import", "kept.json"], { out: /learned from 1/ }],
    [["rl", "replay"], { out: /^sparse-linear/ }],
    [["rl", "status"], { out: /^sparse-linear/ }],
    [["rl", "import"], { code: 2, err: /rl import needs a file/ }],
    [["rl", "import", "none.json"], { code: 1, err: /no such file/ }],
    [["rl", "import", "main.py"], {
      code: 2,
      err: /^main\.py is no state of a learner: it is no JSON: give a file that policy export has/,
    }],
    [["rl", "export", "main.py", "--force"], { out: /^written: main\.py\n$/ }],
  ]);
  assert.match(await box.read("curve.svg"), /^<svg/);
});

Deno.test("rl background takes what sessions log exactly once, tells each pass and ends on Ctrl-C", async () => {
  await using box = await sandbox({ "main.py": "def green():\n    return 1\n" });
  await runRows(box, [
    [["rl", "background", "--once"], { out: /^nothing new; sparse-linear is played\n$/ }],
    [["rl", "background", "--interval", "0"], { code: 2, err: /"0" does not fit --interval/ }],
  ]);
  const { argv: [program, ...args], env } = box.commandLine(["rl", "background", "--interval=0.2"]);
  const child = new Deno.Command(program!, {
    args,
    env,
    cwd: box.ws,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const told = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  const until = async (enough: () => boolean) => {
    while (!enough()) {
      const { value, done } = await told.read();
      assert.ok(!done, `ended early: ${seen}`);
      seen += value;
    }
  };
  const sum = (what: string) =>
    [...seen.matchAll(new RegExp(`^.*?(\\d+) ${what}`, "gm"))]
      .filter(([line]) => !line.includes("passes"))
      .reduce((all, [, n]) => all + Number(n), 0);
  await until(() => seen.includes("nothing new"));
  for (const mark of ["9", "8"]) {
    await box.cli(["run", "where is green defined?"]);
    await box.cli(["feedback", mark]);
    // Another trainer at the same time takes nothing from it, and nothing twice.
    await box.cli(["rl", "background", "--once"]);
  }
  await box.cli(["run", "where is green defined?"]);
  await box.cli(["feedback", "7"]);
  await until(() => sum("entries") > 0 && /outcomes/.test(seen));
  child.kill("SIGINT");
  assert.equal((await child.status).code, 0);
  await until(() => /\d+ passes, \d+ entries, \d+ outcomes\n/.test(seen));
  await told.cancel();
  assert.match((await box.cli(["rl", "background", "--once"])).stdout, /^nothing new/);
  assert.match((await box.cli(["rl"])).stdout, /: 3 decisions, learned from 3/);
});

Deno.test("rl complains of slips with what may have been meant, and ends with 2", async () => {
  await using box = await sandbox();
  await runRows(box, [
    [["rl", "trian", "--steps", "4"], {
      code: 2,
      err: /no command called "trian", did you mean `?train/,
    }],
    [["rl", "config", "int"], { code: 2, err: /did you mean `?init/ }],
    [["rl", "train", "--stesp", "4"], { code: 2, err: /no flag --stesp, did you mean --steps\?/ }],
    [["rl", "train", "--n_envs", "0"], { code: 2, err: /"0" does not fit --n-envs, expected/ }],
    [["rl", "train", "--epsilon", "2"], { code: 2, err: /does not fit --epsilon/ }],
    [["rl", "train", "--policy", "tomson"], {
      code: 2,
      err: /no bandit is named "tomson".*thompson/,
    }],
    [["rl", "status", "x"], { code: 2, err: /"x" is one too many/ }],
    [["help", "rl"], { out: /rl train \[--steps n\]/ }],
    [["rl", "help"], { out: /rl train \[--steps n\]/ }],
    [["rl", "help", "background"], { out: /rl background \[--once\]/ }],
    [["__complete", "--", "rl", "tr"], { out: /^train\n$/ }],
    [["__complete", "--", "rl", "train", "--ucb"], { out: /^--ucb-c\n$/ }],
  ]);
});

Deno.test("rl is a verb of the REPL, where it has its own time limit", async () => {
  await using box = await sandbox(PROJECT);
  const lines = "rl\nrl train --steps 1 --n_envs 1 --timeout-sec 99\nrl statsu\nrl config init\n";
  const { code, stdout, stderr } = await box.cli([], { stdin: lines });
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^sparse-linear 0@0[^]*\nsteps 1, avg_reward [^]*\nwrote \.dspy_rl\.json\n$/,
  );
  assert.match(stderr, /no command called "statsu", did you mean `?status/);
  assert.deepEqual((await outcomesOf(box)).length, 1);
  await Deno.stat(join(box.ws, ".dspy_rl.json"));
});
