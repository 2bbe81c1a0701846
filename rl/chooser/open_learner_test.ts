import assert from "node:assert/strict";
import type { Candidate, ChoiceContext } from "../../core/agent/chooser.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import type { Decision } from "../log/decision.ts";
import { DECISIONS } from "../log/decision_log.ts";
import { type LearnerOptions, openLearner } from "./open_learner.ts";
import { OUTCOME_TTL } from "./policy_state.ts";

const GREEN: ChoiceContext = {
  request: "green?",
  step: 1,
  history: [],
  features: { "w:green": 1 },
};
const OTHER: ChoiceContext = { ...GREEN, request: "red?", features: { "w:red": 1 } };
const TOOLS: readonly Candidate[] = [
  { tool: "esearch", weight: 0.5, reason: "words" },
  { tool: "grep", weight: 0.3, reason: "a word" },
  { tool: "run_tests", weight: 0, reason: "no rule speaks for it", asks: true },
];

/** Tries nothing else than the best unless it is told to: what is tried is left to chance. */
function open(store: Store, more: Partial<LearnerOptions> = {}) {
  return openLearner({ store, session: "s", explore: 0, ...more });
}

async function entries(store: Store): Promise<Record<string, unknown>[]> {
  return (await store.read<Record<string, unknown>>(DECISIONS)).map(({ value }) => value);
}

/** Chooses and is told whether that was right, and which tool is. */
async function teach(store: Store, tool: string, times: number): Promise<void> {
  const learner = await open(store, { session: "teacher" });
  for (let i = 0; i < times; i++) {
    const choice = await learner.choose(GREEN, TOOLS);
    await learner.feedback(choice?.tool === tool ? 10 : 0, tool);
  }
}

Deno.test("choose() does what the rules do before anything was learned, nearly always", async () => {
  const learner = await open(openMemoryStore(), { explore: 0.02 });
  let same = 0;
  for (let i = 0; i < 300; i++) {
    const choice = (await learner.choose(GREEN, TOOLS))!;
    if (choice.tool === "esearch") same++;
    else assert.equal(choice.untaught, "esearch");
    assert.notEqual(choice.tool, "run_tests", "nothing is tried that a person is asked for");
  }
  assert.ok(same >= 285 && same < 300, `${same}`);
});

Deno.test("choose() tries nothing, at no step, where it is told to explore 0", async () => {
  const store = openMemoryStore();
  const learner = await open(store, { explore: 0 });
  for (let i = 0; i < 100; i++) {
    await learner.choose(GREEN, TOOLS);
    await learner.choose({ ...GREEN, step: 2 }, TOOLS);
  }
  const picked = (await entries(store)).map(({ action, propensity }) => `${action} ${propensity}`);
  assert.deepEqual([...new Set(picked)], ["esearch 1"]);
});

Deno.test("choose() logs arms, mask, weights, probabilities and the features with their names", async () => {
  const store = openMemoryStore();
  const masked = { ...TOOLS[0]!, masked: "cooling down" };
  const choice = (await (await open(store)).choose(GREEN, [masked, ...TOOLS.slice(1)]))!;
  const [decision] = await entries(store) as unknown as Decision[];
  assert.equal(choice.tool, "grep");
  assert.equal(decision!.event_id, choice.decision);
  assert.deepEqual(decision!.mask, [false, true, true]);
  assert.deepEqual(decision!.masked, { esearch: "cooling down" });
  assert.equal(decision!.policy_version, "0@0", "the first champion, before the first entry");
  assert.deepEqual(decision!.probs, [0, 1, 0]);
  assert.deepEqual([decision!.action, decision!.propensity], ["grep", 1]);
  assert.ok(decision!.ctx_names.includes("w:green") && decision!.ctx_names.includes("w:<x>"));
  assert.equal(decision!.episode_id, `s/${decision!.event_id}`);
});

Deno.test("choose() gives nothing when nothing may be chosen, and logs no decision", async () => {
  const store = openMemoryStore();
  const learner = await open(store);
  const none = TOOLS.map((tool) => ({ ...tool, masked: "denied by the policy" }));
  assert.equal(await learner.choose(GREEN, none), undefined);
  assert.equal(await learner.choose(GREEN, []), undefined);
  assert.equal(await learner.choose(GREEN, TOOLS.slice(2)), undefined, "no rule speaks for it");
  assert.deepEqual(await entries(store), []);
});

