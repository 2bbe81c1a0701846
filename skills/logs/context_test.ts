import assert from "node:assert/strict";
import { testContext } from "../code/_test_context.ts";
import context from "./context.ts";
import last from "./last.ts";

const TRACE = [
  "2025-01-02 10:00:00 INFO start",
  "2025-01-02 10:00:01 ERROR request failed",
  "Traceback (most recent call last):",
  '  File "/usr/lib/python3.11/runpy.py", line 1, in run',
  "    x()",
  '  File "/app/src/jobs.py", line 2, in run',
  "    y()",
  "KeyError: 'id'",
  "",
].join("\n");

Deno.test("context says there are no logs, and succeeds", async () => {
  await using test = await testContext({ "a.txt": "x" });
  const result = await context.run({ maxLines: 120, useLm: false }, test.ctx);
  assert.equal(result.ok, true);
  assert.equal(result.text, "No logs in logs: name some with --path.");
});

Deno.test("context shows events by file, counts, times and where errors point", async () => {
  await using test = await testContext({
    "logs/app.log": TRACE,
    "logs/quiet.log": "2025-01-01 00:00:00 INFO fine\n",
    "src/jobs.py": "def run():\n    y()\n",
  });
  const { ok, text, data } = await context.run({ maxLines: 120, useLm: false }, test.ctx);
  assert.ok(ok);
  assert.match(text, /^--- Extracted Events ---\n===== logs\/app\.log =====\n/);
  assert.match(
    text,
    /stack trace omitted ...\n {2}File "\/app\/src\/jobs.py", line 2[^]*KeyError: 'id'/,
  );
  assert.match(text, /logs\/app\.log: 8 lines, 1 error, 1 info, 2025-01-02 10:00:00 to /);
  assert.match(text, /logs\/quiet\.log: 1 line, 1 info, 2025-01-01 00:00:00/);
  assert.match(text, /--- Points into the workspace ---\n {2}src\/jobs\.py:2: KeyError: 'id'/);
  assert.deepEqual(data.traces, [
    { error: "KeyError: 'id'", path: "src/jobs.py", line: 2, count: 1, callers: [] },
  ]);
});

Deno.test("context keeps the first and the newest events when they are too many", async () => {
  const lines = Array.from({ length: 500 }, (_, i) => `ERROR number ${i}`);
  await using test = await testContext({ "logs/a.log": lines.join("\n") });
  const { data } = await context.run({ maxLines: 20, useLm: false }, test.ctx);
  const events = data.files[0]!.events.split("\n");
  assert.equal(events.length, 20);
  assert.equal(events[0], "ERROR number 0");
  assert.equal(events[9], "... 481 lines of events omitted ...");
  assert.equal(events.at(-1), "ERROR number 499");
});

Deno.test("context gives the newest log's last lines when nothing went wrong", async () => {
  await using test = await testContext({ "logs/a.log": "one\ntwo\n", "logs/b.log": "three\n" });
  await Deno.utime(`${test.root}/logs/b.log`, 1_000, 1_000);
  const { data } = await context.run({ maxLines: 120, useLm: false }, test.ctx);
  assert.deepEqual(data.files.map((file) => file.events), ["one\ntwo", ""]);
});

Deno.test("context refuses a path outside and names one that does not exist", async () => {
  await using test = await testContext({ "a.log": "x" });
  for (const [path, kind] of [["../x.log", "refused"], ["no.log", "failed"]] as const) {
    await assert.rejects(context.run({ path, maxLines: 120, useLm: false }, test.ctx), { kind });
  }
});

Deno.test("context reads a log folder outside the workspace that the launcher granted", async () => {
  await using logs = await testContext({ "app.log": "ERROR there" });
  await using test = await testContext({ "a.ts": "" });
  const ctx = { ...test.ctx, workspace: { ...test.ctx.workspace, logs: logs.root } };
  assert.deepEqual(context.needs({ maxLines: 120, useLm: false }, ctx.workspace), {});
  const { text } = await context.run({ maxLines: 120, useLm: false }, ctx);
  assert.ok(text.includes(`===== ${logs.root}/app.log =====\nERROR there`));
});

Deno.test("last says no data, then what context found, then one part of it", async () => {
  await using test = await testContext({ "logs/app.log": "ERROR there" });
  const none = await last.run({ what: "all" }, test.ctx);
  assert.deepEqual([none.ok, none.text], [false, "no data"]);
  await context.run({ maxLines: 120, useLm: false }, test.ctx);
  const all = await last.run({ what: "all" }, test.ctx);
  assert.deepEqual(Object.keys(all.data as object).sort(), ["container", "key_points", "ts"]);
  assert.match(all.text, /^local {2}20\d\d-.*Z\nkey points\n {2}ERROR there$/);
  const points = await last.run({ container: "local", what: "key_points" }, test.ctx);
  assert.deepEqual([points.data, points.text], [["ERROR there"], "ERROR there"]);
  assert.equal((await last.run({ what: "summary" }, test.ctx)).text, "no data");
});

Deno.test("last takes the container with the newest data, and suggests names", async () => {
  await using test = await testContext({ "a.ts": "" });
  const { store } = test.ctx;
  await store.put("last:api:ts", 5);
  await store.put("last:api:summary", "slow");
  await store.put("last:db:main:ts", 9);
  await store.put("last:db:main:summary", { state: "full" });
  const newest = await last.run({ what: "summary" }, test.ctx);
  assert.deepEqual(newest.data, { state: "full" });
  assert.equal((await last.run({ container: "api", what: "ts" }, test.ctx)).text, "5");
  await assert.rejects(
    last.run({ container: "apl", what: "all" }, test.ctx),
    { message: 'no data of container "apl"', hint: "did you mean api?" },
  );
});

Deno.test("context reads a log of JSON as others, with the stacks in it", async () => {
  const stack = "TypeError: x\n    at pay (/app/src/pay.ts:1:7)";
  const lines = [
    { level: 30, time: 1764324000000, msg: "ready" },
    { level: 50, time: 1764324001000, msg: "pay \x1b[31mfailed", err: { stack } },
  ];
  await using test = await testContext({
    "logs/app.log": lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    "src/pay.ts": "export const pay = 1;\n",
  });
  const { text, data } = await context.run({ maxLines: 120, useLm: false }, test.ctx);
  assert.match(text, /2025-11-28T10:00:01.000Z ERROR pay failed/);
  assert.match(text, /1 error, 1 info, 2025-11-28T10:00:00.000Z to 2025-11-28T10:00:01/);
  assert.deepEqual(data.traces.map(({ path, line }) => [path, line]), [["src/pay.ts", 1]]);
});
