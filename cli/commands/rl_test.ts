import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { createRegistry } from "../../core/registry.ts";
import { createPathGuard } from "../../core/safety/paths.ts";
import { DEFAULT_RL_CONFIG, parseRLConfig } from "../../rl/tools/rl_config.ts";
import { createToolEnv } from "../../rl/tools/tool_env.ts";
import type { CallEnd } from "../launcher.ts";
import { type Check, createChecks } from "../rl/checks.ts";
import { commandMetrics } from "../rl/command_metrics.ts";
import { rlConfigInit } from "../rl/config_init.ts";
import { findChecks } from "../rl/find_checks.ts";
import { openJailedVerifiers } from "../rl/jailed_verifiers.ts";
import { lastVector } from "../rl/last_vector.ts";
import { notesOn } from "../rl/notes.ts";
import { createOutcomes } from "../rl/outcomes.ts";
import { policyOf } from "../rl/policy_of.ts";
import { readTrainSettings, type TrainSettingsSources } from "../rl/settings.ts";
import { teachBandit } from "../rl/teach_bandit.ts";
import { teachNetwork } from "../rl/teach_network.ts";
import { TRAIN_FLAGS, type TrainFlags } from "../rl/train_flags.ts";
import type { Training } from "../rl/training.ts";
import { RL_WORDS } from "../rl/words.ts";
import { openRlFiles, type RlFiles } from "../rl_state_file.ts";
import { inFolder } from "./_test_folder.ts";
import { complete } from "./completions.ts";

const nobody = () => {};

/** The row of the specification. */
const FLAGS =
  "--steps --n-envs --policy --epsilon --ucb-c --neural --lr --entropy --skip-gepa --puffer " +
  "--vector-path --rl-config --verifiers-module --test-cmd --lint-cmd --build-cmd --timeout-sec";

Deno.test("rl train has the flags of the specification, and completion knows them", () => {
  assert.equal(RL_WORDS.train!.join(" "), FLAGS);
  const commands = [{ name: "rl", values: Object.keys(RL_WORDS), more: RL_WORDS }];
  const registry = createRegistry([]);
  const after = (...words: string[]) => complete(words, { registry, commands }).join(" ");
  assert.equal(after("rl", "re"), "report reset replay");
  assert.equal(after("rl", "config", ""), "init");
  assert.equal(after("rl", "train", "--n"), "--n-envs --neural");
  assert.equal(after("rl", "train", "--neural", "--n"), "--n-envs");
  assert.equal(after("rl", "train", "--n_envs=2", "--n"), "--neural");
  assert.equal(after("rl", "train", ""), "");
  assert.equal(after("rl", "status", "-"), "");
});

Deno.test("flags of rl train take numbers of their range alone", () => {
  const bad: [keyof typeof TRAIN_FLAGS, string, RegExp][] = [
    ["steps", "0", /whole number from 1 to/],
    ["steps", "2.5", /whole number/],
    ["nEnvs", "65", /from 1 to 64/],
    ["epsilon", "1.1", /number from 0 to 1/],
    ["epsilon", " ", /number from 0 to 1/],
    ["ucbC", "-1", /from 0/],
    ["lr", "NaN", /number from/],
    ["policy", "  ", /not empty/],
  ];
  for (const [key, word, expected] of bad) {
    const flag = TRAIN_FLAGS[key] as { parse(word: string): unknown };
    assert.throws(() => flag.parse(word), expected, `${key} ${word}`);
  }
  assert.deepEqual([TRAIN_FLAGS.steps.parse("20"), TRAIN_FLAGS.epsilon.parse("0")], [20, 0]);
});

function readState(root: string): Promise<Record<string, unknown>> {
  return Deno.readTextFile(`${root}/.dspy_rl_state.json`).then(JSON.parse);
}

Deno.test("openRlFiles() adds trained rewards to what stands there and leaves the rest alone", () =>
  inFolder(async (root) => {
    const theirs = { tools: ["lint", "theirs"], values: [0.1, 0.1], counts: [3, 0], more: "kept" };
    await Deno.writeTextFile(`${root}/.dspy_rl_state.json`, JSON.stringify(theirs));
    const files = openRlFiles(root, nobody);
    await files.trained("ucb1", { lint: [1, 0.9], run_tests: [0, 0], theirs: [0, 0] });
    const { tools, values, counts, trained, policy, more, version } = await readState(root);
    assert.deepEqual([tools, counts], [["lint", "run_tests", "theirs"], [4, 0, 0]]);
    assert.ok(Math.abs((values as number[])[0]! - 0.3) < 1e-12);
    assert.deepEqual([(values as number[])[1], (values as number[])[2]], [0, 0.1]);
    assert.deepEqual([trained, policy, more, version], [{ lint: [1, 0.9] }, "ucb1", "kept", 1]);
  }));

