import assert from "node:assert/strict";
import fc from "fast-check";
import { problemReport, suppressions, testReport } from "./_testing.ts";
import { aggregateReward } from "./aggregate_reward.ts";
import { createHoldOutWatch } from "./hold_out_watch.ts";
import { readCounts } from "./read_counts.ts";
import { reportMetrics } from "./report_metrics.ts";
import type { Verifier } from "./types.ts";
import { DEFAULT_VERIFIERS, VERIFIERS } from "./verifiers.ts";

const result = (metrics: Record<string, number>) => ({ tool: "run_tests", ok: true, metrics });

const fixed = (kind: string, value: number | null): Verifier => ({ kind, score: () => value });

Deno.test("VERIFIERS score what is there, and give null for what is not", () => {
  const cases: [string, Record<string, number>, number | null][] = [
    ["pass_rate", { pass_rate: 0.25, tests_passed: 9, tests_total: 9 }, 0.25],
    ["pass_rate", { tests_passed: 3, tests_failed: 1, tests_total: 9 }, 0.75],
    ["pass_rate", { tests_passed: 3, tests_total: 4 }, 0.75],
    ["pass_rate", { tests_passed: 0, tests_total: 0 }, 0],
    ["pass_rate", {}, null],
    ["blast_radius", { blast_radius: 12 }, 12],
    ["build_ok", { build_ok: 0 }, 0],
    ["lint_ok", { lint_issues: 0 }, 1],
    ["lint_ok", { lint_issues: 2 }, 0],
    ["lint_ok", { lint_ok: 0, lint_issues: 0 }, 0],
    ["quality_avg", { quality_a: 1, quality_b: 0, other: 9 }, 0.5],
    ["pass_rate_improve", { pass_rate: 0.5, baseline_pass_rate: 0.75 }, -0.25],
    ["pass_rate_improve", { pass_rate: 0.5 }, null],
    ["low_blast", { blast_radius: 2 }, -2],
    ["lint_penalty", { lint_issues: 0 }, 0],
    ["quality_policy", { quality_policy: 0.3 }, 0.3],
    ["patch_applied", { patch_applied: 1 }, 1],
    ["patch_applied", { patch_applied: 0 }, -1],
    ["patch_applied", {}, 0],
    ["tests_passed", { tests_passed: 1, tests_failed: 1 }, 0.5],
    ["syntax_ok", { syntax_errors: 3 }, -3],
    ["embedding_generated", { embedding_generated: 1 }, 1],
  ];
  for (const [kind, metrics, score] of cases) {
    assert.equal(VERIFIERS[kind]!.score(result(metrics)), score, kind);
  }
  for (const { kind, score } of Object.values(VERIFIERS)) {
    if (kind !== "patch_applied") assert.equal(score(result({})), null, kind);
  }
});

Deno.test("aggregateReward() scales, clamps and weighs, and leaves out what does not apply", () => {
  const verifiers = [fixed("a", 5), fixed("b", -2), fixed("c", null), fixed("d", 3)];
  const [reward, values, details] = aggregateReward(result({}), verifiers, {
    weights: { a: 2, c: 100 },
    penaltyKinds: ["b"],
    clamp01Kinds: ["a"],
    scales: { a: [0, 4], d: [3, 3] },
  });
  assert.equal(reward, 2 * 1 - 2 + 0);
  assert.deepEqual([...values], [1, -2, 0, 0]);
  assert.deepEqual(details, { a: 5, b: -2, c: null, d: 3 });
});

Deno.test("aggregateReward() earns nothing for nothing, and less for a larger blast radius", () => {
  const options = {
    weights: { pass_rate: 1, blast_radius: 1 },
    penaltyKinds: ["blast_radius"],
    clamp01Kinds: ["pass_rate"],
    scales: { blast_radius: [0, 1] as const },
  };
  const earned = (metrics: Record<string, number>) =>
    aggregateReward(result(metrics), DEFAULT_VERIFIERS, options)[0];
  assert.equal(earned({}), 0);
  const radius = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(fc.property(radius, radius, (one, other) => {
    if (one === other) return;
    const [small, large] = [Math.min(one, other), Math.max(one, other)];
    const [less, more] = [small, large].map((blast_radius) => earned({ blast_radius }));
    assert.ok(less! > more!);
  }));
});

