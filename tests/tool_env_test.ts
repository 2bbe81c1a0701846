import assert from "node:assert/strict";
import type { CheckReport } from "../core/check_report.ts";
import { mergeConfig } from "../core/config_merge.ts";
import { sha256 } from "../core/workspace/sha256.ts";
import { createSessionExecutor } from "../rl/tools/session_executor.ts";
import { createToolEnv } from "../rl/tools/tool_env.ts";
import { trainBandit } from "../rl/tools/train_bandit.ts";
import { judgeChange } from "../rl/verifiers/judge_change.ts";
import { createRewardWeights } from "../rl/verifiers/reward_weights.ts";
import { scoreChange } from "../rl/verifiers/score_change.ts";
import { tamperedFiles } from "../rl/verifiers/tampered_files.ts";
import { have } from "../skills/_testing.ts";
import { openSession } from "../skills/open_session.ts";

const FILES = {
  "deno.json": "{}\n",
  "add.ts": "export const add = (a: number, b: number): number => a - b;\n",
  "add_test.ts": `import { add } from "./add.ts";
Deno.test("adds", () => {
  if (add(2, 3) !== 5) throw new Error("2 + 3 is not " + add(2, 3));
});
Deno.test("adds nothing", () => {
  if (add(2, 0) !== 2) throw new Error("no");
});
`,
};

const FIX = `--- a/add.ts
+++ b/add.ts
@@ -1 +1 @@
-export const add = (a: number, b: number): number => a - b;
+export const add = (a: number, b: number): number => a + b;
`;

