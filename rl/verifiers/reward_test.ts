import assert from "node:assert/strict";
import fc from "fast-check";
import type { CheckReport, TestStatus } from "../../core/check_report.ts";
import { problemReport, suppressions, testReport } from "./_testing.ts";
import { compareTests } from "./compare_tests.ts";
import { type Change, judgeChange, type RewardComponents } from "./judge_change.ts";
import { majorityReport } from "./majority_report.ts";
import { reportProblem } from "./report_problem.ts";
import { createRewardWeights } from "./reward_weights.ts";
import { scoreChange } from "./score_change.ts";

const PASS = testReport({ a: "pass" });
const FAIL = testReport({ a: "fail" });

const judge = (baseline: CheckReport[], present: CheckReport[], more: Partial<Change> = {}) =>
  judgeChange({ baseline, present, patch: "applied", lines: 0, ...more });

Deno.test("compareTests() leaves skipped tests out, and earns nothing for new ones", () => {
  const before = testReport({ a: "pass", b: "skip", c: "xfail", d: "error" });
  const now = testReport({ a: "pass", b: "pass", c: "pass", d: "pass", e: "pass", f: "fail" });
  const { fixed, unfixed, kept, broken } = compareTests([before], [now]);
  assert.deepEqual([fixed, unfixed, kept, broken], [["deno . d"], [], ["deno . a"], []]);
});

Deno.test("compareTests() tells the tests of several reports apart", () => {
  const go = { toolchain: "go", dir: "sub" };
  const { kept, broken } = compareTests(
    [testReport({ a: "pass" }), testReport({ a: "pass" }, go)],
    [testReport({ a: "pass" }), testReport({ a: "fail" }, go)],
  );
  assert.deepEqual([kept, broken], [["deno . a"], ["go sub a"]]);
});

Deno.test("compareTests() takes a file that did not load for fixed when all in it passes", () => {
  const before = testReport({}, {
    tests: [{ id: "b.test.js", name: "b.test.js", status: "error", whole: "b.test.js::" }],
    failed: 1,
    exitCode: 1,
  });
  const fixed = (statuses: Record<string, TestStatus>) =>
    compareTests([before], [testReport(statuses)]).fixed.length;
  assert.equal(fixed({ "b.test.js::x": "pass", "b.test.js::y": "skip" }), 1);
  assert.equal(fixed({ "b.test.js::x": "pass", "b.test.js::y": "fail" }), 0);
  assert.equal(fixed({ "b.test.js::y": "skip" }), 0);
  assert.equal(fixed({ "c.test.js::x": "pass" }), 0);
  assert.equal(fixed({}), 0);
});

Deno.test("reportProblem() wants a whole report whose exit code fits it", () => {
  const bad: [Partial<CheckReport>, RegExp][] = [
    [{ kind: "lint" }, /of lint/],
    [{ counted: false }, /counted no tests/],
    [{ complete: false }, /not complete/],
    [{ planned: 2 }, /announced 2 tests and reported 1/],
    [{ tests: [] }, /ran no tests/],
    [{ exitCode: 5 }, /ended with 5 though no test failed/],
    [{ exitCode: null }, /a signal/],
    [{ failed: 1 }, /ended with 0 though tests failed/],
  ];
  assert.equal(reportProblem(PASS), undefined);
  assert.equal(reportProblem(FAIL), undefined);
  for (const [more, message] of bad) {
    assert.match(reportProblem({ ...PASS, ...more }) ?? "", message);
  }
});

Deno.test("judgeChange() gives no components without ground in the baseline", () => {
  for (
    const baseline of [
      [],
      [problemReport("lint", 0)],
      [testReport({})],
      [{ ...PASS, complete: false }],
      [testReport({ a: "skip" })],
    ]
  ) {
    const { components, reasons } = judge(baseline, [PASS]);
    assert.equal(components, undefined);
    assert.match(reasons[0]!, /^before the change: /);
  }
  const flaky = judge([FAIL], [PASS], { flaky: ["deno . a"] });
  assert.equal(flaky.components, undefined);
});

