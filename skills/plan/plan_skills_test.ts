import assert from "node:assert/strict";
import { LMError } from "../../core/lm/lm_error.ts";
import { testLM } from "../_test_lm.ts";
import { inputOf, openBench } from "../_testing.ts";
import { fileLocator } from "./file_locator.ts";
import plan from "./plan.ts";
import { taskPlan } from "./task_plan.ts";

const FILES = {
  "deno.json": '{ "name": "upload" }\n',
  "src/upload.ts": "export const LIMIT = 10;\nexport function upload(size: number) {\n" +
    "  if (size > LIMIT) throw new Error('too large');\n}\n",
  "src/upload_test.ts":
    'import { upload } from "./upload.ts";\nDeno.test("upload", () => upload(1));\n',
};
const TASK = { task: ["raise the upload LIMIT to 50"] };

const GOOD = {
  reasoning: "One constant.",
  steps: ["1. Set LIMIT to 50 in src/upload.ts", "Cover 50 in src/upload_test.ts", "Run `test`"],
  risks: ["Proxies have limits, too"],
};

async function planWith(replies: readonly (string | object | Error)[]) {
  await using bench = await openBench(FILES);
  const model = testLM(replies);
  const input = inputOf(plan, TASK);
  const result = await plan.run(input, { ...bench.ctx, lm: model.lm });
  const { text, data } = await plan.run(input, bench.ctx);
  return { ...result, asked: model.asked, rules: { text, steps: data.steps } };
}

Deno.test("plan has the model write the steps, and tells it what was found", async () => {
  const { data, text, asked } = await planWith([GOOD]);
  assert.equal(data.by, "model");
  assert.deepEqual(data.steps.map(({ n, files, command }) => [n, files, command]), [
    [1, ["src/upload.ts"], undefined],
    [2, ["src/upload_test.ts"], undefined],
    [3, [], "test"],
  ]);
  assert.match(text, /^1\. Set LIMIT to 50 in src\/upload\.ts$/m);
  assert.match(text, /^- Proxies have limits, too$/m);
  assert.match(text, /\n\(by the model; what it names was checked\)$/);
  assert.match(asked[0]!, /src\/upload\.ts:1: export const LIMIT = 10;/);
});

Deno.test("plan drops steps about files that are not there, and dangerous ones", async () => {
  const steps = [...GOOD.steps, "Fix src/limits.ts as well", "Run `sudo rm -rf /` at last"];
  const { data } = await planWith([{ ...GOOD, steps }]);
  assert.equal(data.steps.length, 3);
  const made = ["Create src/limits.ts for LIMIT", "Import it in src/upload.ts from src/limits.ts"];
  const { data: other } = await planWith([{ ...GOOD, steps: made }]);
  assert.deepEqual(other.steps.map(({ files }) => files), [[], ["src/upload.ts"]]);
});

Deno.test("plan goes by the rules when the model fails or talks nonsense, and says why", async () => {
  const cases: readonly (readonly [readonly (string | object | Error)[], RegExp])[] = [
    [
      [new LMError("network", "no answer from there")],
      /\(without the model: no answer from there\)$/,
    ],
    [["I would rather not.", "No."], /\(without the model: its reply could not be read: .*\)$/],
    [
      [{ ...GOOD, steps: ["Edit src/a.ts"] }, { ...GOOD, steps: ["Edit lib/b.ts"] }],
      /\(without the model: no such file lib\/b\.ts: Edit lib\/b\.ts\)$/,
    ],
  ];
  for (const [replies, reason] of cases) {
    const { ok, data, text, asked, rules } = await planWith(replies);
    assert.deepEqual([ok, data.by, data.steps], [true, "rules", rules.steps]);
    assert.match(text, reason);
    assert.ok(text.startsWith(rules.text) && asked.length <= 2);
  }
});

Deno.test("plan of the agent asks no model inside, unless it is told to; without one it says so", async () => {
  await using bench = await openBench(FILES);
  const { lm, asked } = testLM([GOOD]);
  const agent = { ...bench.ctx, lm, origin: "agent" as const };
  const bare = await plan.run(inputOf(plan, TASK), agent);
  assert.deepEqual([bare.data.by, asked.length], ["rules", 0]);
  assert.doesNotMatch(bare.text, /model/);
  assert.equal(
    (await plan.run(inputOf(plan, { ...TASK, useLm: true }), agent)).data.by,
    "model",
  );
  const none = await plan.run(inputOf(plan, { ...TASK, useLm: true }), bench.ctx);
  assert.match(none.text, /\(no model is configured: these are the steps by rules\)$/);
  const off = await plan.run(inputOf(plan, { ...TASK, useLm: false }), { ...bench.ctx, lm });
  assert.equal(off.data.by, "rules");
});

Deno.test("taskPlan makes a plan of files and commands when there is no draft", async () => {
  const input = { task: "x", facts: [], files: ["a.ts"], commands: ["test"] };
  const { output, by } = await taskPlan.run(input);
  assert.equal(by, "rules");
  assert.deepEqual(output.steps.map(({ text }) => text), ["Read a.ts", "Run `test`"]);
});

Deno.test("fileLocator keeps files that exist, by search or by the workspace", async () => {
  await using bench = await openBench(FILES);
  const hits = [{ path: "src/upload.ts", score: 1 }, { path: "deno.json", score: 2 }];
  const input = { task: "raise the limit", hits, limit: 2 };
  assert.deepEqual((await fileLocator.run(input)).output.files, ["deno.json", "src/upload.ts"]);
  const files = ["./src/upload_test.ts", "src/none.ts", "../secret", "src/upload.ts"];
  const { output, by } = await fileLocator.run(input, { ...bench.ctx, ...testLM([{ files }]) });
  assert.equal(by, "model");
  assert.deepEqual(output.files, ["src/upload_test.ts", "src/upload.ts"]);
  assert.deepEqual(output.dropped, ["src/none.ts", "../secret"]);
  const invented = testLM([{ files: ["a.ts"] }, { files: [] }]);
  const lost = await fileLocator.run(input, { ...bench.ctx, ...invented });
  assert.deepEqual([lost.by, lost.reason], ["rules", "it named no file"]);
  assert.match(invented.asked[1]!, /files that are not here: a\.ts/);
});
