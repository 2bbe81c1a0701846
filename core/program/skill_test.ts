import assert from "node:assert/strict";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { LMError } from "../lm/lm_error.ts";
import { type Script, scriptedLM, type ScriptedReply } from "../lm/scripted_lm.ts";
import type { LMRequest } from "../lm/types.ts";
import { openMemoryStore } from "../store/memory.ts";
import { save } from "./save.ts";
import { sig } from "./signature.ts";
import { defineSkill, type Skill } from "./skill.ts";

interface Input {
  readonly text: string;
}

const shout: Skill<Input, string> = defineSkill({
  name: "shout",
  signature: sig(
    { text: z.string(), problem: z.string().optional().describe("what was wrong last time") },
    { loud: z.string() },
    "Say it in capitals.",
  ),
  give: ({ text }: Input, room) => ({ text: text.slice(0, room) }),
  accept: ({ loud }) => {
    if (loud === loud.toUpperCase()) return loud;
    throw new UserError("failed", `${loud} is not loud`);
  },
  local: ({ text }) => text.toUpperCase(),
});

function model(script: readonly ScriptedReply[] | Script, window?: number, id?: string) {
  const requests: LMRequest[] = [];
  const inner = scriptedLM(script, id === undefined ? {} : { id });
  const lm = {
    ...inner,
    ...window !== undefined && { info: () => Promise.resolve({ can: inner.can, window }) },
    call: (request: LMRequest) => {
      requests.push(request);
      return inner.call(request);
    },
  };
  return { lm: () => Promise.resolve(lm), requests };
}

Deno.test("run() of a skill answers by the rules without a model", async () => {
  assert.deepEqual(await shout.run({ text: "hey" }), { output: "HEY", by: "rules", notes: [] });
});

Deno.test("run() of a skill asks the model once when its answer will do", async () => {
  const { lm, requests } = model(['{"loud": "OH HEY"}', "never asked for"]);
  const { output, by, usage } = await shout.run({ text: "hey" }, { lm });
  assert.deepEqual([output, by, usage?.requests, requests.length], ["OH HEY", "model", 1, 1]);
  const { temperature, think, maxTokens } = requests[0]!.params!;
  assert.deepEqual([temperature, think, maxTokens], [0, false, 9_500]);
  assert.doesNotMatch(requests[0]!.messages.at(-1)!.content, /problem/);
});

Deno.test("run() of a skill tells the model once what was wrong with its answer", async () => {
  const { lm, requests } = model(['{"loud": "hey"}', '{"loud": "HEY!"}']);
  const { output, by } = await shout.run({ text: "hey" }, { lm });
  assert.deepEqual([output, by, requests.length], ["HEY!", "model", 2]);
  assert.match(requests[1]!.messages.at(-1)!.content, /hey is not loud/);
});

Deno.test("run() of a skill falls back to the rules and says why, after two requests at most", async () => {
  const cases: readonly (readonly [readonly ScriptedReply[], RegExp, number])[] = [
    [["nonsense", "nonsense", '{"loud": "LATE"}'], /could not be read: .*`loud`|not JSON/, 2],
    [["nonsense", '{"loud": "hey"}', '{"loud": "LATE"}'], /hey is not loud/, 2],
    [['{"loud": "hey"}', '{"loud": "ho"}', '{"loud": "LATE"}'], /ho is not loud/, 2],
    [[new LMError("network", "no answer from localhost")], /^no answer from localhost$/, 1],
    [
      [new LMError("refused", "json schema is not known", { status: 400 }), "no", '{"loud": "A"}'],
      /could not be read/,
      2,
    ],
  ];
  for (const [script, reason, requests] of cases) {
    const asked = model(script);
    const result = await shout.run({ text: "hey" }, asked);
    assert.deepEqual([result.output, result.by], ["HEY", "rules"]);
    assert.match(result.reason!, reason);
    assert.equal(asked.requests.length, requests);
  }
});

Deno.test("run() of a skill ends when it is aborted", async () => {
  const abort = new AbortController();
  const { lm } = model(() => {
    abort.abort();
    return '{"loud": "HEY"}';
  });
  await assert.rejects(shout.run({ text: "hey" }, { lm, signal: abort.signal }));
});

Deno.test("run() of a skill gives the model a quarter of its window", async () => {
  const { lm, requests } = model(['{"loud": "X"}'], 4096, "ollama/small");
  await shout.run({ text: "y".repeat(100_000) }, { lm });
  assert.equal(requests[0]!.messages.at(-1)!.content.match(/y{50,}/)![0].length, 4096);
  const { numCtx, maxTokens } = requests[0]!.params!;
  assert.deepEqual([numCtx, maxTokens], [4096, 1_500]);
});

Deno.test("run() of a skill uses what was learned, and says when it does not fit", async () => {
  const store = openMemoryStore();
  const learned = shout.program.with({ predict: { instructions: "Shout!", demos: [] } });
  await store.put("skill:shout", save(learned));
  const first = model(['{"loud": "X"}']);
  assert.deepEqual((await shout.run({ text: "x" }, { ...first, store })).notes, []);
  assert.match(first.requests[0]!.messages[0]!.content, /Shout!/);

  const signatures = { predict: "of another one" };
  await store.put("skill:shout", { ...save(learned), signatures });
  const second = model(['{"loud": "X"}']);
  const { by, notes } = await shout.run({ text: "x" }, { ...second, store });
  assert.equal(by, "model");
  assert.match(notes.join(), /^what was learned for shout is not used: .*another signature/);
  assert.match(second.requests[0]!.messages[0]!.content, /in capitals/);
  await store.close();
});
