import assert from "node:assert/strict";
import { matchesTool } from "./hook_patterns.ts";

Deno.test("matchesTool() fits whole names, * any part of one", () => {
  const fits: [string, string][] = [
    ["edit", "edit"],
    ["*", "edit"],
    ["git_*", "git_status"],
    ["git-status", "git_status"],
    ["mcp__*__write*", "mcp__files__write_file"],
    ["mcp__*", "mcp__a-b__c"],
  ];
  for (const [pattern, tool] of fits) assert.equal(matchesTool([pattern], tool), true, pattern);
  const not: [string, string][] = [
    ["edit", "code_edit"],
    ["edit", "edits"],
    ["git_*", "digit_x"],
    ["*_status", "status"],
    ["a*a", "a"],
    ["a*bc*c", "abc"],
  ];
  for (const [pattern, tool] of not) assert.equal(matchesTool([pattern], tool), false, pattern);
  assert.equal(matchesTool([], "edit"), false);
});

Deno.test("matchesTool() takes no time over a pattern of many stars", () => {
  const started = performance.now();
  assert.equal(matchesTool(["*a".repeat(12) + "*b"], "a".repeat(64)), false);
  assert.ok(performance.now() - started < 1000, `${performance.now() - started} ms`);
});