Deno.test("openRlFiles() keeps what was trained when a session sets its totals, however often", () =>
  inFolder(async (root) => {
    const files = openRlFiles(root, nobody);
    await files.trained("ucb1", { lint: [2, 1] });
    for (let i = 0; i < 2; i++) {
      await files.learned("sparse-linear", { lint: [2, 2], grep: [1, 0] });
    }
    await files.trained("ucb1", { lint: [1, 0] });
    const { tools, values, counts, policy } = await readState(root);
    assert.deepEqual([tools, values, counts], [["grep", "lint"], [0, 0.6], [1, 5]]);
    assert.equal(policy, "sparse-linear");
  }));

Deno.test("openRlFiles() loses nothing of writers side by side and puts a broken file aside", () =>
  inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/.dspy_rl_state.json`, '{"tools": 5');
    const told: string[] = [];
    const [one, other] = [
      openRlFiles(root, (line) => void told.push(line)),
      openRlFiles(root, nobody),
    ];
    await one.trained("eps", {});
    assert.match(told.join(), /unreadable.*kept as/);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).trained("eps", { a: [1, 1] })),
    );
    assert.deepEqual((await readState(root)).counts, [20]);
    await one.outcome("a", 0.5, 1_999);
    const line = await Deno.readTextFile(`${root}/.dspy_rl_events.jsonl`);
    assert.equal(line, '{"ts":1,"tool":"a","reward":0.5}\n');
  }));

function settingsIn(root: string, more: Partial<TrainSettingsSources> = {}) {
  return readTrainSettings({
    flags: {},
    env: {},
    guard: createPathGuard(root),
    warn: nobody,
    ...more,
  });
}

Deno.test("readTrainSettings() takes flag before variable before best before file before default", () =>
  inFolder(async (root) => {
    const bare = settingsIn(root);
    assert.deepEqual(bare.config, { ...DEFAULT_RL_CONFIG, n_envs: 2 });
    const file = { policy: "ts", epsilon: 0.2, ucb_c: 3, n_envs: 5, weights: { pass_rate: 2 } };
    await Deno.writeTextFile(`${root}/.dspy_rl.json`, JSON.stringify(file));
    await Deno.mkdir(`${root}/.dspy/rl`, { recursive: true });
    await Deno.writeTextFile(`${root}/.dspy/rl/best.json`, '{"config":{"epsilon":0.3,"ucb_c":4}}');
    const env = { RL_UCB_C: "5", RL_N_ENVS: "6", RL_PENALTY_KINDS: "a, b" };
    const { config } = settingsIn(root, { env, flags: { nEnvs: 7 } });
    const { policy, epsilon, ucb_c, n_envs, weights, penalty_kinds } = config;
    assert.deepEqual([policy, epsilon, ucb_c, n_envs], ["ts", 0.3, 5, 7]);
    assert.deepEqual([weights, penalty_kinds], [{ pass_rate: 2 }, ["a", "b"]]);
    await Deno.writeTextFile(`${root}/other.json`, '{"epsilon":0.4}');
    const named = settingsIn(root, { flags: { rlConfig: "other.json" } }).config;
    assert.deepEqual([named.epsilon, named.policy], [0.4, "epsilon-greedy"]);
  }));

Deno.test("readTrainSettings() names key and value of a broken file and leaves out bad variables", () =>
  inFolder(async (root) => {
    const told: string[] = [];
    const env = { RL_EPSILON: "much", RL_WEIGHTS: "{", RL_N_ENVS: "0", RL_POLICY: "ts" };
    const { config } = settingsIn(root, { env, warn: (line) => void told.push(line) });
    assert.deepEqual([config.epsilon, config.n_envs, config.policy], [0.1, 2, "ts"]);
    assert.equal(told.length, 3);
    assert.match(told.join("\n"), /^RL_EPSILON=much is left out: .*number from 0 to 1/m);
    const broken: [string, RegExp][] = [
      [
        '{"epsilon": 2}',
        /\.dspy_rl\.json: "epsilon": 2; expected a number from 0 to 1.*config init/,
      ],
      ['{"epsilno": 0.2}', /no key "epsilno"/],
      ["{", /not JSON/],
    ];
    for (const [text, expected] of broken) {
      await Deno.writeTextFile(`${root}/.dspy_rl.json`, text);
      assert.throws(() => settingsIn(root), (error: UserError) => {
        assert.match(error.line, expected);
        return error.exitCode === 2;
      });
    }
    assert.throws(
      () => settingsIn(root, { flags: { rlConfig: "../x.json" } }),
      /outside workspace/,
    );
    assert.throws(() => settingsIn(root, { flags: { rlConfig: "x.json" } }), /no such file/);
  }));

Deno.test("readTrainSettings() runs code that a person names and none that a file names", () =>
  inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/.dspy_rl.json`, '{"verifiers_module":"./v.ts"}');
    assert.throws(() => settingsIn(root), /names code to run: \.\/v\.ts/);
    const own = (flags: TrainFlags, env = {}) => settingsIn(root, { flags, env }).verifiersModule;
    assert.equal(own({ verifiersModule: "w.ts" }), "w.ts");
    assert.equal(own({ verifiersModule: "verifiers" }), undefined);
    assert.equal(own({}, { RL_VERIFIERS_MODULE: "x.ts" }), "x.ts");
  }));

