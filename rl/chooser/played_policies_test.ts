// Which policy plays: the champion of the store, and in a canary a challenger in part.
import assert from "node:assert/strict";
import type { Candidate } from "../../core/agent/chooser.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import { CHAMPION, type Champion, sealChampion } from "./champion.ts";
import type { PolicyVariant } from "./policy_variant.ts";
import type { Decision } from "../log/decision.ts";
import { DECISIONS } from "../log/decision_log.ts";
import { type LearnerOptions, openLearner } from "./open_learner.ts";

const CONTEXT = { request: "green?", step: 1, history: [], features: { "w:green": 1 } };
const TOOLS: readonly Candidate[] = [
  { tool: "esearch", weight: 0.5, reason: "words" },
  { tool: "grep", weight: 0.3, reason: "a word" },
  { tool: "tree", weight: 0.2, reason: "a word" },
  { tool: "write", weight: 0.9, reason: "words", masked: "denied by the policy" },
];
/** Knows that `grep` is right. */
const PRIOR = {
  features: "test",
  words: new Set(["green"]),
  variance: 1e-9,
  means: { grep: { "w:green": 0.5 } },
};
/** Does not, and goes by the rules. */
const RULES: PolicyVariant = { id: "rules", options: { prior: false, variance: 1e-9 } };

function open(store: Store, more: Partial<LearnerOptions> = {}) {
  return openLearner({ store, session: "s", prior: PRIOR, explore: 0.3, ...more });
}

async function crown(store: Store, more: Partial<Champion>): Promise<void> {
  const first = {
    v: 1,
    id: "sparse-linear",
    options: {},
    version: 1,
    verdict: 0,
    since: 0,
  } as const;
  await store.put(CHAMPION, sealChampion({ ...first, ...more }));
}

async function decisions(store: Store): Promise<Decision[]> {
  const entries = await store.read<Decision>(DECISIONS, { limit: 1e5 });
  return entries.map(({ value }) => value).filter(({ kind }) => kind === "decision");
}

/** The distribution of one choice by a policy that plays alone. */
async function alone(variant: Partial<Champion>): Promise<readonly number[]> {
  const store = openMemoryStore();
  await crown(store, variant);
  await (await open(store)).choose(CONTEXT, TOOLS);
  return (await decisions(store))[0]!.probs;
}

Deno.test("openLearner() plays the champion by its options, and names it in the log", async () => {
  const store = openMemoryStore();
  await crown(store, RULES);
  const learner = await open(store, { explore: 0 });
  assert.equal((await learner.choose(CONTEXT, TOOLS))?.tool, "esearch");
  assert.equal((await decisions(store))[0]!.policy_id, "rules");
  assert.match((await learner.why(1))[0]!.policy, /^rules 1@0$/);
  await store.delete(CHAMPION);
  assert.equal((await (await open(store, { explore: 0 })).choose(CONTEXT, TOOLS))?.tool, "grep");
});

Deno.test("openLearner() tries as much as the champion's options say", async () => {
  const tried = async (options: PolicyVariant["options"]) =>
    1 - Math.max(...await alone({ options }));
  assert.ok(Math.abs(await tried({ explore: 0.1 }) - 0.1) < 1e-12);
  assert.ok(Math.abs(await tried({}) - 0.3) < 1e-12);
});