Deno.test("judgeChange() closes the gate, with the reason, and keeps the raw sides", () => {
  const build = problemReport("build", 0);
  const cases: [CheckReport[], Partial<Change>, RegExp][] = [
    [[PASS, build], { patch: "failed" }, /could not be applied/],
    [[PASS, build], { patch: "none" }, /nothing was changed/],
    [[PASS, build], { tampered: [{ path: "a_test.ts", how: "changed" }] }, /a_test\.ts.*changed/],
    [[PASS, problemReport("build", 1)], {}, /deno in \.'s build broke/],
    [[PASS], {}, /build broke/],
    [[build], {}, /no tests were run/],
    [[testReport({}), build], {}, /ran no tests/],
  ];
  assert.equal(judge([FAIL, build], [PASS, build]).components?.gate, 1);
  for (const [present, more, message] of cases) {
    const { components, reasons } = judge([FAIL, build], present, more);
    assert.equal(components?.gate, 0);
    assert.match(reasons.join("\n"), message);
    assert.equal(components?.f2p_of, 1);
  }
  // A build that was broken before does not close it.
  const still = judge([FAIL, problemReport("build", 3)], [PASS, problemReport("build", 1)]);
  assert.deepEqual([still.components?.gate, still.components?.build], [1, 0]);
});

Deno.test("judgeChange() counts lint and types only where the baseline has them", () => {
  const { components } = judge([FAIL], [PASS, problemReport("lint", 4)]);
  assert.equal("lint_now" in components!, false);
  const sides = (baseline: CheckReport[], present: CheckReport[]) => {
    const all = judge([FAIL, ...baseline], [PASS, ...present]).components!;
    return [all.lint_before, all.lint_now, all.types_before, all.types_now];
  };
  const lint = (n: number, more: Partial<CheckReport> = {}) => problemReport("lint", n, more);
  assert.deepEqual(sides([lint(2)], [lint(1)]), [2, 1, undefined, undefined]);
  // Known before and not now: worth nothing.
  for (const gone of [[], [lint(0, { complete: false })], [lint(0, { toolchain: "ruff" })]]) {
    assert.deepEqual(sides([lint(2)], gone).slice(0, 2), [2, undefined]);
  }
  assert.deepEqual(sides([lint(2, suppressions())], [lint(0)]).slice(0, 2), [2, undefined]);
  const build = (n: number) => problemReport("build", n);
  assert.deepEqual(sides([build(3)], [build(2)]).slice(2), [3, 2]);
  const mypy = (n: number) => problemReport("types", n, { toolchain: "mypy" });
  assert.deepEqual(sides([build(3), mypy(5)], [build(0), mypy(4)]).slice(2), [5, 4]);
});

Deno.test("judgeChange() refuses numbers that are none", () => {
  for (
    const more of [
      { lines: -1 },
      { lines: NaN },
      { tokens: Infinity },
      { seconds: -0.1 },
      { mutationScore: 1.5 },
    ]
  ) {
    assert.throws(() => judge([FAIL], [PASS], more), RangeError, JSON.stringify(more));
  }
});

Deno.test("createRewardWeights() refuses weights that do not sum to 1 and penalties that are none", () => {
  const bad: [Parameters<typeof createRewardWeights>[0], RegExp][] = [
    [{ f2p: 0.75 }, /is 1\.2\d*; expected 1$/],
    [{ f2p: -0.5, p2p: 1.3 }, /weight "f2p" is -0\.5/],
    [{ f2p: NaN }, /weight "f2p" is NaN/],
    [{ blast: -0.1 }, /negative penalty would be a bonus/],
    [{ tokens: NaN }, /penalty "tokens" is NaN/],
    [{ blast: 0.25 }, /expected 0\.3 at most/],
    [{ lineCap: 0 }, /"lineCap" is 0/],
    [{ tokenCap: Infinity }, /"tokenCap" is Infinity/],
  ];
  for (const [options, message] of bad) {
    assert.throws(() => createRewardWeights(options), { name: "RangeError", message });
  }
});

Deno.test("createRewardWeights() names different numbers differently, the same alike", () => {
  const versions = [
    {},
    { lineCap: 500 },
    { f2p: 0.4, p2p: 0.4 },
    { terminalFirst: true },
    { blast: 0.05 },
  ].map((options) => createRewardWeights(options).version);
  assert.equal(new Set(versions).size, versions.length);
  assert.equal(createRewardWeights({ f2p: 0.5 }).version, versions[0]);
  assert.match(versions[0]!, /^r1-[0-9a-f]{8}$/);
});

Deno.test("scoreChange() adds up to R, part by part", () => {
  const weights = createRewardWeights();
  const raw: RewardComponents = {
    gate: 1,
    f2p_fixed: 1,
    f2p_of: 2,
    p2p_kept: 3,
    p2p_of: 4,
    mutation: 0.5,
    build: 1,
    lint_before: 1,
    lint_now: 2,
    types_before: 0,
    types_now: 0,
    tokens: 50_000,
    seconds: 60,
    lines: 31,
  };
  const { reward, parts, value } = scoreChange(raw, weights);
  const expected = 0.5 * 0.5 + 0.3 * 0.75 * 0.5 + 0.1 + 0.05 * (2 / 4) + 0.05 -
    0.05 * 0.5 - 0.05 * 0.1 - 0.1 * Math.log1p(31) / Math.log1p(1000);
  assert.ok(Math.abs(reward - expected) < 1e-12);
  assert.deepEqual(Object.keys(parts), [
    ...["f2p", "p2p", "build", "lint", "types"],
    ...["tokens", "seconds", "blast"],
  ]);
  assert.ok(Math.abs(value - (reward + 0.2) / 1.2) < 1e-12);
});

Deno.test("scoreChange() shares the weight of what does not apply, and can wait for the tests", () => {
  const raw = {
    gate: 1,
    f2p_fixed: 1,
    f2p_of: 1,
    mutation: 1,
    build: 0,
    tokens: 0,
    seconds: 0,
    lines: 0,
  };
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} ${b}`);
  close(scoreChange(raw, createRewardWeights()).reward, 0.5 / 0.6);
  const late = createRewardWeights({ terminalFirst: true });
  close(scoreChange({ ...raw, f2p_of: 2, build: 1 }, late).reward, 0.5 * 0.5 / 0.6);
  close(scoreChange({ ...raw, build: 1 }, late).reward, 1);
  // What was known before and is not any more earns nothing of its weight.
  const lint = { ...raw, build: 1, lint_before: 2 };
  close(scoreChange(lint, createRewardWeights()).reward, 0.6 / 0.65);
  close(scoreChange({ ...lint, lint_now: 0 }, createRewardWeights()).reward, 1);
});

Deno.test("scoreChange() refuses damaged components and names them", () => {
  const weights = createRewardWeights();
  const raw = { gate: 1, f2p_fixed: 1, f2p_of: 1, mutation: 1, tokens: 0, seconds: 0, lines: 0 };
  for (const name of ["gate", "mutation", "tokens", "lines"]) {
    const { [name as "gate"]: _, ...without } = raw;
    const p2p = { ...without, p2p_of: 1, p2p_kept: 1 };
    assert.throws(() => scoreChange(p2p, weights), { message: `no component "${name}"` });
  }
  for (const bad of [{ f2p_of: NaN }, { lines: -1 }, { tokens: Infinity }, { lint_before: -2 }]) {
    assert.throws(() => scoreChange({ ...raw, ...bad }, weights), RangeError);
  }
  const { f2p_of: _, f2p_fixed: __, ...bare } = raw;
  assert.throws(() => scoreChange(bare, weights), /without tests there is no reward/);
});

const statuses = fc.constantFrom<TestStatus>("pass", "fail", "error", "skip", "xfail", "timeout");
const anyTests = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), statuses);
const count = fc.nat({ max: 20 });

Deno.test("the reward of any change is within its bounds, and no count can raise it by a penalty", () => {
  const weights = createRewardWeights({ tokens: 0.1, seconds: 0.1, blast: 0.1 });
  fc.assert(fc.property(
    fc.tuple(anyTests, anyTests, count, count, fc.boolean()),
    fc.tuple(fc.nat(), fc.nat(), fc.nat()),
    ([before, now, l0, l1, applied], [tokens, seconds, lines]) => {
      const present = [testReport(now), problemReport("lint", l1)];
      const baseline = [testReport(before), problemReport("lint", l0)];
      const change = { patch: applied ? "applied" : "failed", lines, tokens, seconds } as const;
      const { components } = judge(baseline, present, change);
      if (components === undefined) return;
      const { reward, value } = scoreChange(components, weights);
      assert.ok(reward >= -0.3 - 1e-12 && reward <= 1, `${reward}`);
      assert.ok(value >= 0 && value <= 1);
      const cheaper = scoreChange({ ...components, tokens: 0, seconds: 0, lines: 0 }, weights);
      assert.ok(cheaper.reward >= reward);
      // Whatever is full marks has every test of the baseline passing now.
      if (cheaper.reward > 1 - 1e-9) {
        for (const [id, status] of Object.entries(before)) {
          if (status !== "skip" && status !== "xfail") assert.equal(now[id], "pass");
        }
      }
    },
  ));
});

Deno.test("majorityReport() counts what most runs have, and keeps doubts", () => {
  const three = (...runs: CheckReport[]) => majorityReport(runs);
  const same = three(FAIL, FAIL, FAIL);
  assert.deepEqual([same.flaky, same.report.failed, same.report.exitCode], [[], 1, 1]);
  assert.equal(reportProblem(same.report), undefined);
  // Without a majority: failed. Missing in most: still there, and flaky.
  const split = three(PASS, FAIL, testReport({ a: "skip" }));
  assert.equal(split.report.tests[0]!.status, "fail");
  const once = three(PASS, testReport({ b: "pass" }), testReport({ b: "pass" }));
  assert.deepEqual(once.report.tests.map(({ id, status }) => [id, status]), [
    ["a", "fail"],
    ["b", "pass"],
  ]);
  assert.deepEqual(once.flaky, ["deno . a", "deno . b"]);
  const cut = three(PASS, { ...PASS, complete: false }, PASS);
  assert.equal(cut.report.ok, false);
  const odd = three(PASS, { ...PASS, exitCode: 7 }, PASS);
  assert.equal(odd.report.exitCode, 7);
  assert.equal(three(PASS, FAIL, PASS).report.exitCode, 0);
  assert.throws(() => majorityReport([]), /0 runs/);
  assert.throws(() => majorityReport([PASS, PASS]), /2 runs; give an odd number/);
  assert.throws(() => three(PASS, { ...PASS, dir: "sub" }, PASS), /runs of one check/);
});