Deno.test("rlConfigInit() writes defaults once, keeps an old file, and stays in the workspace", () =>
  inFolder(async (root) => {
    const out: string[] = [];
    const io = { out: (line: string) => void out.push(line), err: nobody };
    const place = {
      workspace: { root, logs: `${root}/logs` },
      policy: { deny_paths: ["private/**"] },
      ours: [],
    } as unknown as Parameters<typeof rlConfigInit>[0];
    const init = (options = {}) => rlConfigInit(place, options, io);
    assert.equal(await init(), 0);
    const path = `${root}/.dspy_rl.json`;
    assert.deepEqual(parseRLConfig(await Deno.readTextFile(path)), DEFAULT_RL_CONFIG);
    await Deno.writeTextFile(path, "mine");
    assert.equal(await init({ out: "./.dspy_rl.json" }), 1);
    assert.equal(await Deno.readTextFile(path), "mine");
    assert.equal(await init({ force: true }), 0);
    const [kept] = out.join().match(/\.dspy_rl\.json\.bak-\w+/)!;
    assert.equal(await Deno.readTextFile(`${root}/${kept}`), "mine");
    assert.equal(await init({ out: "a/b/rl.json" }), 0);
    for (const bad of ["../rl.json", ".git/rl.json", ".dspy/rl.json", "private/rl.json", ".env"]) {
      await assert.rejects(init({ out: bad }), UserError, bad);
    }
    await Deno.remove(path);
    await Deno.symlink(`${root}/a/b/rl.json`, path);
    await assert.rejects(init({ force: true }), /is not a plain file of ours/);
    for await (const { name } of Deno.readDir(root)) assert.ok(!name.endsWith(".tmp"), name);
  }));

Deno.test("commandMetrics() reads counts, issues and exit codes", () => {
  const end = (code: number | null, stdout = "", stderr = "") => ({ code, stdout, stderr });
  const tests = commandMetrics(
    "run_tests",
    end(1, "FAILED | 3 passed | 1 failed | 2 ignored (5ms)"),
  );
  assert.deepEqual([tests.pass_rate, tests.tests_total], [0.75, 6]);
  assert.equal(commandMetrics("run_tests", end(0, "fine")).pass_rate, 1);
  assert.equal(commandMetrics("run_tests", end(1, "oh")).pass_rate, 0);
  assert.equal(commandMetrics("run_tests", end(0, "ok | 0 passed | 0 failed (0ms)")).pass_rate, 0);
  const cut = commandMetrics("run_tests", end(null, "ok | 3 passed | 0 failed (1ms)"));
  assert.deepEqual([cut.pass_rate, cut.check_error], [0, 1]);
  const lint = (code: number, out: string, err = "") => commandMetrics("lint", end(code, out, err));
  assert.deepEqual(lint(1, "[{}, {}]"), { lint_ok: 0, lint_issues: 2 });
  assert.deepEqual(lint(1, '{"diagnostics": [1, 2, 3]}'), { lint_ok: 0, lint_issues: 3 });
  assert.deepEqual(lint(0, "All checks passed!\n"), { lint_ok: 1, lint_issues: 0 });
  assert.deepEqual(lint(1, "a.ts:1 bad\n\n", "b.ts:2 bad\n"), { lint_ok: 0, lint_issues: 2 });
  assert.deepEqual(commandMetrics("build", end(0)), { build_ok: 1 });
  assert.deepEqual(commandMetrics("build", end(null)), { build_ok: 0, check_error: 1 });
});

