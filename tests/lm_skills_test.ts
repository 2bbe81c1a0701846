/** Commands that ask a model themselves, through the real program: launcher, jail, scripted server. */
import assert from "node:assert/strict";
import { serveScripted } from "../testing/mod.ts";
import { type CliResult, eventsOf, type Sandbox, sandbox } from "./_cli.ts";

/** Made up here, so that no scanner takes this file for a leak. */
const KEY = "sk-" + "T3st".repeat(10);

const FILES = {
  "deno.json": '{ "name": "upload" }\n',
  "src/upload.ts": "export const LIMIT = 10;\nexport function upload(size: number) {\n" +
    "  if (size > LIMIT) throw new Error('too large');\n}\n",
  "src/upload_test.ts":
    'import { upload } from "./upload.ts";\nDeno.test("it", () => upload(1));\n',
};

type Turn = Record<string, unknown>;

const say = (reply: object, expect: object = {}): Turn => ({ say: JSON.stringify(reply), expect });

/** Runs the program with a model that says these, in order. */
async function withModel(
  turns: readonly Turn[],
  words: readonly string[],
  check: (run: CliResult & { at: Sandbox; problems: readonly string[]; done: boolean }) => unknown,
  protocol: "openai" | "ollama" = "openai",
): Promise<void> {
  await using at = await sandbox(FILES);
  await using model = await serveScripted(JSON.stringify({ turns }));
  const env: Record<string, string> = protocol === "openai"
    ? { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: KEY }
    : { OLLAMA_HOST: model.host };
  const result = await at.cli(["--model", "scripted", ...words], { env });
  await check({ ...result, at, problems: model.problems, done: model.done });
}

const PLAN = {
  reasoning: "One constant.",
  steps: ["Set LIMIT to 50 in src/upload.ts", "Mend src/invented.ts", "Run `test`"],
  risks: [],
};

for (const protocol of ["openai", "ollama"] as const) {
  Deno.test(`plan lets the model write the steps (${protocol})`, async () => {
    const turns = [
      say(PLAN, { messages: "src/upload.ts:1: export const LIMIT = 10;", format: true }),
    ];
    await withModel(turns, ["plan", "raise the upload LIMIT to 50"], (run) => {
      assert.deepEqual([run.code, run.problems, run.done], [0, [], true], run.stderr);
      assert.match(
        run.stdout,
        /^1\. Set LIMIT to 50 in src\/upload\.ts\n2\. Run `test`\n {3}test$/m,
      );
      assert.doesNotMatch(run.stdout, /invented/);
      assert.match(run.stdout, /\(by the model; what it names was checked\)\n$/);
    }, protocol);
  });
}

Deno.test("plan goes by the rules when the server fails, says so, and in local mode asks nobody", async () => {
  const turns = [{ fault: { status: 401 } }];
  await withModel(turns, ["plan", "raise the upload LIMIT to 50"], (run) => {
    assert.deepEqual([run.code, run.done], [0, true], run.stderr);
    assert.match(run.stdout, /^1\. /m);
    assert.match(run.stdout, /\(without the model: [^\n]*(?:401|key)[^\n]*\)\n$/);
    assert.equal((run.stdout + run.stderr).includes(KEY), false);
  });
  await withModel([say(PLAN)], ["--local-mode", "plan", "raise the upload LIMIT to 50"], (run) => {
    assert.deepEqual([run.code, run.done], [0, false], run.stderr);
    assert.doesNotMatch(run.stdout, /model/);
  });
});

const EDIT = {
  rationale: "One constant.",
  edits: [{ path: "src/upload.ts", old: "const LIMIT = 10;", new: "const LIMIT = 50;" }],
};
const PASS = { reasoning: "It does.", verdict: "pass", risk: "low", reasons: [] };
const TASK = "raise the LIMIT in src/upload.ts to 50";

Deno.test("edit shows the change a model wrote for a task, and writes it with --apply", async () => {
  const misplaced = { ...EDIT, edits: [{ ...EDIT.edits[0], old: "const LIMIT = 11;" }] };
  const turns = [say(misplaced), say(EDIT, { user: "not found" }), say(PASS)];
  await withModel(turns, ["edit", TASK], async (run) => {
    assert.deepEqual([run.code, run.problems, run.done], [0, [], true], run.stderr);
    assert.match(run.stdout, /nothing was written[^]*\+export const LIMIT = 50;/);
    assert.equal(await run.at.read("src/upload.ts"), FILES["src/upload.ts"]);
  });
  const words = ["edit", "--task", TASK, "--apply"];
  await withModel([say(EDIT), say(PASS)], words, async (run) => {
    assert.deepEqual([run.code, run.problems], [0, []], run.stderr);
    assert.match(run.stdout, /^edited src\/upload\.ts \(take back with: undo c1\)/);
    assert.match(await run.at.read("src/upload.ts"), /LIMIT = 50/);
    assert.equal((await run.at.cli(["undo"])).code, 0);
    assert.equal(await run.at.read("src/upload.ts"), FILES["src/upload.ts"]);
  });
});

Deno.test("codectx --use-lm explains, and tells what it took", async () => {
  const reply = { summary: "Uploads up to a `LIMIT`.", points: ["`Redis` keeps them"] };
  await withModel([say(reply)], ["--json", "codectx", "--use-lm"], (run) => {
    assert.deepEqual([run.code, run.done], [0, true], run.stderr);
    const events = eventsOf(run);
    const end = events.find(({ type }) => type === "tool.end")!.data;
    assert.match(end.text as string, /^Uploads up to a `LIMIT`\.\n\(by the model/);
    assert.equal(events.filter(({ type }) => type === "usage").length, 1);
  });
});

Deno.test("answer tells where it has it from", async () => {
  const reply = { answer: "Up to 10.", citations: ["src/upload.ts:1", "src/upload.ts:70"] };
  await withModel([say(reply)], ["answer", "how large may an upload be?"], (run) => {
    assert.deepEqual([run.code, run.done], [0, true], run.stderr);
    assert.match(run.stdout, /^Up to 10\.\n\nsrc\/upload\.ts:1: export const LIMIT = 10;\n\(by/);
  });
});
