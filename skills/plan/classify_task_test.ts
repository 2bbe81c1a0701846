import assert from "node:assert/strict";
import { classifyTask, type TaskKind } from "./classify_task.ts";

const TASKS: Readonly<Record<TaskKind, readonly string[]>> = {
  fix: [
    "fix the failing test in test_parser.py",
    "login fails for names with spaces",
    "the server crashes when the config file is missing",
    "TypeError: x is not a function in render",
    "pagination doesn't work on the last page",
    "users get a wrong total",
    "fix flaky upload test",
  ],
  feature: [
    "add a --json flag to the list command",
    "implement retry with backoff in the http client",
    "support YAML input",
    "dark mode",
  ],
  refactor: [
    "rename parseArgs to readArgs",
    "refactor the session module",
    "split utils.py into smaller modules",
    "move the helpers to core",
  ],
  remove: [
    "remove the unused function parseArgs",
    "delete the debug dependency",
    "drop support for node 12",
    "please get rid of WatchList",
  ],
  test: ["add tests for the tokenizer", "write unit tests for src/a.ts", "improve test coverage"],
  docs: ["update the README", "document the public API", "fix a typo in the changelog"],
  upgrade: [
    "upgrade react to 19",
    "bump lodash",
    "update dependencies",
    "update the zod package to v4",
  ],
  performance: ["search is slow on large trees", "optimize the indexer", "speed up startup"],
  config: [
    "set up github actions",
    "change the eslint config",
    "add a dockerfile for the ci pipeline",
  ],
  explore: ["how does the gate decide", "where is the token checked", "explain the build"],
};

Deno.test("classifyTask() tells the kinds apart", () => {
  for (const [kind, tasks] of Object.entries(TASKS)) {
    assert.deepEqual(tasks.filter((task) => classifyTask(task) !== kind), [], kind);
  }
});