const REPORT = {
  kind: "lint",
  toolchain: "deno",
  dir: ".",
  argv: [],
  ok: true,
  complete: true,
  counted: false,
  total: 0,
  passed: 0,
  failed: 0,
  skipped: 0,
  tests: [],
  problems: [],
  notes: [],
  ms: 1,
  exitCode: 0,
};

type Answer = Partial<CallEnd> | Error;

/** A launcher that answers from a list, and what it was asked. */
function launcherOf(answers: Readonly<Record<string, Answer>>) {
  const asked: unknown[] = [];
  return {
    asked,
    async call(tool: string, input: unknown, { signal, part, origin }: Record<string, unknown>) {
      asked.push([tool, input, part, origin]);
      const answer = answers[tool];
      if (answer instanceof Error) throw answer;
      const abort = signal as AbortSignal;
      if (answer === undefined) {
        await new Promise((resolve) => abort.addEventListener("abort", resolve));
        throw new UserError("aborted", "stopped");
      }
      const end = { call: "1", tool, ok: true, text: "", data: null, ms: 1, exitCode: 0 };
      return { ...end, ...answer };
    },
  };
}

const idle = () => new AbortController().signal;

Deno.test("createChecks() calls in the person's name, and a check that did not run earns no 0", async () => {
  const launcher = launcherOf({
    lint: { data: REPORT },
    build: { ok: false, text: "no build toolchain found here", exitCode: 1 },
    run_tests: { ok: false, text: "denied [tool.denied]", rule: "tool.denied", exitCode: 1 },
    exec: { data: { code: 1, stdout: "1 passed in 0.1s\n", stderr: "" } },
  });
  const checks = createChecks({ launcher, commands: {}, timeoutSec: 1 });
  const { metrics, tool } = await checks("lint", {}, idle());
  assert.deepEqual([tool, metrics.lint_ok], ["lint", 1]);
  await assert.rejects(async () => await checks("build", {}, idle()), /no build toolchain/);
  await assert.rejects(async () => await checks("run_tests", {}, idle()), /tool\.denied/);
  assert.deepEqual(launcher.asked[0], ["lint", {}, true, undefined]);
  const own = createChecks({ launcher, commands: { run_tests: "pytest -q" }, timeoutSec: 1 });
  assert.equal((await own("run_tests", {}, idle())).metrics.pass_rate, 1);
  assert.deepEqual(launcher.asked.at(-1), ["exec", { command: ["pytest -q"] }, true, undefined]);
});

Deno.test("createChecks() counts a command over its time as failed, and a stop as no result", async () => {
  const launcher = launcherOf({});
  const slow = createChecks({ launcher, commands: { build: "make" }, timeoutSec: 0.05 });
  const { metrics, ok } = await slow("build", {}, idle());
  assert.deepEqual([ok, metrics.build_ok, metrics.check_error], [false, 0, 1]);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new UserError("aborted", "stopped")), 20);
  const patient = createChecks({ launcher, commands: { build: "make" }, timeoutSec: 60 });
  await assert.rejects(async () => await patient("build", {}, stop.signal), /stopped/);
});

Deno.test("findChecks() keeps what runs, says why the rest does not, and needs one", async () => {
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const missing = { ok: false, text: "deno is not installed", exitCode: 127 };
  const nothing = { ok: false, text: "no test toolchain found here", exitCode: 1 };
  const look = async (
    answers: Record<string, Answer>,
    actions = ["run_tests", "lint", "patch"],
  ) => {
    const launcher = launcherOf(answers);
    const checks = createChecks({ launcher, commands: {}, timeoutSec: 1 });
    return await findChecks(actions, checks, idle(), tell);
  };
  assert.deepEqual(await look({ lint: { data: REPORT }, run_tests: nothing }), ["lint"]);
  assert.deepEqual(told, [
    "left out: run_tests: no test toolchain found here",
    "lint: deno, 0 issues",
  ]);
  const codes = [
    [{ lint: missing, run_tests: nothing }, 1],
    [{ lint: missing, run_tests: missing }, 127],
  ] as const;
  for (const [answers, code] of codes) {
    await assert.rejects(look(answers), (error: UserError) => error.exitCode === code);
  }
  await assert.rejects(look({}, ["patch"]), (error: UserError) => error.exitCode === 1);
});

