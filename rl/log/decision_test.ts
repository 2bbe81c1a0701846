import assert from "node:assert/strict";
import { type Decision, entryProblem } from "./decision.ts";

const DECISION: Decision = {
  v: 1,
  kind: "decision",
  event_id: "d1",
  ts: 1,
  episode_id: "s/1",
  step: 1,
  ctx: [1],
  ctx_names: ["w:green"],
  ctx_schema: "words-1",
  arms: ["grep", "run_tests", "cat"],
  mask: [true, true, false],
  weights: [0.4, 0, 0.2],
  probs: [0.98, 0.02, 0],
  action: "grep",
  propensity: 0.98,
  untaught: "grep",
  policy_id: "p",
  policy_version: 0,
};

Deno.test("entryProblem() finds nothing wrong with a decision, a reward or a control entry", () => {
  const reward = { v: 1, kind: "reward", event_id: "d1", ts: 2, components: {}, final: true };
  const control = { v: 1, kind: "control", event_id: "c1", ts: 2, action: "reset" };
  const { action: suggested, kind: _, ...situation } = DECISION;
  const suggestion = { ...situation, kind: "suggestion", suggested, taken: "tree", components: {} };
  for (const entry of [DECISION, reward, control, suggestion]) {
    assert.equal(entryProblem(entry), undefined);
  }
});

const ODD: readonly [string, Partial<Record<keyof Decision, unknown>>, RegExp][] = [
  ["a propensity of 0", { propensity: 0 }, /propensity 0/],
  ["a propensity above 1", { propensity: 1.5 }, /propensity 1.5/],
  ["a propensity that is no number", { propensity: null }, /propensity null/],
  ["a propensity beside its probability", { propensity: 0.5 }, /propensity and probability/],
  ["an action outside the mask", { action: "cat", propensity: 0 }, /could not be chosen/],
  ["an action that is no arm", { action: "rm" }, /could not be chosen/],
  ["probabilities that do not sum to 1", { probs: [0.98, 0.5, 0] }, /probabilities/],
  ["a masked arm with a probability", { probs: [0.98, 0, 0.02] }, /probabilities/],
  ["features that are no numbers", { ctx: [null] }, /features/],
  ["features without names", { ctx_names: [] }, /features/],
  ["an arm that stands twice", { arms: ["grep", "grep", "cat"] }, /twice/],
  ["a mask of another length", { mask: [true] }, /mask/],
  ["a newer version", { v: 2 }, /version 2/],
  ["an unknown kind", { kind: "note" }, /kind/],
  ["no time", { ts: NaN }, /time/],
  ["reasons that are none", { masked: { cat: 7 } }, /reasons/],
  ["words that are none", { words: [1] }, /reasons or words/],
];

for (const [what, over, why] of ODD) {
  Deno.test(`entryProblem() names ${what}`, () => {
    assert.match(entryProblem({ ...DECISION, ...over }) ?? "", why);
  });
}

Deno.test("entryProblem() names what is wrong with a suggestion", () => {
  const { action: suggested, kind: _, ...situation } = DECISION;
  const good = { ...situation, kind: "suggestion", suggested, taken: "", components: {} };
  assert.equal(entryProblem(good), undefined);
  assert.match(entryProblem({ ...good, suggested: "cat" })!, /could not be chosen/);
  assert.match(entryProblem({ ...good, taken: 7 })!, /nothing that was taken/);
  assert.match(entryProblem({ ...good, components: { score: NaN } })!, /component score is NaN/);
  assert.match(entryProblem({ ...good, propensity: 2 })!, /propensity 2/);
});

Deno.test("entryProblem() takes whatever JSON holds without throwing", () => {
  for (const value of [null, 1, "x", [], {}, { v: 1 }, { v: 1, kind: "decision" }]) {
    assert.equal(typeof entryProblem(value), "string");
  }
});
