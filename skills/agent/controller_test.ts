import assert from "node:assert/strict";
import { LMError } from "../../core/lm/lm_error.ts";
import { testLM } from "../_test_lm.ts";
import { catalog } from "../catalog.ts";
import { controller } from "./controller.ts";

const grep = { pattern: "TODO" };
const input = {
  request: "find what is left to do",
  tools: catalog,
  done: [{ tool: "ls", args: { path: "." }, result: "a.ts" }],
  proposals: [
    { tool: "ls", args: { path: "." }, weight: 0.9, reason: "it lists" },
    { tool: "esearch", args: { words: ["left"] }, weight: 0.5, reason: "it ranks" },
  ],
};
const reply = (over: object) => ({
  thought: "Look.",
  tool: "grep",
  args: grep,
  answer: "",
  ...over,
});
const run = async (...replies: (string | object | Error)[]) => {
  const model = testLM(replies);
  return { ...await controller.run(input, model), asked: model.asked };
};

Deno.test("controller takes a model's call when there is such a tool and its arguments fit", async () => {
  const { output, by, asked } = await run(reply({ tool: "grep()" }));
  assert.deepEqual([by, output.tool, output.args], ["model", "grep", grep]);
  assert.match(asked[0]!, /^grep: .* args: pattern, /m);
  assert.match(asked[0]!, /ls \{"path":"\."\}\na\.ts/);
});

Deno.test("controller tells the model once what is wrong with its call", async () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ tool: "search_all" }, /there is no tool "search_all"/],
    [{ args: { regexp: "x" } }, /grep: no argument "regexp"; it has pattern/],
    [{ args: { pattern: 7 } }, /grep: pattern: /],
    [{ tool: "ls", args: { path: "." } }, /ls was called like that already/],
    [{ tool: "finish", thought: " ", answer: "" }, /finishes without an answer/],
  ];
  for (const [wrong, problem] of cases) {
    const { output, by, asked } = await run(reply(wrong), reply({}));
    assert.deepEqual([by, output.tool], ["model", "grep"]);
    assert.match(asked[1]!, problem);
  }
});

Deno.test("controller finishes with an answer", async () => {
  const { output } = await run(reply({ tool: "finish", answer: "Nothing." }));
  assert.deepEqual([output.tool, output.answer], ["finish", "Nothing."]);
});

Deno.test("controller goes by the weights when the model fails, and finishes when nothing is open", async () => {
  for (const replies of [[new LMError("network", "gone")], ["?", "?"]]) {
    const { output, by } = await run(...replies);
    assert.deepEqual([by, output.tool, output.thought], ["rules", "esearch", "it ranks"]);
  }
  const { output } = await controller.run({ ...input, proposals: [] });
  assert.deepEqual([output.tool, output.answer], ["finish", "a.ts"]);
});
