// Who is judged by what, and what happens to states and champions that are damaged or lost.
import assert from "node:assert/strict";
import { DECISIONS } from "../log/decision_log.ts";
import {
  dyingStore,
  isPromoted,
  OPEN,
  rightIs,
  RULES,
  testWorld,
  TOOLS,
  until,
} from "./_testing.ts";
import { CHAMPION, type Champion } from "../chooser/champion.ts";
import { trainOnce } from "./train_once.ts";

Deno.test("trainOnce() judges each decision by what a policy knew before it", async () => {
  const world = testWorld();
  const session = await world.session();
  // One entry at a time and all at once must give the same forecasts.
  await world.play(session, 30, rightIs("esearch"));
  const gate = { minEss: 1e9 };
  await trainOnce(world.trainer({ gate }));
  const { standings: { open } } = await world.state();
  const slow = testWorld();
  for (const { value } of await world.store.read(DECISIONS)) {
    await slow.store.append(DECISIONS, [value]);
    await trainOnce(slow.trainer({ gate }));
  }
  assert.deepEqual((await slow.state()).standings["open"], open);
  // The champion's forecasts are the very probabilities that its session logged.
  assert.equal(open!.gate.champion.sum, open!.gate.n);
  assert.equal(open!.gate.champion.largest, 1);
  assert.equal(open!.gate.n, 30);
});

Deno.test("trainOnce() takes a reward that never came for missing, and forgets what it would have been", async () => {
  const world = testWorld();
  const session = await world.session();
  const context = { request: "x", step: 1, history: [], features: { "w:x": 1 } };
  for (let i = 0; i < 9; i++) await session.choose(context, TOOLS);
  const { outcomes, missing, verdicts } = await trainOnce(world.trainer());
  assert.deepEqual([outcomes, missing], [0, 8]);
  assert.ok(verdicts.every(({ rows, verdict }) => rows === 8 && verdict.missing === 8));
  const { forecasts, folds, standings } = await world.state();
  assert.equal(Object.keys(forecasts).length, 1, "the newest is still awaited");
  assert.ok(Object.values(folds).every(({ missing }) => missing === 8));
  assert.deepEqual([standings["open"]!.gate.n, standings["open"]!.gate.missing.n], [8, 8]);

  // The delayed reward finds its decision in a later pass.
  await session.feedback(9);
  assert.equal((await trainOnce(world.trainer())).outcomes, 1);
  assert.equal((await world.state()).standings["open"]!.gate.rewards, 0.9);
});

Deno.test("trainOnce() judges first choices only, and each once, whatever is learned anew", async () => {
  const world = testWorld();
  const session = await world.session();
  const context = { request: "x", step: 1, history: [], features: { "w:x": 1 } };
  // One of them is not tried, as a person would have to be asked.
  const tools = TOOLS.map((tool) => tool.tool === "tree" ? { ...tool, asks: true } : tool);
  for (let i = 0; i < 20; i++) {
    const choice = await session.choose(context, tools);
    await session.learn(context, choice!, { reward: 1, components: { score: i % 3 } });
    const next = await session.choose({ ...context, step: 2 }, tools);
    await session.learn(context, next!, { reward: 1, components: { score: 1 } });
  }
  await session.replay();
  assert.equal((await trainOnce(world.trainer())).outcomes, 19);
  const { standings: { open }, folds } = await world.state();
  assert.ok(Object.values(folds).every(({ learned }) => learned === 38));
  assert.deepEqual([open!.gate.n, open!.gate.champion.largest, open!.aside], [19, 1, {}]);
});

Deno.test("trainOnce() leaves aside what the log cannot judge, whichever arm was taken", async () => {
  const world = testWorld();
  await world.play(await world.session(), 40, rightIs("esearch"));
  // Nobody may have a weight above 2: only where both do nearly as was logged can be judged.
  const { verdicts } = await trainOnce(world.trainer({ gate: { floor: 0.5 } }));
  const [{ rows, aside, verdict }] = verdicts as [typeof verdicts[0]];
  assert.equal(rows + aside["the log tried too little there"]!, 40);
  assert.ok(rows < 40 && verdict.checks.find(({ what }) => what === "largest weight")!.ok);
});

Deno.test("trainOnce() learns the log anew for a variant it does not know yet", async () => {
  const world = testWorld();
  const session = await world.session();
  await world.play(session, 30, rightIs("esearch"));
  await trainOnce(world.trainer({ challengers: [RULES] }));
  await world.play(session, 30, rightIs("esearch"));
  await trainOnce(world.trainer({ challengers: [OPEN] }));
  const { folds, standings } = await world.state();
  const other = testWorld();
  const entries = await world.store.read(DECISIONS);
  await other.store.append(DECISIONS, entries.map(({ value }) => value));
  await trainOnce(other.trainer());
  assert.deepEqual(folds["no prior"]!.beliefs, (await other.state()).folds["no prior"]!.beliefs);
  assert.deepEqual(Object.keys(standings), ["open"]);
  assert.equal(standings["open"]!.gate.n, 30, "what came before it challenged does not count");
});