Deno.test("feedback() teaches the tool that was right; what is masked stays masked all the same", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 6);
  const learner = await open(store);
  const taught = (await learner.choose(GREEN, TOOLS))!;
  assert.equal(taught.tool, "run_tests");
  assert.equal(taught.untaught, "esearch");
  assert.match(taught.reason, /learned.*without learning: esearch/);
  const denied = TOOLS.map((tool) =>
    tool.tool === "run_tests" ? { ...tool, masked: "denied by the policy" } : tool
  );
  for (let i = 0; i < 50; i++) {
    assert.notEqual((await learner.choose(GREEN, denied))?.tool, "run_tests");
  }
});

Deno.test("what one session learns, another that is open knows at its next choice", async () => {
  const store = openMemoryStore();
  const learner = await open(store);
  assert.equal((await learner.choose(OTHER, TOOLS.slice(0, 1)))?.tool, "esearch");
  await teach(store, "run_tests", 6);
  assert.equal((await learner.choose(GREEN, TOOLS))?.tool, "run_tests");
});

Deno.test("each decision is learned once, however often the log is read and by how many", async () => {
  const store = openMemoryStore();
  const two = [await open(store, { session: "a" }), await open(store, { session: "b" })];
  for (let i = 0; i < 30; i++) {
    const learner = two[i % 2]!;
    const choice = (await learner.choose(GREEN, TOOLS))!;
    await learner.learn(GREEN, choice, { reward: 0.5, components: { score: 1 } });
  }
  const states = [];
  for (const learner of [...two, await open(store)]) {
    const { learned, decisions, open } = await learner.status();
    assert.equal(decisions, 30);
    assert.equal(learned + open, 30);
    states.push(await learner.export());
  }
  assert.equal(new Set(states).size, 1, "every reader of the log comes to the same state");
});

Deno.test("an outcome is awaited until the session's next request, or for ten minutes of others", async () => {
  const store = openMemoryStore();
  let now = 1_000_000;
  const options = { now: () => now };
  const one = await open(store, { ...options, session: "one" });
  const other = await open(store, { ...options, session: "other" });
  const choice = (await one.choose(GREEN, TOOLS))!;
  await one.learn(GREEN, choice, { reward: 0.5, components: { score: 1 } });
  await other.choose(OTHER, TOOLS);
  assert.equal((await one.status()).learned, 0);
  now += OUTCOME_TTL + 1;
  await other.choose(OTHER, TOOLS);
  assert.equal((await one.status()).learned, 1);
  assert.equal(await one.feedback(3), undefined, "that is too late");
});

Deno.test("a reward that never came is missing, and no 0", async () => {
  const store = openMemoryStore();
  const learner = await open(store);
  await learner.choose(GREEN, TOOLS);
  await learner.choose(OTHER, TOOLS);
  const { learned, decisions, tools } = await learner.status();
  assert.deepEqual([learned, decisions, tools], [0, 2, []]);
});

Deno.test("reverted() finds the decision by the change it made", async () => {
  const learner = await open(openMemoryStore());
  const choice = (await learner.choose(GREEN, TOOLS))!;
  const outcome = { reward: 1, components: { score: 2 }, change: "c7" };
  await learner.learn(GREEN, choice, outcome);
  await learner.reverted("c1");
  assert.equal((await learner.status()).learned, 0);
  await learner.reverted("c7");
  assert.equal((await learner.status()).tools[0]?.reward, 0);
});

Deno.test("a clock that goes back closes nothing early and loses nothing", async () => {
  const store = openMemoryStore();
  let now = 10 * OUTCOME_TTL;
  const learner = await open(store, { now: () => now });
  const choice = (await learner.choose(GREEN, TOOLS))!;
  now = 5;
  await learner.learn(GREEN, choice, { reward: 1, components: { score: 2 } });
  await (await open(store, { session: "other", now: () => now })).choose(OTHER, TOOLS);
  assert.equal((await learner.status()).open, 2);
  await learner.choose(OTHER, TOOLS);
  assert.equal((await learner.status()).learned, 1);
});

Deno.test("an outcome that comes after a clock went back is learned all the same", async () => {
  const store = openMemoryStore();
  let now = 10 * OUTCOME_TTL;
  const at = { now: () => now };
  const [one, other] = [await open(store, at), await open(store, { session: "other", ...at })];
  await other.choose(OTHER, TOOLS);
  now = 5;
  const choice = (await one.choose(GREEN, TOOLS))!;
  await other.choose(OTHER, TOOLS);
  await one.learn(GREEN, choice, { reward: 1, components: { score: 2 } });
  await one.choose(OTHER, TOOLS);
  assert.equal((await one.status()).learned, 1);
});

