// The small parts of the agent: score, summary, command line, cooldowns, cycles, the untaught choice.
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { openMemoryStore } from "../store/memory.ts";
import { defineTool } from "../tool.ts";
import { canonical } from "./_canonical.ts";
import { commandLine } from "./command_line.ts";
import { createCooldowns } from "./cooldowns.ts";
import { createLoopDetector } from "./loop_detector.ts";
import type { CallResult } from "./mind.ts";
import { parseRequest } from "./request.ts";
import { rulesChooser } from "./rules_chooser.ts";
import { coverage, scoreResult } from "./score.ts";
import { summarize } from "./summarize.ts";

function result(tool: string, more: Partial<CallResult> = {}): CallResult {
  const call = { id: "1", tool, input: {} };
  return { call, ok: true, text: "text", data: {}, exitCode: 0, ms: 1, ...more };
}

const request = parseRequest("compare needle with haystack");

Deno.test("scoreResult() gives nothing for refused and failed calls, more for more coverage", () => {
  const score = (more: Partial<CallResult>) => scoreResult(request, result("t", more), {});
  assert.equal(score({ refused: "rule" }), 0);
  assert.equal(score({ ok: false, data: null }), 0);
  assert.equal(score({ ok: false }), 0);
  assert.equal(score({ text: " \n" }), 0);
  assert.equal(score({ text: "other" }), 1);
  assert.equal(score({ text: "COMPARE Needle haystack" }), 1.5);
});

Deno.test("scoreResult() asks the tool itself, but not about a call that has no data", () => {
  const tool = { score: (_: CallResult, covered: number) => covered * 2 };
  assert.equal(scoreResult(request, result("t", { text: "compare needle haystack" }), tool), 2);
  assert.equal(scoreResult(request, result("t", { ok: false, data: null }), tool), 0);
});

Deno.test("coverage() is the share of targets in a text", () => {
  assert.equal(coverage(["a", "b"], "xAx"), 0.5);
  assert.equal(coverage([], "x"), 0);
});

Deno.test("summarize() names the tools that answered, and says why the others did not", () => {
  const results = [
    result("ls", { text: "\n---\n  first line\nsecond" }),
    result("cat", { ok: false, data: null, text: "x".repeat(300) }),
    result("grep", { ok: false, text: "no matches" }),
    result("lint", { ok: false, data: null, text: "lint refused: ask", refused: "approval" }),
    result("tree"),
  ];
  assert.deepEqual(summarize(request, { results, denied: ["exec"] }).split("\n"), [
    "exec is denied by the policy.",
    "Answered by ls and tree.",
    `- cat failed: ${"x".repeat(157)}...`,
    "- grep: no matches",
    "- Not allowed: lint refused: ask",
  ]);
  assert.equal(summarize(request, { results: results.slice(0, 1) }), "Answered by ls.");
  assert.equal(summarize(request, { results: results.slice(2, 3) }), "grep: no matches");
  assert.match(summarize(request, { results: results.slice(1, 3) }), /^Nothing was found\.\n- cat/);
  assert.match(
    summarize(request, { results: [], denied: ["x"] }),
    /^x is denied.*\nNo other tool /,
  );
});

Deno.test("commandLine() writes words, flags and what looks like a flag", () => {
  const grep = { name: "grep", positional: ["pattern", "paths"] };
  const line = (input: unknown) => commandLine(grep, input);
  assert.equal(line({ pattern: "a b", paths: ["x", "y z"] }), 'grep "a b" x "y z"');
  assert.equal(line({ pattern: 'a"b\\c' }), 'grep "a\\"b\\\\c"');
  assert.equal(
    line({ pattern: "a", ignore_case: true, wordOnly: false }),
    "grep a --ignore-case --no-word-only",
  );
  assert.equal(line({ pattern: "a", glob: ["*.ts", "-x"] }), 'grep a --glob "*.ts" --glob=-x');
  assert.equal(line({ pattern: "-e", limit: -1, paths: ["x"] }), "grep --limit=-1 -- -e x");
  assert.equal(line({ limit: undefined }), "grep");
  assert.equal(line(undefined), "grep");
  assert.equal(commandLine({ name: "x" }, { opts: { a: 1 } }), 'x --opts "{\\"a\\":1}"');
});

