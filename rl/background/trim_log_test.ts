// The log keeps its newest entries; what was learned of the others stays, exactly once.
import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import { BASE } from "../chooser/policy_base.ts";
import { DECISIONS, openDecisionLog } from "../log/decision_log.ts";
import { Crashed, dyingStore, rightIs, type TestWorld, testWorld } from "./_testing.ts";
import { trainOnce } from "./train_once.ts";
import type { TrainerOptions } from "./trainer_options.ts";
import { readVerdicts, VERDICTS } from "./verdicts.ts";

const KEEP = 40;
const SMALL: Partial<TrainerOptions> = { keep: KEEP, gate: { minEss: 1e9 } };

/** Plays and trains by turns, the last entries being untrained. */
async function live(world: TestWorld, rounds: number, options = SMALL): Promise<void> {
  const session = await world.session();
  for (let round = 0; round < rounds; round++) {
    await world.play(session, 10, rightIs("esearch"));
    await trainOnce(world.trainer(options));
  }
  await world.play(session, 3, rightIs("esearch"));
}

/** The same life with a log that keeps all. */
async function whole(rounds: number): Promise<TestWorld> {
  const world = testWorld();
  await live(world, rounds, { ...SMALL, keep: 1e6 });
  return world;
}

/** What a session has learned, by a process that has just been started. */
async function learned(world: TestWorld): Promise<unknown> {
  return JSON.parse(JSON.parse(await (await world.session("later")).export()).text);
}

Deno.test("trainOnce() trims the log to its newest entries, and its size stays bounded", async () => {
  const world = testWorld();
  const sizes: number[] = [];
  const session = await world.session();
  let trimmed = 0;
  for (let round = 0; round < 20; round++) {
    await world.play(session, 10, rightIs("esearch"));
    trimmed += (await trainOnce(world.trainer(SMALL))).trimmed;
    sizes.push((await world.store.read(DECISIONS)).length);
  }
  assert.ok(Math.max(...sizes) < 1.25 * KEEP + 20, sizes.join());
  assert.ok(Math.min(...sizes.slice(5)) >= KEEP, sizes.join());
  assert.equal(await world.store.head(DECISIONS), 400);
  assert.equal(trimmed, 400 - sizes.at(-1)!);
  assert.equal(await openDecisionLog(world.store).first(), trimmed + 1);
});

Deno.test("a process without a state comes to the same over a trimmed log as over all of it", async () => {
  const world = testWorld();
  await live(world, 20);
  const all = await whole(20);
  assert.deepEqual(await learned(world), await learned(all));
  await world.store.delete("rl.policy");
  assert.deepEqual(await learned(world), await learned(all), "from the base");
  const damaged = await world.store.get<object>("rl.policy");
  await world.store.put("rl.policy", { ...damaged, sum: 1 });
  assert.deepEqual(await learned(world), await learned(all), "from the base, its own was damaged");
});

Deno.test("a session that slept while the log was trimmed loses nothing and learns nothing twice", async () => {
  const world = testWorld();
  const sleeper = await world.session("sleeper");
  await world.play(sleeper, 2, rightIs("esearch"));
  await live(world, 20);
  const status = await sleeper.status();
  const fresh = await (await world.session("later")).status();
  assert.deepEqual(status, fresh);
  assert.deepEqual([status.decisions, status.learned, status.open], [205, 205, 0]);
});

Deno.test("a trainer whose state is lost goes on from what was learned when the log was trimmed", async () => {
  const world = testWorld();
  await live(world, 20);
  await world.store.delete("rl.background");
  await trainOnce(world.trainer(SMALL));
  const all = await whole(20);
  await trainOnce(all.trainer({ ...SMALL, keep: 1e6 }));
  const [one, other] = [await world.state(), await all.state()];
  assert.equal(one.offset, other.offset);
  assert.deepEqual(one.folds, other.folds);
});

