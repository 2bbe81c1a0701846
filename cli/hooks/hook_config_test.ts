import assert from "node:assert/strict";
import { createRegistry } from "../../core/registry.ts";
import { catalog } from "../../skills/catalog.ts";
import { parseHooks, type ParseHooksOptions } from "./hook_config.ts";

const registry = createRegistry(catalog);
const USER: ParseHooksOptions = { from: "user", path: "config.yaml", registry, home: "/home/me" };
const WORKSPACE: ParseHooksOptions = { from: "workspace", path: ".dspy/config.yaml", registry };

const HOOK = { on: "before", tools: ["edit"], command: ["check"] };

Deno.test("parseHooks() reads a hook with its defaults, names of tools as they are", () => {
  const [hook] = parseHooks([HOOK], USER);
  assert.deepEqual(hook, { ...HOOK, timeoutMs: 30_000, from: "user" });
  const more = { ...HOOK, tools: ["git-status", "git_*", "mcp__x__y"], timeout_sec: 1.5 };
  const [other] = parseHooks([more], USER);
  assert.deepEqual(other?.tools, ["git_status", "git_*", "mcp__x__y"]);
  assert.equal(other?.timeoutMs, 1500);
  assert.deepEqual(parseHooks([{ ...HOOK, tools: "*" }], USER)[0]?.tools, ["*"]);
});

Deno.test("parseHooks() knows the home of the user, not for a workspace", () => {
  const command = ["python3", "~/check.py"];
  assert.deepEqual(parseHooks([{ ...HOOK, command }], USER)[0]?.command, [
    "python3",
    "/home/me/check.py",
  ]);
  assert.deepEqual(parseHooks([{ ...HOOK, command }], WORKSPACE)[0]?.command, command);
});

Deno.test("parseHooks() refuses what it does not understand, naming the file and the entry", () => {
  const wrong: [unknown, RegExp][] = [
    [{}, /config\.yaml: hooks are to be a list/],
    [[HOOK, "check"], /hook 2: expected on, tools and command/],
    [[{ ...HOOK, on: "during" }], /on is to be before or after/],
    [[{ ...HOOK, tool: "x" }], /unknown key "tool".*did you mean tools/],
    [[{ ...HOOK, tools: [] }], /tools are to be a list of names/],
    [[{ ...HOOK, tools: ["edti"] }], /no tool called "edti".*did you mean edit/],
    [[{ ...HOOK, tools: ["a.b"] }], /not a tool's name/],
    [[{ ...HOOK, command: "deno fmt" }], /list of words: there is no shell/],
    [[{ ...HOOK, command: ["deno", 1] }], /list of words/],
    [[{ ...HOOK, command: ["-x"] }], /not a program/],
    [[{ ...HOOK, command: ["a\u0000b"] }], /hook 1/],
    [[{ ...HOOK, command: ["./check"] }], /is relative/],
    [[{ ...HOOK, timeout_sec: 0 }], /timeout_sec/],
    [[{ ...HOOK, timeout_sec: 601 }], /timeout_sec/],
  ];
  for (const [value, message] of wrong) {
    assert.throws(() => parseHooks(value, USER), (error: Error & { line: string }) => {
      assert.match(error.line, message);
      return true;
    });
  }
});

Deno.test("parseHooks() takes of a workspace only what trust can be given to", () => {
  const [hook] = parseHooks([{ ...HOOK, command: ["./check"] }], WORKSPACE);
  assert.deepEqual(hook?.command, ["./check"]);
  for (const command of [["/bin/check"], ["sh", "-c", "./check"], ["bash", "-ec", "./check"]]) {
    assert.throws(() => parseHooks([{ ...HOOK, command }], WORKSPACE), { kind: "usage" });
  }
});