Deno.test("createCooldowns() cools one call, by tool and input, for the tool's time", async () => {
  const store = openMemoryStore();
  let now = 1_000_000;
  const before = createCooldowns(store, "is it green?", () => now);
  const cooldowns = createCooldowns(store, "and what is red?", () => now);
  const tool = (name: string, cooldown?: number) =>
    defineTool({
      name,
      summary: name,
      input: z.any(),
      effect: "read",
      needs: () => ({}),
      run: () => Promise.reject(new Error("not run")),
      ...cooldown !== undefined && { cooldown },
    });
  const [quick, slow] = [tool("quick"), tool("slow", 10)];
  assert.equal(await cooldowns.cooling(quick, { a: 1 }), false);
  await before.mark("quick", { a: 1 });
  await before.mark("slow", {});
  assert.equal(await cooldowns.cooling(quick, { a: 1 }), true);
  assert.equal(await cooldowns.cooling(quick, { a: 2 }), false);
  assert.equal(await before.cooling(quick, { a: 1 }), false, "who asks the same wants it again");
  now += 2_000;
  assert.equal(await cooldowns.cooling(quick, { a: 1 }), false);
  assert.equal(await cooldowns.cooling(slow, {}), true);
  now -= 3_600_000;
  assert.equal(await cooldowns.cooling(slow, {}), false, "a clock set back does not freeze it");
  await store.close();
});

Deno.test("createLoopDetector() names a cycle of up to five turns from its third round on", () => {
  for (let length = 1; length <= 5; length++) {
    const detector = createLoopDetector();
    const turn = (i: number) => [result(`t${i % length}`, { text: `r${i % length}` })];
    const cycle = Array.from({ length }, (_, i) => `t${i}`).join(" > ");
    for (let i = 1; i <= length * 5; i++) {
      const rounds = i / length;
      const told = rounds >= 3 && Number.isInteger(rounds) ? { cycle, times: rounds } : undefined;
      assert.deepEqual(detector.seen(turn(i - 1)), told);
    }
  }
});

Deno.test("createLoopDetector() takes no turn for another with other input or result", () => {
  const detector = createLoopDetector();
  for (let i = 0; i < 30; i++) {
    assert.equal(detector.seen([result("poll", { text: `${i}` })]), undefined);
    const call = { id: "1", tool: "poll", input: { i } };
    assert.equal(detector.seen([result("poll", { call })]), undefined);
  }
});

Deno.test("createLoopDetector() knows an input by its content, whatever the order of its keys", () => {
  const detector = createLoopDetector();
  const inputs = [{ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 }];
  const seen = Array.from(
    { length: 5 },
    (_, i) =>
      detector.seen([result("t", { call: { id: `${i}`, tool: "t", input: inputs[i % 2] } })]),
  );
  assert.equal(seen.at(-1)?.cycle, "t");
});

Deno.test("canonical() is the same text for the same value, without what is left out", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      assert.equal(JSON.stringify(canonical(turned)), JSON.stringify(canonical(value)));
      assert.deepEqual(canonical(value), value);
    }),
  );
  assert.deepEqual(canonical({ a: [{ skip: 1, b: 2 }] }, new Set(["skip"])), { a: [{ b: 2 }] });
});

Deno.test("rulesChooser() picks the highest weight, ties by name, and nothing below zero", () => {
  const chooser = rulesChooser();
  const context = { request: "", step: 1, history: [], features: {} };
  const choose = (...weights: [string, number][]) =>
    chooser.choose(context, weights.map(([tool, weight]) => ({ tool, weight, reason: tool })));
  assert.equal(choose(["b", 0.5], ["a", 0.5], ["c", 0.4])?.tool, "a");
  assert.deepEqual(choose(["b", 0.5], ["a", 0.9], ["z", 0], ["c", 0.7])?.alternatives, ["c", "b"]);
  assert.equal(choose(["a", 0], ["b", -1]), undefined);
  assert.equal(choose(), undefined);
  assert.equal(choose(["a", 1])?.propensity, 1);
});