Deno.test("trainOnce() keeps a damaged state aside and starts anew; a newer one is left alone", async () => {
  const world = testWorld();
  const session = await world.session();
  await world.play(session, 20, rightIs("esearch"));
  await trainOnce(world.trainer());
  const stored = (await world.store.get<{ text: string }>("rl.background"))!;
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  for (const bad of [{ ...stored, text: stored.text.replace("1", "7") }, "none", [1], 7]) {
    await world.store.put("rl.background", bad);
    await world.play(session, 1, rightIs("esearch"));
    const { entries, outcomes } = await trainOnce(world.trainer({ warn }));
    const head = await world.store.head(DECISIONS);
    assert.deepEqual([entries, outcomes], [head, head / 2]);
    const { folds } = await world.state();
    assert.ok(Object.values(folds).every(({ learned }) => learned === outcomes));
  }
  assert.equal(warnings.length, 4);
  assert.match(warnings[0]!, /damaged.*kept as rl\.background\.corrupt-\d+/);
  assert.equal((await world.store.list("rl.background.corrupt-")).length, 4);

  await world.store.put("rl.background", { v: 7, text: "from tomorrow" });
  await world.play(session, 1, rightIs("esearch"));
  await assert.rejects(trainOnce(world.trainer()), /version 7/);
  assert.deepEqual(await world.store.get("rl.background"), { v: 7, text: "from tomorrow" });
});

Deno.test("trainOnce() mends a damaged champion by its own state, and leaves a newer one alone", async () => {
  const world = testWorld();
  await until(world, rightIs("esearch"), isPromoted);
  const champion = await world.store.get<Champion>(CHAMPION);
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  await world.store.put(CHAMPION, { ...champion, id: "mallory" });
  await world.play(await world.session(), 1, rightIs("esearch"));
  await trainOnce(world.trainer({ warn }));
  assert.deepEqual(await world.store.get(CHAMPION), champion);
  assert.match(warnings.join(), /damaged; kept as rl\.champion\.corrupt-\d+/);

  await world.store.put(CHAMPION, { v: 2, who: "knows" });
  await world.play(await world.session(), 1, rightIs("esearch"));
  await trainOnce(world.trainer({ warn }));
  assert.deepEqual(await world.store.get(CHAMPION), { v: 2, who: "knows" });
  assert.match(warnings.join(), /newer version/);
});

Deno.test("trainOnce() goes on with the stored champion when its own state is lost", async () => {
  const world = testWorld();
  await until(world, rightIs("esearch"), isPromoted);
  await world.store.delete("rl.background");
  const since = (await world.store.get<Champion>(CHAMPION))!.since;
  await world.play(await world.session(), 30, rightIs("esearch"));
  const { champion } = await trainOnce(world.trainer());
  assert.equal(champion.id, "open");
  const { watch } = await world.state();
  assert.deepEqual([watch!.gate.phase, watch!.since], ["promoted", since]);
  assert.ok(watch!.gate.n <= 30 && watch!.gate.n > 0);
});

Deno.test("trainOnce() reads a log that was cut off from its start", async () => {
  const world = testWorld();
  await world.play(await world.session(), 20, rightIs("esearch"));
  await trainOnce(world.trainer());
  await world.store.commit([{ op: "drop", stream: DECISIONS }]);
  await world.play(await world.session("b"), 3, rightIs("esearch"));
  const warnings: string[] = [];
  const { offset } = await trainOnce(world.trainer({ warn: (text) => void warnings.push(text) }));
  assert.equal(offset, 6);
  assert.match(warnings.join(), /cut off/);
});

Deno.test("trainOnce() does nothing when nothing is new, and ends early when it is told to", async () => {
  const world = testWorld();
  await world.play(await world.session(), 10, rightIs("esearch"));
  assert.deepEqual([(await trainOnce(world.trainer({ signal: AbortSignal.abort() }))).entries], [
    0,
  ]);
  await trainOnce(world.trainer());
  const before = await world.store.get("rl.background");
  const idle = dyingStore(world.store, { write: 1, after: false });
  const report = await trainOnce(world.trainer({ store: idle }));
  assert.deepEqual([report.ran, report.entries, report.offset], [true, 0, 20]);
  assert.deepEqual(await world.store.get("rl.background"), before);
});

Deno.test("trainOnce() refuses challengers that are none, before it writes", async () => {
  const world = testWorld();
  const options = (id: string, more: object) => ({ challengers: [{ id, options: more }] });
  for (
    const [bad, why] of [
      [options("a b", {}), /name "a b"/],
      [options("a+b@1", {}), /name/],
      [options("a", { noise: NaN }), /noise NaN of a/],
      [options("a", { variance: -1 }), /variance -1/],
      [options("a", { explore: 2 }), /explore 2/],
      [options("a", { prior: "yes" }), /prior yes/],
      [options("sparse-linear", {}), /names of their own/],
    ] as const
  ) await assert.rejects(trainOnce(world.trainer(bad)), why);
  assert.equal(await world.store.get("rl.background"), undefined);
});