Deno.test("a decision that stands in the log twice is learned once", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 1);
  const again = await entries(store);
  await store.append(DECISIONS, again);
  const { learned, decisions } = await (await open(store)).status();
  assert.deepEqual([learned, decisions], [1, 1]);
});

Deno.test("feedback() is for the newest request alone, also from another process", async () => {
  const store = openMemoryStore();
  await (await open(store, { session: "a" })).choose(OTHER, TOOLS);
  const newest = await (await open(store, { session: "b" })).choose(GREEN, TOOLS);
  const later = await open(store, { session: "c" });
  assert.equal((await later.feedback(2))?.decision, newest!.decision);
  assert.equal(
    await later.feedback(9),
    undefined,
    "it was judged, and the one before is not meant",
  );
});

Deno.test("the rules choose again once the person's words show that they are better", async () => {
  const store = openMemoryStore();
  await teach(store, "grep", 6);
  const learner = await open(store);
  const choice = (await learner.choose(GREEN, TOOLS))!;
  assert.deepEqual([choice.tool, choice.untaught], ["grep", "esearch"]);
  const decision = (await entries(store)).at(-1)!;
  const said = { v: 1, kind: "reward", ts: 1, components: { feedback: 0 }, final: true };
  for (let i = 0; i < 30; i++) {
    await store.append(DECISIONS, [
      // Each in a situation of its own: what is learned of one says nothing of the next.
      { ...decision, event_id: `d${i}`, episode_id: `x/d${i}`, ctx_names: [`w:${i}`, `b:${i}`] },
      { ...said, event_id: `d${i}`, better: "esearch" },
    ]);
  }
  const { live, why } = await learner.status();
  assert.equal(live, false, why);
  assert.match(why, /the rules choose better .* until rl reset/);
  assert.equal((await learner.choose(GREEN, TOOLS.slice(0, 2)))!.tool, "esearch");
  assert.equal((await learner.reset()).live, true);
});

Deno.test("what was learned over another prior is learned anew from the log", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 12);
  const prior = { id: "b", features: "f", words: new Set<string>(), variance: 0.1, means: {} };
  const learner = await open(store, { prior });
  assert.equal((await learner.status()).learned, 12);
  const kept = JSON.parse((await store.get<{ text: string }>("rl.policy"))!.text);
  assert.match(kept.basis, /^b, /);
});

Deno.test("poisoned entries of the log are counted and change nothing else", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 3);
  const before = JSON.parse(await (await open(store)).export()).text;
  const [good] = await entries(store);
  const { event_id } = good!;
  const odd = [
    { ...good, event_id: "x", propensity: 0 },
    { ...good, event_id: "y", probs: [9, 9, 9] },
    { v: 1, kind: "reward", event_id, ts: 1, components: { feedback: "NaN" }, final: true },
    {
      v: 1,
      kind: "reward",
      event_id: "nobody's",
      ts: 1,
      components: { feedback: 10 },
      final: true,
    },
    { v: 9, kind: "decision" },
    null,
    { v: 1, kind: "control", event_id: "c", ts: 1, action: "import", state: { v: 1, sum: 1 } },
  ];
  await store.append(DECISIONS, odd);
  const learner = await open(store);
  const after = JSON.parse(await learner.export()).text;
  assert.deepEqual(JSON.parse(after).beliefs, JSON.parse(before).beliefs);
  assert.equal((await learner.status()).passedOver, odd.length);
});

Deno.test("why() says why a tool could not be chosen, and words as they were written", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 6);
  const learner = await open(store);
  const denied = { ...TOOLS[1]!, masked: "denied by the policy" };
  const words = { green: "greener", everyth: "everything" };
  const choice = await learner.choose({ ...GREEN, words }, [TOOLS[0]!, denied, TOOLS[2]!]);
  assert.match(choice!.reason, /learned from "greener"/);
  const [told] = await (await open(store, { session: "later" })).why(1);
  const masked = told!.arms.filter((arm) => arm.masked !== undefined);
  assert.deepEqual(masked.map((arm) => [arm.tool, arm.masked]), [["grep", "denied by the policy"]]);
  const said = told!.features.map((feature) => feature.said);
  assert.ok(said.includes('"greener"') && said.includes('"…"'), said.join());
  const [decision] = (await entries(store)).slice(-1) as unknown as Decision[];
  assert.deepEqual(decision!.words, { green: "greener" }, "only what features call otherwise");
});