Deno.test("openLearner() logs in a canary the mixed probabilities, and draws from exactly these", async () => {
  const [mine, other] = [await alone({}), await alone(RULES)];
  assert.notDeepEqual(mine, other);
  for (const share of [0.05, 0.2, 0.6, 1]) {
    const store = openMemoryStore();
    await crown(store, { canary: { ...RULES, share } });
    let id = 0;
    const learner = await open(store, { newId: () => `d${id++}` });
    const times = 1500;
    const counts = new Map<string, number>();
    for (let i = 0; i < times; i++) {
      const { tool, sure = false } = (await learner.choose(CONTEXT, TOOLS))!;
      assert.equal(sure, tool === "grep" && share < 0.5, "so sure as both are together");
      counts.set(tool, (counts.get(tool) ?? 0) + 1);
    }
    const logged = await decisions(store);
    const [{ probs, arms }] = logged as [Decision];
    assert.deepEqual(probs, mine.map((p, i) => (1 - share) * p + share * other[i]!));
    for (const { policy_id, action, propensity, probs } of logged) {
      assert.equal(policy_id, `sparse-linear+rules@${share}`);
      assert.equal(propensity, probs[arms.indexOf(action)]);
    }
    for (const [i, arm] of arms.entries()) {
      const p = probs[i]!;
      const error = Math.sqrt(p * (1 - p) / times);
      const seen = (counts.get(arm) ?? 0) / times;
      assert.ok(Math.abs(seen - p) <= 4 * error, `${arm}: ${seen} of ${p}`);
    }
    assert.equal(counts.has("write"), false, "what is masked stays masked");
  }
});

Deno.test("openLearner() gives whom nothing would be chosen by no part in a canary", async () => {
  const store = openMemoryStore();
  await crown(store, { canary: { ...RULES, share: 0.5 } });
  const learner = await open(store);
  // No rule speaks for it: only who knows of `grep` would choose it.
  const quiet = [{ tool: "grep", weight: 0, reason: "" }];
  assert.equal((await learner.choose(CONTEXT, quiet))?.tool, "grep");
  const [{ policy_id, propensity }] = await decisions(store) as [Decision];
  assert.deepEqual([policy_id, propensity], ["sparse-linear", 1]);
});

Deno.test("openLearner() learns for champion and challenger from the same outcomes", async () => {
  const store = openMemoryStore();
  const canary = { id: "quick", options: { noise: 0.1 }, share: 0.5 };
  await crown(store, { canary });
  const learner = await open(store, { prior: { ...PRIOR, means: {} } });
  for (let i = 0; i < 30; i++) {
    await learner.choose(CONTEXT, TOOLS);
    await learner.feedback(0, "tree");
  }
  const keys = (await store.list("rl.policy")).map(({ key }) => key);
  assert.deepEqual(keys, ["rl.policy", "rl.policy/noise 0.1"]);
  const states = await Promise.all(
    keys.map(async (key) => JSON.parse((await store.get<{ text: string }>(key))!.text)),
  );
  const [{ learned, beliefs }, quick] = states;
  assert.deepEqual([learned, quick.learned], [30, 30]);
  assert.notDeepEqual(beliefs, quick.beliefs);
  assert.match((await learner.status()).why, /50 % of the choices try quick/);
});

Deno.test("openLearner() follows a champion that changes while it is open", async () => {
  const store = openMemoryStore();
  const learner = await open(store, { explore: 0 });
  const pick = async (step = 1) => (await learner.choose({ ...CONTEXT, step }, TOOLS))?.tool;
  assert.equal(await pick(), "grep");
  await crown(store, RULES);
  await pick(2);
  assert.equal(
    (await decisions(store)).at(-1)!.policy_id,
    "sparse-linear",
    "a request ends as begun",
  );
  assert.equal(await pick(), "esearch");
  await store.delete(CHAMPION);
  assert.equal(await pick(), "grep");
});

Deno.test("openLearner() plays what ships, with a warning, where the champion cannot be read", async () => {
  const good = sealChampion({ v: 1, ...RULES, version: 1, verdict: 0, since: 0 });
  for (const bad of [{ ...good, id: "mallory" }, { ...good, v: 2 }, "rules", null]) {
    const store = openMemoryStore();
    await store.put(CHAMPION, bad);
    const warnings: string[] = [];
    const learner = await open(store, { explore: 0, warn: (text) => void warnings.push(text) });
    for (let i = 0; i < 3; i++) {
      assert.equal((await learner.choose(CONTEXT, TOOLS))?.tool, "grep");
    }
    assert.match(
      warnings.join("\n"),
      /^the policy that ships plays, as there is .*champion[^\n]*$/,
    );
    assert.deepEqual(await store.get(CHAMPION), bad, "nothing is lost");
    assert.ok((await decisions(store)).every(({ policy_id }) => policy_id === "sparse-linear"));
  }
});