/** A real project and a session on it that lets the agent start programs. */
async function openProject() {
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  const { config } = mergeConfig({ flags: { approval: "auto" } });
  const approve = () => Promise.resolve(true);
  const session = await openSession(root, { config, approve, interactive: true });
  const { signal } = new AbortController();
  const execute = createSessionExecutor(session.call);
  return {
    root,
    execute,
    run: (action: Parameters<typeof execute>[0], args = {}) => execute(action, args, signal),
    async hashes(): Promise<Record<string, string>> {
      const found: Record<string, string> = {};
      for await (const { name, isFile } of Deno.readDir(root)) {
        if (isFile) found[name] = await sha256(await Deno.readFile(`${root}/${name}`));
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}

Deno.test("RLToolEnv runs real tools in a session: tests, lint, build, a patch, a look around", async () => {
  if (!await have("deno")) return;
  await using project = await openProject();
  const env = createToolEnv(project.execute, {
    actionArgs: {
      patch: { patch: FIX },
      shell_cat: { file: "add.ts" },
      shell_run: { argv: ["git", "log"] },
    },
    contextProvider: () => [1],
    contextSize: 1,
    episodeLen: 20,
  });
  await env.reset();
  const take = async (name: typeof env.actionNames[number]) => {
    const [obs, reward, , , info] = await env.step(env.actionNames.indexOf(name));
    return { obs: [...obs], reward, ...info };
  };
  const before = await take("run_tests");
  assert.deepEqual([before.ok, before.verifier_scores.pass_rate], [false, 0.5]);
  assert.deepEqual(before.obs, [0.5, 0, 0, 0, 0, 1]);
  // As for any agent: what was not read is not changed.
  assert.equal((await take("patch")).ok, false);
  assert.equal((await take("shell_cat")).ok, true);
  const patched = await take("patch");
  assert.ok(patched.ok && patched.reward < 0, `${patched.reward}`);
  assert.equal(
    await Deno.readTextFile(`${project.root}/add.ts`),
    FILES["add.ts"].replace("-", "+"),
  );
  const again = await take("patch");
  assert.deepEqual([again.ok, again.reward], [false, 0]);
  const after = await take("run_tests");
  assert.deepEqual([after.ok, after.reward], [true, 1]);
  assert.deepEqual((await take("lint")).obs.slice(0, 5), [0, 0, 0, 1, 0]);
  assert.deepEqual((await take("build")).obs.slice(0, 5), [0, 0, 1, 0, 0]);
  for (const name of ["shell_ls", "shell_pwd", "shell_cat", "shell_cd"] as const) {
    const { ok, reward } = await take(name);
    // To look around earns nothing by itself.
    assert.deepEqual([ok, reward], [true, 0], name);
  }
  assert.equal((await take("shell_run")).ok, false);
});

Deno.test("an executor on a session is held by its gate, and starts programs without a shell", async () => {
  await using project = await openProject();
  const outside = await project.run("shell_cat", { file: "../../etc/passwd" });
  assert.deepEqual([outside.ok, outside.info?.refused], [false, "path.outside"]);
  assert.equal((await project.run("shell_cd", { path: ".." })).ok, false);
  const touch = await project.run("shell_run", { argv: ["touch", "a b"] });
  assert.equal(touch.ok, true, String(touch.info?.text));
  assert.equal((await Deno.stat(`${project.root}/a b`)).isFile, true);
  const shell = await project.run("shell_run", { argv: ["touch", "c;", "touch", "d"] });
  assert.deepEqual([shell.ok, shell.info?.refused], [false, "command.operator"]);
});

Deno.test("a fix that is real is rewarded; deleting the test, editing it or ending early is not", async () => {
  if (!await have("deno")) return;
  await using project = await openProject();
  const weights = createRewardWeights();
  const tests = async () => (await project.run("run_tests")).reports!;
  const checks = async () => [
    ...await tests(),
    ...(await project.run("lint")).reports!,
    ...(await project.run("build")).reports!,
  ];
  const [baseline, base] = [await checks(), await project.hashes()];
  const write = (name: string, text: string) => Deno.writeTextFile(`${project.root}/${name}`, text);
  const judge = async (present: readonly CheckReport[], lines: number, guard = true) => {
    const tampered = guard ? tamperedFiles(base, await project.hashes()) : [];
    // What was not run again is not compared.
    const before = baseline.filter(({ kind }) => present.some((report) => report.kind === kind));
    const judged = judgeChange({ baseline: before, present, patch: "applied", lines, tampered });
    return { ...judged, reward: scoreChange(judged.components!, weights).reward };
  };
  await project.run("shell_cat", { file: "add.ts" });
  const patched = await project.run("patch", { patch: FIX });
  const fixed = await judge(await checks(), patched.metrics.lines!);
  assert.deepEqual([fixed.reasons, fixed.tests?.fixed], [[], ["deno . add_test.ts::adds"]]);
  assert.ok(fixed.reward > 0.9 && fixed.reward < 1, `${fixed.reward}`);

  await write("add.ts", FILES["add.ts"]);
  await write("add_test.ts", 'Deno.test("adds nothing", () => {});\n');
  const deleted = await judge(await tests(), 4);
  assert.deepEqual(deleted.tests?.missing, ["deno . add_test.ts::adds"]);
  assert.match(deleted.reasons.join(), /add_test\.ts, which grades the change, was changed/);
  assert.ok(deleted.reward < 0);

  // Without the hash guard the ids alone still tell.
  await write(
    "add_test.ts",
    FILES["add_test.ts"].replace('Deno.test("adds"', 'Deno.test.ignore("adds"'),
  );
  const skipped = await judge(await tests(), 2, false);
  assert.deepEqual(skipped.tests?.silenced, ["deno . add_test.ts::adds"]);
  assert.equal(skipped.components?.f2p_fixed, 0);

  await write("add_test.ts", FILES["add_test.ts"]);
  await write("add.ts", "Deno.exit(0);\nexport const add = (a: number, b: number) => a + b;\n");
  const ended = await judge(await tests(), 1);
  assert.equal(ended.components?.gate, 0);
  assert.ok(ended.reward < 0, ended.reasons.join("\n"));
});

Deno.test("trainBandit() learns on real tools which one tells something here", async () => {
  if (!await have("deno")) return;
  await using one = await openProject();
  await using other = await openProject();
  const { policy, rewards, infos } = await trainBandit(
    (index) =>
      createToolEnv([one, other][index]!.execute, { allowedActions: ["run_tests", "shell_pwd"] }),
    { steps: 3, nEnvs: 2, policyOptions: { epsilon: 1, seed: 1 } },
  );
  assert.equal(rewards.length, 6);
  for (const [i, { tool }] of infos.entries()) {
    assert.equal(rewards[i], tool === "run_tests" ? 0.5 : 0);
  }
  assert.ok(policy.estimate(0).mean > policy.estimate(1).mean);
});
