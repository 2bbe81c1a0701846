import assert from "node:assert/strict";
import { LMError } from "../../core/lm/lm_error.ts";
import { testLM } from "../_test_lm.ts";
import { inputOf, openBench } from "../_testing.ts";
import { definedPassages } from "./_defined_passages.ts";
import answer, { type AnswerData } from "./answer.ts";

const FILES = {
  "src/http.ts": "// Requests.\nconst TRIES = 3;\n\n/** Tries an upload again. */\n" +
    "export function retryUpload() {\n  return TRIES;\n}\n",
  "docs/guide.md": "# Guide\n\nA failed upload is tried again three times.\n",
  "data/cities.csv": "id,city,people\n1,Paris,2100000\n" +
    Array.from({ length: 40 }, (_, i) => `${i + 2},Town${i},${i}00\n`).join("") +
    "99,Lyon,520000\n",
};
const QUESTION = { question: ["how often is a failed upload tried again?"] };
const GOOD = {
  answer: "Three times (src/http.ts:2), as docs/guide.md:77 says.",
  citations: ["src/http.ts:2", "src/none.ts:1", "docs/guide.md:3-3"],
};

async function run(
  input: object,
  replies?: readonly (string | object | Error)[],
  origin: "user" | "agent" = "user",
) {
  await using bench = await openBench(FILES);
  const model = replies && testLM(replies);
  const result = await answer.run(inputOf(answer, input), { ...bench.ctx, ...model, origin });
  return { ...result, asked: model?.asked ?? [] };
}

Deno.test("answer without a model gives the lines that say most, with their places", async () => {
  const { ok, text, data } = await run(QUESTION);
  assert.deepEqual([ok, data.by, data.answer], [true, "rules", ""]);
  assert.match(text, /^src\/http\.ts:4: \/\*\* Tries an upload again\. \*\/$/m);
  assert.match(text, /^docs\/guide\.md:3: A failed upload is tried again three times\.$/m);
  assert.doesNotMatch(text, /model/);
});

Deno.test("answer lists what defines the name first, for a name and for a phrase", async () => {
  await using bench = await openBench({
    "app/core.py": "class Store:\n    def load(self):\n        return 1\n\n\n" +
      "class ProgressBar:\n    pass\n",
    "app/out.py": 'def echo(text):\n    """Prints it."""\n    print(text)\n',
    "app/term.py": "# echo and progress bar, echo, echo\ndef secho(text):\n    echo(text)\n",
    "tests/test_out.py": 'def echo():\n    """what echo is: echo echo"""\n\n\n' +
      "def test_paper_feed():\n    pass\n",
    "docs/out.md": "The progress bar is no echo: echo what is echo.\n",
  });
  const cited = async (question: string, more = {}) => {
    const { data } = await bench.run(answer, { question: [question], ...more });
    return (data as AnswerData).citations.map(({ path, line }) => `${path}:${line}`);
  };
  assert.equal((await cited("what is echo?"))[0], "app/out.py:1");
  assert.equal((await cited("what does Store.load do?"))[0], "app/core.py:2");
  assert.equal((await cited("what is a progress bar?"))[0], "app/core.py:6");
  const all = await cited("what is echo?");
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.includes("docs/out.md:1"));
  const defined = async (question: string) =>
    (await definedPassages(question, bench.ctx)).map(({ path, start }) => `${path}:${start}`);
  assert.deepEqual(await defined("what is echo?"), ["app/out.py:1"]);
  assert.deepEqual(
    await defined("how does the paper feed work?"),
    [],
    "only a test is called after it",
  );
  assert.deepEqual(await defined("what is test_paper_feed?"), ["tests/test_out.py:5"]);
  assert.deepEqual(await cited("what is echo?", { data: true }), ["docs/out.md:1"]);
});

Deno.test("answer looks into code or data alone when told to", async () => {
  assert.doesNotMatch((await run({ ...QUESTION, code: true })).text, /guide\.md/);
  assert.doesNotMatch((await run({ ...QUESTION, data: true })).text, /http\.ts/);
  const none = await run({ question: ["zzyzx"] });
  assert.deepEqual([none.ok, none.text], [false, "no matches"]);
  await assert.rejects(run({}), /answer needs a question/);
});

Deno.test("answer by a model keeps only places that it was shown", async () => {
  const { ok, text, data, asked } = await run(QUESTION, [GOOD]);
  assert.deepEqual([ok, data.by], [true, "model"]);
  assert.equal(data.answer, "Three times (src/http.ts:2), as docs/guide.md says.");
  assert.deepEqual(data.citations, [
    { path: "src/http.ts", line: 2, text: "const TRIES = 3;" },
    { path: "docs/guide.md", line: 3, text: "A failed upload is tried again three times." },
  ]);
  assert.match(text, /\n\(by the model; what it names was checked\)$/);
  assert.match(asked[0]!, /src\/http\.ts:2: const TRIES = 3;/);
});

Deno.test("answer falls back to the lines when the model fails or cites nothing that is there", async () => {
  const plain = await run(QUESTION);
  const cases: readonly (readonly [readonly (string | object | Error)[], RegExp])[] = [
    [[new LMError("rate", "too many requests")], /^\(without the model: too many requests\)$/],
    [["hm", "hm"], /^\(without the model: its reply could not be read.*\)$/],
    [Array(2).fill({ ...GOOD, answer: "Yes.", citations: ["src/none.ts:1"] }), /cites no place/],
    [
      Array(2).fill({ ...GOOD, answer: "See src/retry.ts." }),
      /files that are not here: src\/retry/,
    ],
  ];
  for (const [replies, reason] of cases) {
    const { text, data } = await run(QUESTION, replies);
    assert.equal(data.by, "rules");
    assert.ok(text.startsWith(plain.text));
    assert.match(text.split("\n").at(-1)!, reason);
  }
});

Deno.test("answer shows the head of a table with a row of it", async () => {
  const reply = { answer: "520000", citations: ["data/cities.csv:43"] };
  const { data, asked } = await run({ question: ["people of Lyon"], data: true }, [reply]);
  assert.match(asked[0]!, /cities\.csv:43: 99,Lyon,520000[^]*cities\.csv:1: id,city,people/);
  assert.equal(data.citations[0]?.text, "99,Lyon,520000");
});

Deno.test("answer of the agent asks no model inside", async () => {
  const { data, asked } = await run(QUESTION, [GOOD], "agent");
  assert.deepEqual([data.by, asked.length], ["rules", 0]);
  assert.equal((await run({ ...QUESTION, useLm: true }, [GOOD], "agent")).data.by, "model");
  assert.match((await run({ ...QUESTION, useLm: true })).text, /\(no model is configured\)$/);
});