Deno.test("trainOnce() trims nothing that it has not learned, and nothing by halves", async () => {
  for (let write = 1; write <= 8; write++) {
    for (const after of [false, true]) {
      const world = testWorld();
      const session = await world.session();
      await world.play(session, 40, rightIs("esearch"));
      const dying = dyingStore(world.store, { write, after });
      await trainOnce({ ...world.trainer(SMALL), store: dying }).catch((error) => {
        assert.ok(error instanceof Crashed, String(error));
      });
      const first = await openDecisionLog(world.store).first();
      const base = await world.store.get<{ text: string }>(BASE);
      assert.equal(base !== undefined, first > 1, "the log and its base go together");
      if (base !== undefined) assert.ok(JSON.parse(base.text).offset >= first - 1);
      world.now += 1e6;
      await trainOnce(world.trainer(SMALL));
      const { folds, outcomes } = await world.state();
      assert.equal(outcomes, 40);
      assert.ok(Object.values(folds).every(({ learned }) => learned === 40));
    }
  }
});

Deno.test("reset and replay over a trimmed log: all sessions and the trainer follow alike", async () => {
  const world = testWorld();
  await live(world, 10);
  const session = await world.session();
  const sleeper = await world.session("sleeper");
  await session.reset();
  assert.equal((await session.replay()).learned > 0, true, "what is left is learned anew");
  await live(world, 10);
  const states = [await sleeper.export(), await session.export()];
  await world.store.delete("rl.policy");
  states.push(await (await world.session("later")).export());
  assert.equal(new Set(states).size, 1);
});

Deno.test("a replay whose entries are trimmed before a session reads it is known from the base", async () => {
  const world = testWorld();
  const session = await world.session();
  await world.play(session, 23, rightIs("esearch"));
  const sleeper = await world.session("sleeper");
  await session.replay();
  await world.play(session, 4, rightIs("esearch"));
  assert.ok((await trainOnce(world.trainer(SMALL))).trimmed > 0);
  assert.ok(await openDecisionLog(world.store).first() < 47, "the replay itself is still there");
  assert.equal(await sleeper.export(), await session.export());
});

Deno.test("why() and evaluate() over a trimmed log tell of what is left, and say so", async () => {
  const world = testWorld();
  await live(world, 20);
  const later = await world.session("later");
  const reads: number[] = [];
  const counting = {
    ...dyingStore(world.store, { write: Infinity, after: false }),
    read: async <T>(stream: string, options?: object) => {
      const page = await world.store.read<T>(stream, options);
      if (stream === DECISIONS) reads.push(page.length);
      return page;
    },
  };
  const other = await world.session("other", counting);
  reads.length = 0;
  assert.equal((await other.why(3)).length, 3);
  assert.ok(reads.reduce((sum, n) => sum + n, 0) <= 101, `read ${reads.join()}`);
  const { rows, trimmed } = await later.evaluate();
  assert.equal(trimmed + 2 * rows, await world.store.head(DECISIONS));
});

Deno.test("newest() gives all entries from the last to the first, by pages", async () => {
  const store = openMemoryStore();
  const log = openDecisionLog(store);
  const all = async () => {
    const offsets: number[] = [];
    for await (const { offset } of log.newest()) offsets.push(offset);
    return offsets;
  };
  assert.deepEqual(await all(), []);
  for (let i = 0; i < 250; i++) await log.append(i);
  assert.deepEqual(await all(), Array.from({ length: 250 }, (_, i) => 250 - i));
  await store.commit([{ op: "trim", stream: DECISIONS, before: 121 }]);
  assert.deepEqual(await all(), Array.from({ length: 130 }, (_, i) => 250 - i));
  assert.equal(await log.first(), 121);
});

Deno.test("verdicts are trimmed with the log, and each is still there once", async () => {
  const world = testWorld();
  const session = await world.session();
  for (let round = 0; round < 60; round++) {
    await world.play(session, 2, rightIs("esearch"));
    const many = Array.from({ length: 30 }, (_, i) => ({ id: `v${i}`, options: { noise: 1 + i } }));
    await trainOnce(world.trainer({ ...SMALL, challengers: many }));
  }
  const kept = await world.store.read(VERDICTS, { limit: 1e6 });
  assert.ok(kept.length < 1000 + 30 * 20, String(kept.length));
  assert.equal((await readVerdicts(world.store)).length, kept.length);
  assert.equal(await world.store.head(VERDICTS), 60 * 30);
});
