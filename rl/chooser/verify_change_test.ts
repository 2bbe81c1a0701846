// What checks say of a change becomes a part of the reward of the choice that made it.
import assert from "node:assert/strict";
import type { ChoiceContext } from "../../core/agent/chooser.ts";
import type { CheckReport, TestStatus } from "../../core/check_report.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import { openLearner } from "./open_learner.ts";
import { CHANGE_TTL } from "./policy_state.ts";
import { rewardOf } from "./reward_of.ts";

const CONTEXT: ChoiceContext = { request: "x", step: 1, history: [], features: { "w:x": 1 } };
const PATCH = [{ tool: "patch", weight: 0.9, reason: "words" }];
const OTHER = [{ tool: "grep", weight: 0.9, reason: "words" }];

/** A run of tests `a`, `b` and so on. */
function run(ts: number, ...statuses: TestStatus[]): CheckReport & { ts: number } {
  const passed = statuses.filter((status) => status === "pass").length;
  const failed = statuses.length - passed;
  return {
    kind: "test",
    toolchain: "deno",
    dir: ".",
    argv: [],
    ok: failed === 0,
    complete: true,
    counted: true,
    total: statuses.length,
    passed,
    failed,
    skipped: 0,
    tests: statuses.map((status, i) => ({ id: "abcdef"[i]!, name: "abcdef"[i]!, status })),
    problems: [],
    notes: [],
    ms: 1,
    exitCode: failed === 0 ? 0 : 1,
    ts,
  };
}

async function world() {
  const clock = { now: 1000 };
  const learner = await openLearner({
    store: openMemoryStore(),
    session: "s",
    explore: 0,
    now: () => clock.now,
  });
  const change = async (id: string) => {
    const choice = (await learner.choose(CONTEXT, PATCH))!;
    await learner.learn(CONTEXT, choice, { reward: 1, components: { score: 1.2 }, change: id });
    return choice.decision!;
  };
  return { clock, learner, change };
}

Deno.test("verified() gives a change what its tests say, against the run before it", async () => {
  for (
    const [before, after, worth] of [
      [["fail", "pass"], ["pass", "pass"], 1],
      [["pass", "pass"], ["pass", "pass"], 1],
      [["pass", "pass"], ["pass", "fail"], 0.5],
      [["pass", "pass"], ["pass"], 0.5],
      [["fail", "pass"], ["fail", "pass"], 0.375],
    ] as const
  ) {
    const { learner, change } = await world();
    const decision = await change("c1");
    const about = await learner.verified!(run(500, ...before), run(2000, ...after));
    assert.equal(about?.decision, decision);
    assert.ok(Math.abs(about.reward! - worth) < 1e-9, `${before} ${after}: ${about.reward}`);
  }
});

Deno.test("verified() finds the change also after another request, and learns it once", async () => {
  const { learner, change, clock } = await world();
  await change("c1");
  clock.now = 1500;
  await learner.choose(CONTEXT, OTHER);
  assert.ok(await learner.verified!(run(500, "pass"), run(2000, "fail")));
  assert.equal((await learner.status()).learned, 0, "more may become known of it");
  clock.now = 1500 + CHANGE_TTL + 1;
  await learner.choose(CONTEXT, OTHER);
  const { learned, tools } = await learner.status();
  assert.equal(learned, 1);
  assert.deepEqual(tools, [{ tool: "patch", count: 1, reward: 0 }]);
  assert.equal(await learner.verified!(run(500, "pass"), run(2000, "pass")), undefined);
});

Deno.test("verified() says nothing where it cannot be told whose it is", async () => {
  const { learner, change, clock } = await world();
  assert.equal(await learner.verified!(run(500, "pass"), run(900, "fail")), undefined, "no change");
  await change("c1");
  assert.equal(
    await learner.verified!(run(1100, "pass"), run(2000, "fail")),
    undefined,
    "after it",
  );
  clock.now = 1200;
  await change("c2");
  assert.equal(await learner.verified!(run(500, "pass"), run(2000, "fail")), undefined, "two");
  assert.ok(await learner.verified!(run(1100, "pass"), run(2000, "fail")), "one since");
});

Deno.test("verified() keeps raw components; what a person says counts more, and so does taking back", async () => {
  const { learner, change } = await world();
  await change("c1");
  await learner.verified!(run(500, "pass"), run(2000, "fail"));
  const lint = { ...run(500), kind: "lint" as const, problems: [] };
  await learner.verified!(lint, { ...lint, ts: 2000 });
  assert.equal((await learner.feedback(9))?.reward, 0.9);

  const raw = { score: 1.2, gate: 1, p2p_of: 2, p2p_kept: 1, mutation: 1 };
  assert.equal(rewardOf(raw)?.value, 0.5);
  assert.ok(rewardOf(raw)!.noise < rewardOf({ score: 1.2 })!.noise);
  assert.equal(rewardOf({ ...raw, feedback: 8 })?.value, 0.8);
  assert.equal(rewardOf({ ...raw, reverted: 1 })?.value, 0);
  assert.equal(rewardOf({ ...raw, gate: 0 })?.value, 0);
  assert.equal(
    rewardOf({ score: 1.2, lint_before: 1, lint_now: 9 })?.value,
    1,
    "no tests, no word",
  );
  assert.equal(rewardOf({ score: 1.2, gate: 1, p2p_of: -1, f2p_of: 2 })?.value, 1, "no components");
});