Deno.test("aggregateReward() refuses negative weights, scores that are none, kinds that stand twice", () => {
  const bad: [Verifier[], Parameters<typeof aggregateReward>[2], RegExp][] = [
    [[fixed("a", 1)], { weights: { a: -1 } }, /weight of "a" is -1.*penaltyKinds/],
    [[fixed("a", 1)], { weights: { a: NaN } }, /weight of "a" is NaN/],
    [[fixed("a", NaN)], {}, /verifier "a" gave NaN/],
    [[fixed("a", Infinity)], {}, /verifier "a" gave Infinity/],
    [[fixed("a", "1" as unknown as number)], {}, /verifier "a" gave 1/],
    [[fixed("a", 1), fixed("a", 1)], {}, /two verifiers of the kind "a"/],
    [[fixed("a", 1)], { scales: { a: [0, NaN] } }, /scale of "a"/],
  ];
  for (const [verifiers, options, message] of bad) {
    assert.throws(() => aggregateReward(result({}), verifiers, options), {
      name: "RangeError",
      message,
    });
  }
});

Deno.test("reportMetrics() gives no pass rate above 0 for a report that cannot be trusted", () => {
  assert.deepEqual(reportMetrics(testReport({ a: "pass", b: "fail", c: "skip" })), {
    tests_passed: 1,
    tests_failed: 1,
    tests_skipped: 1,
    tests_total: 3,
    pass_rate: 0.5,
  });
  const pass = testReport({ a: "pass" });
  const bad = [{ complete: false }, { counted: false }, { planned: 9 }, { exitCode: 1 }, {
    tests: [],
  }];
  for (const more of bad) {
    const { pass_rate, check_error } = reportMetrics({ ...pass, ...more });
    assert.deepEqual([pass_rate, check_error], [0, 1], JSON.stringify(more));
  }
  assert.deepEqual(reportMetrics(problemReport("build", 2)), { build_ok: 0, syntax_errors: 2 });
  assert.deepEqual(reportMetrics(problemReport("types", 0, suppressions("noqa"))), {
    type_errors: 0,
    types_ok: 1,
    suppressions: 1,
  });
  const { lint_ok, check_error } = reportMetrics(problemReport("lint", 0, { complete: false }));
  assert.deepEqual([lint_ok, check_error], [0, 1]);
});

Deno.test("readCounts() reads the summary of each runner, with colours and repeats", () => {
  const cases: [string, [number, number, number] | undefined][] = [
    ["ok | 3 passed | 0 failed (2s)", [3, 0, 0]],
    ["FAILED | 3 passed (2 steps) | 1 failed | 2 ignored (5ms)", [3, 1, 2]],
    ["===== 2 failed, 3 passed, 1 skipped, 1 xfailed, 1 error in 0.26s =====", [3, 3, 2]],
    ["1 passed in 12.01s (0:00:12)", [1, 0, 0]],
    ["5 passed in 0.1s\n1 failed, 4 passed in 0.1s", [4, 1, 0]],
    ["Tests:       1 failed, 2 skipped, 1 todo, 3 passed, 7 total", [3, 1, 3]],
    ["      Tests  1 failed | 3 passed | 1 skipped (5)", [3, 1, 1]],
    [
      "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n" +
      "test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
      [3, 1, 1],
    ],
    ["# tests 4\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 1", [2, 2, 1]],
    ["\u2139 pass 2\n\u2139 fail 0", [2, 0, 0]],
    ["--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\n--- SKIP: TestC (0.00s)", [1, 1, 1]],
    ["\u001b[31m1 failed\u001b[0m, \u001b[32m2 passed\u001b[0m in 0.1s", [2, 1, 0]],
    ["we passed 12 exams in 3s", undefined],
    ["", undefined],
  ];
  for (const [text, counts] of cases) {
    const found = readCounts(text);
    assert.deepEqual(found && [found.passed, found.failed, found.skipped], counts, text);
  }
});

Deno.test("createHoldOutWatch() is silent while the gap stays, and refuses what is no score", () => {
  const watch = createHoldOutWatch({ window: 5, slack: 0.1 });
  for (let i = 0; i < 50; i++) assert.equal(watch.add(0.9, 0.4), false);
  const little = createHoldOutWatch({ window: 5, slack: 0.1 });
  for (let i = 0; i < 50; i++) assert.equal(little.add(i < 5 ? 0.5 : 0.58, 0.5), false);
  // Wider, but no more than chance explains.
  const noisy = createHoldOutWatch({ window: 4, slack: 0.1 });
  const gaps = [0, 1, 0, 1, 1, 0, 1, 1];
  for (const gap of gaps) assert.equal(noisy.add(gap, 0), false);
  assert.ok(noisy.gaps().last - noisy.gaps().first > 0.2);
  assert.throws(() => watch.add(1.1, 0), /expected numbers from 0 to 1/);
  assert.throws(() => watch.add(NaN, 0), RangeError);
  assert.deepEqual(watch.gaps(), { first: 0.5, last: 0.5 });
  assert.throws(() => createHoldOutWatch({ window: 1 }), /window of 1/);
  assert.throws(() => createHoldOutWatch({ slack: -1 }), /slack of -1/);
});
