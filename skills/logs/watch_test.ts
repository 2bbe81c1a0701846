import assert from "node:assert/strict";
import { testContext, writeFiles } from "../code/_test_context.ts";
import watch from "./watch.ts";

Deno.test("watch shows the tail and the key events of what comes, and ends on the signal", async () => {
  await using test = await testContext({ "logs/a.log": "one\ntwo\nthree\n" });
  const stop = new AbortController();
  const running = watch.run({ interval: 0.05, tail: 2 }, { ...test.ctx, signal: stop.signal });
  await until(() => test.progress.length === 2);
  await Deno.writeTextFile(`${test.root}/logs/a.log`, "four\nERROR five\nsix\n", { append: true });
  await until(() => test.progress.length === 3);
  await writeFiles(test.root, { "logs/b.log": "calm\n" });
  await until(() => test.progress.length === 4);
  const stopped = performance.now();
  stop.abort();
  const result = await running;
  assert.ok(performance.now() - stopped < 500);
  assert.deepEqual(test.progress.map((update) => update.text), [
    "===== logs/a.log =====\ntwo\nthree",
    "watching 1 log in logs; Ctrl-C stops",
    "===== logs/a.log: 3 new lines =====\nERROR five\nsix\nKey events:\nfour\nERROR five\nsix",
    "===== logs/b.log: 1 new line =====\ncalm",
  ]);
  assert.ok(test.progress.every((update) => update.lasting));
  assert.deepEqual(result.data, { files: ["logs/a.log"], changes: 2, lines: 4, events: 1 });
});

Deno.test("watch ends at once when the signal came before, and fails without logs", async () => {
  await using test = await testContext({ "logs/a.log": "x\n" });
  const done = await watch.run({ interval: 60, tail: 0 }, {
    ...test.ctx,
    signal: AbortSignal.abort(),
  });
  assert.ok(done.ok);
  await using empty = await testContext({ "a.ts": "" });
  const none = await watch.run({ interval: 60, tail: 0 }, empty.ctx);
  assert.deepEqual([none.ok, none.text], [false, "no logs in logs: name some with --path"]);
});

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !done(); i++) await new Promise((wake) => setTimeout(wake, 20));
  assert.ok(done(), "waited too long");
}
