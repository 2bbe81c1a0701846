// Who is promoted, who comes back, and what sessions make of it.
import assert from "node:assert/strict";
import type { Store } from "../../core/store/types.ts";
import type { Decision } from "../log/decision.ts";
import { DECISIONS } from "../log/decision_log.ts";
import {
  Crashed,
  dyingStore,
  isPromoted,
  OPEN,
  rightIs,
  RULES,
  stubborn,
  type TestWorld,
  testWorld,
  TOOLS,
  until,
} from "./_testing.ts";
import { announce } from "./_announce.ts";
import { CHAMPION, type Champion, readChampion } from "../chooser/champion.ts";
import { trainOnce } from "./train_once.ts";
import { readVerdicts } from "./verdicts.ts";

async function decisions({ store }: TestWorld): Promise<Decision[]> {
  const entries = await store.read<Decision>(DECISIONS, { limit: 1e6 });
  return entries.map(({ value }) => value).filter(({ kind }) => kind === "decision");
}

Deno.test("trainOnce() promotes a clearly better variant stage by stage, and sessions then play it", async () => {
  const world = testWorld();
  const told: string[] = [];
  const onChampion = ({ id, canary }: Champion) => void told.push(`${id} ${canary?.share ?? ""}`);
  const steps = await until(world, rightIs("esearch"), isPromoted, { onChampion });
  assert.ok(steps < 1000, `${steps}`);
  const shares = [0.05, 0.2, 0.5, 1].map((share) => `sparse-linear ${share}`);
  assert.deepEqual(told, [...shares, "open "]);

  const champion = readChampion(await world.store.get(CHAMPION));
  assert.deepEqual([champion.options, champion.version], [OPEN.options, 5]);
  assert.deepEqual(champion.former, { id: "sparse-linear", options: {} });
  const verdicts = await readVerdicts(world.store);
  const promoted = verdicts.find(({ n }) => n === champion.verdict)!;
  assert.equal(promoted.verdict.decision, "promote");
  assert.match(promoted.verdict.reasons.join(), /the challenger is the champion now/);
  assert.equal(promoted.log, champion.since);

  await world.play(await world.session("later"), 40, rightIs("esearch"));
  const played = (await decisions(world)).slice(-40);
  assert.ok(played.every(({ policy_id }) => policy_id === "open"));
  assert.ok(played.filter(({ action }) => action === "esearch").length > 20);
});

Deno.test("trainOnce() gives a session that is open the new champion at its next request", async () => {
  const world = testWorld();
  const session = await world.session("long");
  await world.play(session, 1, rightIs("esearch"));
  await until(world, rightIs("esearch"), isPromoted);
  await world.play(session, 1, rightIs("esearch"));
  assert.equal((await decisions(world)).at(-1)!.policy_id, "open");
  assert.equal((await session.status()).policy.split(" ")[0], "open");
});

Deno.test("trainOnce() takes a promoted variant back when its predecessor turns out better", async () => {
  const world = testWorld(stubborn("esearch"));
  const options = { challengers: [RULES] };
  await until(world, rightIs("grep"), ({ id }) => id === "rules", options);
  const steps = await until(world, rightIs("esearch"), ({ id }) => id !== "rules", options);
  assert.ok(steps < 800, `${steps}`);
  const champion = readChampion(await world.store.get(CHAMPION));
  assert.deepEqual([champion.id, champion.options], ["sparse-linear", {}]);
  assert.equal(champion.former, undefined);
  const back = (await readVerdicts(world.store)).find(({ n }) => n === champion.verdict)!;
  assert.deepEqual([back.verdict.decision, back.challenger], ["roll back", "rules"]);
  await world.play(await world.session("later"), 1, rightIs("esearch"));
  assert.equal((await decisions(world)).at(-1)!.policy_id, "sparse-linear");

  assert.equal(
    await until(world, rightIs("grep"), ({ version }) => version !== champion.version, {
      ...options,
      most: 200,
    }),
    Infinity,
    "it is not tried again",
  );
});

Deno.test("trainOnce() promotes nobody among equals", async () => {
  const equals = [
    { id: "twin", options: {} },
    { id: "other", options: { prior: false } },
    { id: "rash", options: { prior: false, noise: 0.2 } },
  ];
  for (let run = 0; run < 4; run++) {
    let n = run;
    // Outcomes as by a coin, whatever is chosen.
    const coin = () => (n = (n * 48271 + 11) % 2147483647) % 2 * 10;
    const world = testWorld();
    const steps = await until(world, coin, ({ version }) => version > 0, {
      challengers: equals,
      most: 300,
    });
    assert.equal(steps, Infinity);
    const { twin } = (await world.state()).standings;
    assert.ok(twin!.gate.n > 200 && twin!.gate.better.excluded <= 11);
  }
});

