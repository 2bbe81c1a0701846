import assert from "node:assert/strict";
import { LMError } from "../../core/lm/lm_error.ts";
import { testLM } from "../_test_lm.ts";
import { inputOf, openBench } from "../_testing.ts";
import codectx from "./codectx.ts";

const FILES = {
  "README.md": "# Cache\n\nKeeps values for a while.\n",
  "src/cache.ts":
    "/** Keeps. */\nexport class Cache {\n  get(key: string) {\n    return key;\n  }\n}\n",
  "src/main.ts": 'import { Cache } from "./cache.ts";\nnew Cache().get("a");\n',
};
const GOOD = {
  summary: "A small cache; it starts in src/main.ts.",
  points: [
    "`Cache` in src/cache.ts keeps values",
    "src/redis.ts talks to the server",
    "`evictAll` empties it",
  ],
};

Deno.test("codectx --use-lm puts what a model says before the facts, checked", async () => {
  await using bench = await openBench(FILES);
  const { lm, asked } = testLM([GOOD]);
  const input = inputOf(codectx, { useLm: true });
  const { ok, text, data } = await codectx.run(input, { ...bench.ctx, lm });
  assert.equal(ok, true);
  assert.ok(text.startsWith(`${GOOD.summary}\n- ${GOOD.points[0]}\n(by the model; `), text);
  assert.doesNotMatch(text, /redis|evictAll/);
  assert.deepEqual(data.explained, { summary: GOOD.summary, points: [GOOD.points[0]] });
  assert.match(asked[0]!, /languages +TypeScript 2[^]*class Cache/);
});

Deno.test("codectx --use-lm gives the local summary when the model fails, or there is none", async () => {
  await using bench = await openBench(FILES);
  const plain = (await bench.run(codectx)).text;
  const input = inputOf(codectx, { useLm: true });
  const cases: readonly (readonly [readonly (string | object | Error)[], RegExp])[] = [
    [[new LMError("auth", "the key is wrong")], /^\(without the model: the key is wrong\)\n\n/],
    [["no", "no"], /^\(without the model: its reply could not be read[^\n]*\)\n\n/],
    [
      Array(2).fill({ ...GOOD, summary: "See src/server.ts." }),
      /^\(without the model: its summary speaks of what is not there: src\/server\.ts\)\n\n/,
    ],
  ];
  for (const [replies, head] of cases) {
    const { text, data } = await codectx.run(input, { ...bench.ctx, ...testLM(replies) });
    assert.match(text, head);
    assert.equal(text.replace(head, ""), plain);
    assert.equal(data.explained, undefined);
  }
  const none = await codectx.run(input, bench.ctx);
  assert.match(none.text, /\n\(no model is configured: this is the local summary\)\n\n=====/);
});
