import assert from "node:assert/strict";
import { processCtx } from "./process_ctx.ts";

const LOG = [
  "2025-01-02 10:00:01 ERROR user 7 not found",
  "    at find (/app/src/users.ts:12:5)",
  "2025-01-02 10:00:02 WARN slow",
  "2025-01-02 10:00:03 ERROR user 8 not found",
].join("\n");

Deno.test("processCtx() says by rules which errors there are, from where to where, and what to do", async () => {
  const { key_points, plan, summary, ts } = await processCtx("api", LOG, { now: () => 5 });
  assert.equal(key_points, "2x ERROR user 7 not found (lines 1 to 4)\n1x WARN slow");
  assert.match(plan, /^1\. Open \/app\/src\/users\.ts at line 12/);
  assert.match(summary, /user 8 not found/);
  assert.equal(ts, 5);
});

Deno.test("processCtx() tells nothing of places in an excerpt, and reads coloured lines", async () => {
  const coloured = LOG.replaceAll("ERROR", "\x1b[31mERROR\x1b[39m");
  const { key_points } = await processCtx("api", coloured, { excerpt: true });
  assert.equal(key_points, "2x ERROR user 7 not found\n1x WARN slow");
});

Deno.test("processCtx() reads logs of JSON, and masks what only stands there unescaped", async () => {
  const line = (msg: string) => JSON.stringify({ level: 50, time: 1764324000000, msg });
  const log = [
    line("user 7 \x1b[31mnot found"),
    line('login {"password": "hunter2hunter2"} failed'),
  ];
  const { key_points, summary } = await processCtx("api", [...log, log[0]].join("\n"));
  assert.match(key_points, /^2x ERROR user 7 not found$/m);
  assert.match(key_points, /^1x ERROR login/m);
  assert.doesNotMatch(key_points + summary, /hunter2hunter2/);
});

Deno.test("processCtx() takes what a model says, and rules for what it leaves out", async () => {
  const summarizer = { summarize: () => Promise.resolve({ summary: "users are missing" }) };
  const { summary, key_points } = await processCtx("api", LOG, { summarizer });
  assert.equal(summary, "users are missing");
  assert.match(key_points, /^2x ERROR/);
});

Deno.test("processCtx() answers by rules when the model throws, hangs or is stopped", async () => {
  const errors: string[] = [];
  const onError = (error: unknown) => void errors.push(String(error));
  const hangs = { summarize: () => new Promise<never>(() => {}) };
  const throws = {
    summarize: () => {
      throw new Error("no model");
    },
  };
  const stop = new AbortController();
  const stopped = {
    summarize() {
      queueMicrotask(() => stop.abort());
      return hangs.summarize();
    },
  };
  for (
    const options of [
      { summarizer: throws },
      { summarizer: hangs, timeoutMs: 5 },
      { summarizer: stopped, signal: stop.signal },
    ]
  ) {
    const { summary } = await processCtx("api", LOG, { ...options, onError });
    assert.match(summary, /user 7 not found/);
  }
  assert.deepEqual(errors, [
    "Error: no model",
    "Error: no summary within 5 ms",
    "Error: it was stopped before it had summed up",
  ]);
});

Deno.test("processCtx() shows no secret, neither to the model nor in what it says", async () => {
  const secret = "ghp_" + "a1B2".repeat(9);
  let told = "";
  const summarizer = {
    summarize: (_: string, text: string) => {
      told = text;
      return Promise.resolve({});
    },
  };
  const findings = await processCtx("api", `ERROR push failed with ${secret}`, { summarizer });
  assert.match(told, /\[redacted\]/);
  assert.ok(!`${told}${JSON.stringify(findings)}`.includes(secret));
});

Deno.test("processCtx() of 20 MB in one line answers soon, and small", async () => {
  const since = performance.now();
  const findings = await processCtx("app", `ERROR ${"x".repeat(20_000_000)}`);
  assert.ok(JSON.stringify(findings).length < 40_000);
  assert.match(findings.summary, /characters more\)/);
  assert.ok(performance.now() - since < 10_000);
});
