import assert from "node:assert/strict";
import type { Explanation, Learner } from "./learner.ts";
import { publishedLearner } from "./published_learner.ts";

const CHOICE: Explanation = {
  decision: "d1",
  episode: "s/d1",
  step: 1,
  ts: 1,
  tool: "grep",
  reason: "words",
  propensity: 0.98,
  untaught: "grep",
  arms: [],
  features: [],
  policy: "p 0@1",
};

/** Knows one choice, which made the change `c1`. */
const knowing: Pick<Learner, "feedback" | "reverted"> = {
  feedback: (mark) => Promise.resolve(mark < 0 ? undefined : { ...CHOICE, reward: mark / 10 }),
  reverted: (change) => Promise.resolve(change === "c1" ? { ...CHOICE, reward: 0 } : undefined),
};

Deno.test("publishedLearner() publishes what a person says of a choice, and that it was taken back", async () => {
  const events: unknown[] = [];
  const learner = publishedLearner(knowing as Learner, (...event) => void events.push(event));
  const about = { tool: "grep", propensity: 0.98, decision: "d1" };
  await learner.feedback(9);
  await learner.feedback(2, "tree");
  await learner.feedback(8, "grep");
  await learner.reverted("c1");
  assert.deepEqual(events, [
    ["agent.learning", { ...about, reward: 0.9, components: { feedback: 9 } }],
    ["agent.learning", { ...about, reward: 0.2, components: { feedback: 2 }, better: "tree" }],
    ["agent.learning", { ...about, reward: 0.8, components: { feedback: 8 } }],
    ["agent.learning", { ...about, reward: 0, components: { reverted: 1 } }],
  ]);
});

Deno.test("publishedLearner() publishes what checks say of a change, where the learner takes it", async () => {
  const events: unknown[] = [];
  const emit = (...event: unknown[]) => void events.push(event);
  const verified = () => Promise.resolve({ ...CHOICE, reward: 0.5 });
  const report = { ts: 1 } as Parameters<NonNullable<Learner["verified"]>>[0];
  const learner = publishedLearner({ ...knowing, verified } as unknown as Learner, emit);
  assert.equal((await learner.verified!(report, report))?.decision, "d1");
  const about = { tool: "grep", propensity: 0.98, decision: "d1" };
  assert.deepEqual(events, [
    ["agent.learning", { ...about, reward: 0.5, components: { verified: 0.5 } }],
  ]);
  assert.equal(publishedLearner(knowing as Learner, emit).verified, undefined);
});

Deno.test("publishedLearner() publishes nothing where there is no choice to judge", async () => {
  const events: unknown[] = [];
  const learner = publishedLearner(knowing as Learner, (...event) => void events.push(event));
  assert.equal(await learner.feedback(-1), undefined);
  assert.equal(await learner.reverted("c7"), undefined);
  assert.deepEqual(events, []);
});