Deno.test("notesOn() has a sentence for every flag that changes nothing", () => {
  const notes = (flags: TrainFlags, actions = DEFAULT_RL_CONFIG.actions, policy = "eps") => {
    const config = { ...DEFAULT_RL_CONFIG, actions, policy };
    return notesOn(flags, { config }, policyOf(config, ["a"], 1)).join("\n");
  };
  const checks = ["run_tests", "lint", "build"] as const;
  assert.equal(notes({}, checks), "");
  assert.equal(notes({ puffer: false, neural: false }, checks), "");
  assert.match(notes({}), /^left out: patch, as there is none to try$/);
  assert.match(notes({}, ["lint", "shell_run"]), /^left out: shell_run, .*only checks/);
  for (const [flag, name] of [["puffer", "--puffer"], ["skipGepa", "--skip-gepa"]]) {
    assert.match(notes({ [flag!]: true }, checks), new RegExp(`^${name}: [^\n]*$`));
  }
  const neural = notes({ neural: true, policy: "x", epsilon: 0, ucbC: 1, lr: 1 }, checks);
  assert.match(neural, /^--policy .*\n--epsilon .*\n--ucb-c has no effect with --neural$/);
  assert.match(
    notes({ lr: 1, entropy: 1 }, checks),
    /^--lr .*\n--entropy has no .* without --neural$/,
  );
  assert.equal(notes({ epsilon: 0.5 }, checks), "");
  assert.match(notes({ ucbC: 1 }, checks), /^--ucb-c has no effect on epsilon-greedy$/);
  assert.match(notes({ epsilon: 1 }, checks, "ucb"), /^--epsilon has no effect on ucb1$/);
  assert.match(
    notes({ vectorPath: "v" }, checks),
    /^--vector-path has no effect on epsilon-greedy/,
  );
  assert.equal(notes({ vectorPath: "v" }, checks, "linucb"), "");
  assert.equal(notes({ vectorPath: "v", neural: true }, checks), "");
  assert.match(
    notes({ testCmd: "x" }, ["lint"]),
    /^--test-cmd has no effect: run_tests is not among/,
  );
  assert.match(notes({ lintCmd: "x", timeoutSec: 200 }, checks), /ended after 180 s/);
});

Deno.test("policyOf() gives each bandit its own option and names the nearest to a wrong name", () => {
  const { policy: _, ...options } = { ...DEFAULT_RL_CONFIG, epsilon: 0.4, ucb_c: 3 };
  const made = (policy: string) => policyOf({ policy, ...options }, ["a", "b"], 2);
  assert.equal(made("eps").snapshot().options.epsilon, 0.4);
  assert.equal(made("ucb").snapshot().options.c, 3);
  assert.equal(made("kl-ucb").snapshot().options.c, 0);
  assert.equal(made("linucb").snapshot().options.size, 2);
  assert.throws(() => made("tomson"), (error: UserError) => {
    assert.match(error.line, /no bandit is named "tomson"; did you mean thompson/);
    return error.exitCode === 2;
  });
});

Deno.test("lastVector() reads the last whole line of a file in the workspace", () =>
  inFolder(async (root) => {
    const guard = createPathGuard(root);
    const read = async (text: string) => {
      await Deno.writeTextFile(`${root}/v.jsonl`, text);
      return [...lastVector(guard, "v.jsonl")];
    };
    assert.deepEqual(await read("[1]\n[0.5, 2]\n"), [0.5, 2]);
    assert.deepEqual(await read('{"vector": [3]}\n[4, '), [3]);
    assert.deepEqual(await read('{"features": [3, 4]}'), [3, 4]);
    assert.deepEqual(await read(`${"x".repeat(70_000)}\n[1]\n\n`), [1]);
    for (const bad of ["", "[]\n", "[null]\n", '["a"]\n', "PAR1", "{}\n"]) {
      await assert.rejects(read(bad), /no numbers in the last line of v\.jsonl/, bad);
    }
    assert.throws(() => lastVector(guard, "../v.jsonl"), /outside workspace/);
    assert.throws(() => lastVector(guard, "none"), /no such file/);
  }));