Deno.test("trainOnce() lets one challenger into the canary at a time", async () => {
  const world = testWorld();
  const twins = ["a", "b"].map((id) => ({ ...OPEN, id }));
  const options = { challengers: twins, gate: { stageDecisions: 200 } };
  await until(world, rightIs("esearch"), ({ canary }) => canary?.share === 0.2, options);
  const { standings } = await world.state();
  assert.deepEqual([standings["a"]!.gate.phase, standings["b"]!.gate.phase], ["canary", "shadow"]);
  const said = (await readVerdicts(world.store)).findLast(({ challenger }) => challenger === "b")!;
  assert.equal(said.verdict.decision, "wait");
  assert.match(said.verdict.reasons.join(), /a is in the canary/);
});

Deno.test("trainOnce() names the champion once, whatever write of the promotion crashes", async () => {
  const grown = testWorld();
  await until(grown, rightIs("esearch"), ({ canary }) => canary?.share === 1);
  await grown.play(await grown.session(), 60, rightIs("esearch"));
  const keys = await grown.store.list("");
  const streams = await Promise.all(
    [DECISIONS, "rl.verdicts"].map(async (name) => ({
      name,
      values: (await grown.store.read(name, { limit: 1e6 })).map(({ value }) => value),
    })),
  );
  const found = new Set<string>();
  for (let write = 1; write <= 5; write++) {
    for (const after of [false, true]) {
      const world = testWorld();
      world.now = grown.now;
      for (const { key, value } of keys) await world.store.put(key, value);
      for (const { name, values } of streams) await world.store.append(name, values);
      const crash = dyingStore(world.store, { write, after });
      await trainOnce(world.trainer({ store: crash })).catch((error) => {
        assert.ok(error instanceof Crashed);
      });
      world.now += 1e6;
      await trainOnce(world.trainer());
      const champion = readChampion(await world.store.get(CHAMPION));
      const verdicts = await readVerdicts(world.store);
      const { ts: _, ...promoted } = verdicts.findLast(({ n }) => n === champion.verdict)!;
      found.add(JSON.stringify([champion, promoted, verdicts.length]));
    }
  }
  assert.equal(found.size, 1, [...found].join("\n"));
  assert.match([...found].join(), /"id":"open".*"promote"/);
});

Deno.test("trainOnce() goes back to what ships when the person resets", async () => {
  const world = testWorld();
  await until(world, rightIs("esearch"), isPromoted);
  await (await world.session()).reset();
  const { champion } = await trainOnce(world.trainer());
  assert.deepEqual([champion.id, champion.version], ["sparse-linear", 6]);
  assert.equal(readChampion(await world.store.get(CHAMPION)).id, "sparse-linear");
  const { folds, watch } = await world.state();
  assert.ok(Object.values(folds).every(({ learned }) => learned === 0));
  assert.equal(watch, undefined);
});

Deno.test("trainOnce() counts for a stage only what was played at its share", async () => {
  const world = testWorld();
  const at = (share: number) => ({ canary }: Champion) => canary?.share === share;
  await until(world, rightIs("esearch"), at(0.05));
  const late = await world.session("late");
  const context = { request: "x", step: 1, history: [], features: { "w:x": 1 } };
  await late.choose(context, TOOLS);
  await until(world, rightIs("esearch"), at(0.2));
  const before = (await world.state()).standings["open"]!;

  // Somebody has not heard of the canary, and plays the champion alone.
  const deaf: Store = {
    ...dyingStore(world.store, { write: Infinity, after: false }),
    get: (key) => key === CHAMPION ? Promise.resolve(undefined) : world.store.get(key),
  };
  await world.play(await world.session("deaf", deaf), 60, rightIs("esearch"));
  await late.feedback(9);
  await trainOnce(world.trainer());
  const { gate, aside } = (await world.state()).standings["open"]!;
  assert.equal((await decisions(world)).at(-1)!.policy_id, "sparse-linear");
  assert.equal(gate.n, before.gate.n + 60);
  assert.deepEqual([gate.stage, gate.stageDone], [before.gate.stage, before.gate.stageDone]);
  assert.equal(gate.played, before.gate.played);
  assert.equal(aside["of another stage"], 1);
});

Deno.test("announce() puts no older champion in a newer one's place", async () => {
  const world = testWorld();
  await until(world, rightIs("esearch"), isPromoted);
  const old = { ...await world.state(), outbox: [] };
  await (await world.session()).reset();
  await trainOnce(world.trainer());
  const now = await world.store.get(CHAMPION);
  // It looked before the newer one was there, and fell asleep.
  const early: Store = {
    ...dyingStore(world.store, { write: Infinity, after: false }),
    get: () => Promise.resolve(undefined),
  };
  await announce(old, world.trainer({ store: early }));
  assert.deepEqual(await world.store.get(CHAMPION), now);
});
