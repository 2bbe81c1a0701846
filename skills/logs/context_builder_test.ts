import assert from "node:assert/strict";
import { LMError } from "../../core/lm/lm_error.ts";
import { testLM } from "../_test_lm.ts";
import { inputOf, openBench } from "../_testing.ts";
import context from "./context.ts";

const FILES = {
  "shop/price.py": "def cents(price):\n    return int(price * 100)\n",
  "logs/app.log": "10:00 INFO start\n10:01 ERROR order 7 failed\n" +
    'Traceback (most recent call last):\n  File "/srv/shop/price.py", line 2, in cents\n' +
    "    return int(price * 100)\nTypeError: can't multiply\n10:02 INFO end\n",
};
const GOOD = {
  events: ["10:01  ERROR order 7 failed", "10:03 ERROR disk full"],
  hypotheses: ["shop/price.py:2 gets a text for a price", "shop/disk.py fills the disk"],
};

async function run(replies: readonly (string | object | Error)[] | undefined, useLm = true) {
  await using bench = await openBench(FILES);
  const model = replies && testLM(replies);
  return await context.run(inputOf(context, { useLm }), { ...bench.ctx, ...model });
}

Deno.test("context --use-lm adds events that stand in the logs, and causes in files that exist", async () => {
  const plain = await run(undefined, false);
  const { text, data } = await run([GOOD]);
  assert.ok(text.startsWith(`${plain.text}\n\n--- What shows it ---\n`), text);
  assert.match(
    text,
    /What may be the cause ---\n- shop\/price\.py:2 gets a text for a price\n\n\(by the/,
  );
  assert.deepEqual(data.found, {
    events: [GOOD.events[0]],
    hypotheses: [GOOD.hypotheses[0]],
    dropped: [GOOD.events[1], GOOD.hypotheses[1]],
  });
});

Deno.test("context --use-lm goes by the rules when the model fails, and says why", async () => {
  const invented = { ...GOOD, events: ["10:03 ERROR disk full"] };
  const cases: readonly (readonly [readonly (string | object | Error)[], RegExp])[] = [
    [[new LMError("server", "the server failed")], /\(without the model: the server failed\)$/],
    [["?", "?"], /\(without the model: its reply could not be read.*\)$/],
    [[invented, invented], /its events do not stand in the logs: "10:03 ERROR disk full"\)$/],
  ];
  for (const [replies, reason] of cases) {
    const { text, data } = await run(replies);
    assert.match(text, reason);
    assert.match(text, /- shop\/price\.py:2 raised TypeError: can't multiply/);
    assert.equal(data.found, undefined);
  }
  assert.match((await run(undefined)).text, /\n\(no model is configured: these are the facts\)$/);
});