const RESULT = { tool: "lint", ok: true, metrics: { lint_ok: 1 } };

async function jailed(root: string, module: string, patienceMs = 10_000) {
  await Deno.writeTextFile(`${root}/v.ts`, module);
  const env = Deno.env.toObject();
  return await openJailedVerifiers({ guard: createPathGuard(root), path: "v.ts", env, patienceMs });
}

Deno.test("openJailedVerifiers() scores with the module's own code", () =>
  inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/half.ts`, "export const half = 0.5;\n");
    await using verifiers = await jailed(
      root,
      `import { half } from "./half.ts";
      console.log("noise");
      class Mine {
        kind = "mine";
        factor: number = half;
        score({ metrics }) { return metrics.lint_ok * this.factor; }
      }
      export const getVerifiers = async () => [new Mine(), { kind: "none", score: () => null }];`,
    );
    const [one, other] = await Promise.all([
      verifiers.score(RESULT),
      verifiers.score({ ...RESULT, metrics: { lint_ok: 0 } }),
    ]);
    const scores = (result: typeof one) =>
      verifiers.verifiers.map((v) => [v.kind, v.score(result)]);
    assert.deepEqual(scores(one), [["mine", 0.5], ["none", null]]);
    assert.deepEqual(scores(other), [["mine", 0], ["none", null]]);
  }));

Deno.test("openJailedVerifiers() gives a module no right but to read the workspace", () =>
  inFolder(async (root) => {
    await using verifiers = await jailed(
      root,
      `const tries = {
        read: () => Deno.readTextFileSync("/etc/hostname"),
        write: () => Deno.writeTextFileSync(${JSON.stringify(`${root}/pwned`)}, ""),
        env: () => Deno.env.get("HOME"),
        run: () => new Deno.Command("true").outputSync(),
        net: () => Deno.listen({ port: 0 }),
        own: () => { Deno.readTextFileSync(${JSON.stringify(`${root}/v.ts`)}); throw 1; },
      };
      const done = (act) => { try { act(); return 1; } catch (error) { return error === 1 ? 2 : 0; } };
      export const getVerifiers = () =>
        Object.entries(tries).map(([kind, act]) => ({ kind, score: () => done(act) }));`,
    );
    const result = await verifiers.score(RESULT);
    assert.deepEqual(verifiers.verifiers.map((v) => v.score(result)), [0, 0, 0, 0, 0, 2]);
    await assert.rejects(Deno.stat(`${root}/pwned`));
  }));

Deno.test("openJailedVerifiers() says what is wrong with a module and waits for none for ever", () =>
  inFolder(async (root) => {
    const bad: [string, RegExp][] = [
      ["export const verifiers = [];", /exports no function getVerifiers/],
      ["throw new Error('no way')", /v\.ts: Error: no way/],
      ["export const getVerifiers = () => 5;", /no list of verifiers/],
      ["import 'npm:chalk';", /v\.ts: /],
      ["Deno.stdout.writeSync(new TextEncoder().encode('{\"kinds\": 7}\\n'))", /something else/],
      ["Deno.exit(0)", /ended/],
    ];
    for (const [module, expected] of bad) await assert.rejects(jailed(root, module), expected);
    await assert.rejects(jailed(root, "for (;;);", 600), /took more than 0\.6 s/);
    const scoring: [string, RegExp][] = [
      ["{ throw new Error('boom'); }", /Error: boom/],
      ["{ return NaN; }", /"a" gave NaN; expected a finite number or null/],
    ];
    for (const [score, expected] of scoring) {
      await using one = await jailed(
        root,
        `export const getVerifiers = () => [{ kind: "a", score() ${score} }];`,
      );
      await assert.rejects(one.score(RESULT), expected);
    }
    const guard = createPathGuard(root);
    await assert.rejects(openJailedVerifiers({ guard, path: "../v.ts", env: {} }), /outside/);
  }));

function outcomesWith(files: Partial<Pick<RlFiles, "outcome" | "trained">> = {}) {
  const calls: unknown[] = [];
  let failures = 0;
  const outcomes = createOutcomes({
    files: {
      outcome: (...call) => Promise.resolve(void calls.push(call.slice(0, 2))),
      trained: (...call) => Promise.resolve(void calls.push(call)),
      ...files,
    },
    policy: "eps",
    arms: ["lint", "build"],
    onAdd: nobody,
    onFailure: () => failures++,
  });
  return { outcomes, calls, failures: () => failures };
}

Deno.test("createOutcomes() writes each reward as it comes, and tells of a disk that fails", async () => {
  const { outcomes, calls } = outcomesWith();
  outcomes.add("lint", 1);
  outcomes.add("lint", 0);
  await outcomes.written();
  assert.deepEqual(calls, [
    ["eps", { lint: [0, 0], build: [0, 0] }],
    ["lint", 1],
    ["eps", { lint: [1, 1] }],
    ["lint", 0],
    ["eps", { lint: [1, 0] }],
  ]);
  assert.deepEqual([outcomes.count, outcomes.mean], [2, 0.5]);
  assert.deepEqual([...outcomes.totals()], [["lint", [2, 1]], ["build", [0, 0]]]);
  const full = outcomesWith({
    outcome: () => Promise.reject(new UserError("failed", "disk full")),
  });
  full.outcomes.add("lint", 1);
  full.outcomes.add("lint", 1);
  await assert.rejects(full.outcomes.written(), /disk full/);
  assert.equal(full.failures(), 1);
});

function trainingWith(
  reward: (tool: string, step: number) => number | Promise<number>,
  more: Partial<Training> & { stop?: AbortController } = {},
): Training {
  const arms: Check[] = ["run_tests", "lint"];
  const { outcomes } = outcomesWith();
  let step = 0;
  return {
    config: { ...DEFAULT_RL_CONFIG, n_envs: 2 },
    arms,
    steps: 40,
    seed: 1,
    outcomes,
    signal: more.stop?.signal ?? idle(),
    makeEnv: () =>
      createToolEnv(async (tool) => {
        const earned = await reward(tool, ++step);
        more.stop?.signal.throwIfAborted();
        return { tool, ok: true, metrics: { quality_of_test: earned } };
      }, { allowedActions: arms }),
    ...more,
  };
}

Deno.test("teachBandit() tries each arm, learns the better one, and counts each reward once", async () => {
  const config = { ...DEFAULT_RL_CONFIG, n_envs: 2, epsilon: 0 };
  const training = trainingWith((tool) => tool === "lint" ? 1 : 0.2, { config });
  const { policy, next } = await teachBandit(training, assert.fail);
  assert.equal(policy, "epsilon-greedy");
  assert.equal(training.outcomes.count, 80);
  const counts = (tool: string) => training.outcomes.totals().get(tool)![0];
  assert.ok(counts("run_tests") >= 1 && counts("lint") > 2 * counts("run_tests"));
  assert.deepEqual([...next as Float64Array], [0, 1]);
});

Deno.test("teachBandit() tells of rewards beyond the range", async () => {
  const told: string[] = [];
  await teachBandit(trainingWith(() => 3, { steps: 2 }), (line) => void told.push(line));
  assert.match(told.join(), /^4 rewards were outside -1 to 1/);
});

Deno.test("teachNetwork() learns from slow environments and keeps a checkpoint", () =>
  inFolder(async (root) => {
    const training = trainingWith((tool) => Promise.resolve(tool === "lint" ? 1 : 0), {
      steps: 40,
    });
    const { next } = await teachNetwork(training, { lr: 0.05, entropy: 0.001 }, root);
    assert.equal(training.outcomes.count, 80);
    assert.ok(next[1]! > 0.7, String(next[1]));
    const kept = JSON.parse(await Deno.readTextFile(`${root}/.dspy_checkpoints/rl/latest.json`));
    assert.equal(typeof kept.checksum, "string");
  }));

Deno.test("teachNetwork() that is stopped amid a step learns no reward from it and keeps the rest", () =>
  inFolder(async (root) => {
    const stop = new AbortController();
    const training = trainingWith((_tool, step) => {
      if (step === 7) stop.abort(new UserError("aborted", "stopped"));
      return 0.5;
    }, { stop });
    await teachNetwork(training, {}, root);
    assert.equal(training.outcomes.count, 6);
    const kept = await Deno.readTextFile(`${root}/.dspy_checkpoints/rl/latest.json`);
    assert.match(kept, /"missing": 2\b/);
    const broken = trainingWith((_tool, step) => {
      if (step === 3) throw new UserError("failed", "no toolchain any more");
      return 0.5;
    });
    await assert.rejects(teachNetwork(broken, {}, root), /no toolchain any more/);
    // The other environment was amid its own.
    assert.equal(broken.outcomes.count, 3);
  }));
