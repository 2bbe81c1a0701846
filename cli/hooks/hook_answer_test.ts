import assert from "node:assert/strict";
import { blockReason, type HookEnd, noteOf } from "./hook_answer.ts";

const end = (over: Partial<HookEnd> = {}): HookEnd => ({
  code: 0,
  signal: null,
  stdout: "",
  stderr: "",
  timedOut: false,
  ms: 10,
  ...over,
});

Deno.test("blockReason() of a hook that is content is undefined, whatever it prints", () => {
  for (const stdout of ["", "fine\n", "{ broken", '{"block": false}', "[]", '{"block": "yes"}']) {
    assert.equal(blockReason(end({ stdout, stderr: "warning" })), undefined, stdout);
  }
});

Deno.test("blockReason() takes the reason from JSON, then standard error, then standard output", () => {
  const json = '{"block": true, "reason": "not on Friday"}';
  assert.equal(blockReason(end({ stdout: json })), "not on Friday");
  assert.equal(blockReason(end({ stdout: '{"block": true}' })), "it gave no reason");
  assert.equal(blockReason(end({ code: 2, stdout: json, stderr: "x" })), "not on Friday");
  assert.equal(blockReason(end({ code: 2, stdout: "out", stderr: " err\n" })), "err");
  assert.equal(blockReason(end({ code: 2, stdout: "out\n" })), "out");
  assert.equal(blockReason(end({ code: 2 })), "it gave no reason");
});

Deno.test("blockReason() blocks when the hook fails in any way", () => {
  assert.equal(blockReason(end({ code: 1, stderr: "no" })), "it failed with exit code 1: no");
  assert.equal(blockReason(end({ code: null, signal: "SIGSEGV" })), "it was ended by SIGSEGV");
  assert.equal(
    blockReason(end({ code: null, signal: "SIGTERM", timedOut: true, ms: 30_020 })),
    "it was ended after 30 seconds",
  );
});

Deno.test("noteOf() gives JSON's note or the text, cut at 2,000 characters, nothing for nothing", () => {
  assert.equal(noteOf(end({ stderr: "only for people" })), undefined);
  assert.equal(noteOf(end({ stdout: " formatted\n" })), "formatted");
  assert.equal(noteOf(end({ stdout: '{"note": "two issues"}\n' })), "two issues");
  assert.equal(noteOf(end({ stdout: '{"note": ""}\n' })), undefined);
  assert.equal(noteOf(end({ stdout: '{"other": 1}' })), '{"other": 1}');
  const long = noteOf(end({ stdout: "x".repeat(5000) }))!;
  assert.deepEqual([long.length, long.at(-1)], [2000, "…"]);
});

Deno.test("noteOf() tells that the hook failed, with what it said", () => {
  assert.equal(noteOf(end({ code: 1 })), "it failed with exit code 1");
  assert.equal(
    noteOf(end({ code: 1, stdout: "a.ts:1", stderr: "1 error" })),
    "it failed with exit code 1: a.ts:1\n1 error",
  );
});