Deno.test("the mirror is told of each outcome with the decision behind it, also of what is taken back", async () => {
  const told: unknown[] = [];
  const learner = await open(openMemoryStore(), {
    newId: () => "d1",
    mirror: {
      outcome: ({ event_id, action, propensity, policy_id, policy_version }, reward) =>
        void told.push([event_id, action, propensity, policy_id, policy_version, reward]),
      state: () => {},
    },
  });
  const choice = (await learner.choose(GREEN, TOOLS))!;
  const outcome = { reward: 1, components: { score: 1.5 }, change: "c7" };
  await learner.learn(GREEN, choice, outcome);
  assert.equal((await learner.reverted("c7"))?.decision, "d1");
  const about = ["d1", "esearch", 1, "sparse-linear", "0@0"];
  assert.deepEqual(told, [[...about, 0.75], [...about, 0]]);
  assert.equal(await learner.reverted("c7"), undefined);
});

Deno.test("evaluate() counts choices of which nothing came, and holds whatever they were worth", async () => {
  const play = async (lost: (i: number) => boolean) => {
    let id = 0;
    const store = openMemoryStore();
    const learner = await open(store, { explore: 0.3, newId: () => `d${id++}` });
    const tools = TOOLS.map(({ asks: _, ...tool }) => tool);
    for (let i = 0; i < 400; i++) {
      const { tool } = (await learner.choose(GREEN, tools))!;
      if (!lost(i)) await learner.feedback(tool === "esearch" ? 9 : 4);
    }
    await learner.choose(GREEN, tools);
    return { ...await learner.evaluate(), status: await learner.status() };
  };
  const [all, some] = [await play(() => false), await play((i) => i % 4 === 0)];
  assert.deepEqual([all.rows, all.missing, all.status.missing], [400, {}, 0]);
  const missing = Object.values(some.missing).reduce((sum, n) => sum + n, 0);
  assert.deepEqual([some.rows, missing, some.status.missing, some.status.open], [300, 100, 100, 1]);
  for (const policy of ["logged", "rules", "learned"]) {
    const [one, other] = [all, some].map(({ values }) => values.find((v) => v.policy === policy)!);
    assert.ok(one!.high - one!.low < other!.high - other!.low - 0.1, policy);
  }
});

Deno.test("suggest() picks as choose() would and logs it with what a model took; nobody learns from it", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 6);
  let id = 0;
  const learner = await open(store, { newId: () => `m${id++}` });
  await learner.choose(OTHER, TOOLS);
  const before = await learner.status();
  const suggestion = (await learner.suggest!(GREEN, TOOLS))!;
  assert.deepEqual([suggestion.tool, suggestion.propensity], ["run_tests", 1]);
  assert.match(suggestion.reason, /learned from "green"; without learning: esearch/);
  assert.equal((await entries(store)).at(-1)!["kind"], "decision", "nothing is logged yet");
  await suggestion.taken("cat", { score: 1, seconds: 0.1 });
  await (await learner.suggest!(GREEN, TOOLS))!.taken("run_tests", { score: 1.2 });
  await (await learner.suggest!(GREEN, TOOLS))!.taken("", {});
  const [first] = (await entries(store)).filter(({ kind }) => kind === "suggestion");
  assert.deepEqual(
    [first!["suggested"], first!["taken"], first!["components"], first!["event_id"]],
    ["run_tests", "cat", { score: 1, seconds: 0.1 }, "m1"],
  );
  assert.equal("action" in first!, false);
  const after = await learner.status();
  assert.deepEqual(after.suggested, { made: 3, taken: 1 });
  const { decisions, learned, passedOver, tools } = after;
  assert.deepEqual(
    [decisions, learned, passedOver, tools],
    [before.decisions, before.learned, before.passedOver, before.tools],
  );
  assert.equal(await learner.feedback(9), undefined, "the newest request was a model's");
  assert.equal(await (await open(store, { session: "later" })).feedback(9), undefined);
  const masked = TOOLS.map((tool) => ({ ...tool, masked: "denied by the policy" }));
  assert.equal(await learner.suggest!(GREEN, masked), undefined);
});

Deno.test("a tool that is gone, and one that is new, cost what was learned of others nothing", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 6);
  const learner = await open(store);
  const changed = [...TOOLS.slice(1), { tool: "new_tool", weight: 0.2, reason: "new" }];
  assert.equal((await learner.choose(GREEN, changed))?.tool, "run_tests");
});

Deno.test("reset() forgets, replay() learns the log anew, and all sessions follow", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 6);
  const [one, other] = [await open(store), await open(store, { session: "other" })];
  assert.equal((await one.reset()).learned, 0);
  assert.equal((await other.choose(GREEN, TOOLS))?.untaught, undefined);
  assert.equal((await one.replay()).learned, 6);
  assert.equal((await other.choose(GREEN, TOOLS))?.tool, "run_tests");
});

Deno.test("export() and import() carry what was learned to another workspace", async () => {
  const [from, to] = [openMemoryStore(), openMemoryStore()];
  await teach(from, "run_tests", 6);
  const learner = await open(to);
  await learner.import(await (await open(from)).export());
  assert.equal((await learner.choose(GREEN, TOOLS))?.tool, "run_tests");
  const again = await open(to, { session: "later" });
  assert.equal((await again.choose(GREEN, TOOLS))?.tool, "run_tests");
});

Deno.test("import() refuses what is no state, and nothing changes", async () => {
  const store = openMemoryStore();
  const learner = await open(store);
  const good = await learner.export();
  const newer = JSON.stringify({ ...JSON.parse(good), v: 2 });
  for (const text of ["", "{}", "[]", good.replace("offset", "0ffset"), newer]) {
    await assert.rejects(learner.import(text), RangeError, text);
  }
  assert.deepEqual(await entries(store), []);
});

Deno.test("a damaged state is set aside and learned anew from the log; a newer one is left alone", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 12);
  const saved = await store.get<{ text: string }>("rl.policy");
  await store.put("rl.policy", { ...saved, text: saved!.text.replace("1", "2") });
  const warnings: string[] = [];
  const learner = await open(store, { warn: (text) => warnings.push(text) });
  assert.equal((await learner.choose(GREEN, TOOLS))?.tool, "run_tests");
  assert.match(warnings.join(), /damaged.*kept as rl\.policy\.corrupt-\d+/);
  assert.equal((await store.list("rl.policy.corrupt-")).length, 1);
  await store.put("rl.policy", { v: 7, text: "from tomorrow" });
  await assert.rejects(open(store), /version 7/);
  assert.deepEqual(await store.get("rl.policy"), { v: 7, text: "from tomorrow" });
});

Deno.test("feedback() refuses a mark or a tool that is none", async () => {
  const learner = await open(openMemoryStore());
  assert.equal(await learner.feedback(5), undefined);
  await learner.choose(GREEN, TOOLS);
  for (const mark of [-1, 11, NaN, Infinity]) {
    await assert.rejects(learner.feedback(mark), RangeError);
  }
  await assert.rejects(learner.feedback(1, "rm"), /rm did not offer itself.*esearch/);
  assert.equal((await learner.status()).learned, 0);
});

Deno.test("why() tells the tools of the newest requests with beliefs and what counted", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 6);
  const learner = await open(store);
  await learner.choose(OTHER, TOOLS);
  await learner.choose(GREEN, TOOLS);
  await learner.choose({ ...GREEN, step: 2 }, TOOLS.slice(0, 2));
  const told = await learner.why(1);
  assert.deepEqual(told.map(({ step }) => step), [1, 2]);
  const [first] = told;
  assert.equal(first!.tool, "run_tests");
  assert.equal(first!.untaught, "esearch");
  assert.equal(first!.arms[0]!.tool, "run_tests");
  assert.ok(first!.features.some(({ name }) => name === "w:green"));
  assert.equal((await learner.why(9)).length, 3);
  assert.equal((await (await open(store, { session: "later" })).why(1)).length, 2);
});

Deno.test("evaluate() finds the learned policy better than the rules where it is", async () => {
  const store = openMemoryStore();
  await teach(store, "run_tests", 5);
  let id = 0;
  // Its own ids, so that the draws are the same each time.
  const learner = await open(store, { explore: 0.3, newId: () => `d${id++}` });
  const tools = TOOLS.map(({ asks: _, ...tool }) => tool);
  for (let i = 0; i < 1_000; i++) {
    const { tool } = (await learner.choose(GREEN, tools))!;
    await learner.feedback(tool === "run_tests" ? 9 : 2);
  }
  const { values, verdict, rows, series } = await learner.evaluate();
  assert.equal(rows, 1_005);
  assert.equal(series.at(-1)!.decisions, 1_005);
  const of = (policy: string) => values.find((value) => value.policy === policy)!;
  assert.ok(of("logged").value > of("rules").value + 0.3);
  assert.match(verdict, /better than the rules/);
});

Deno.test("the same seed and ids choose the same, whoever opens the learner", async () => {
  const play = async () => {
    let id = 0;
    const learner = await open(openMemoryStore(), { newId: () => `d${id++}`, explore: 0.5 });
    const picked = [];
    for (let i = 0; i < 40; i++) picked.push((await learner.choose(GREEN, TOOLS))!.tool);
    return picked.join();
  };
  assert.equal(await play(), await play());
});
