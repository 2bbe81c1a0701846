// Each entry of the log counts once: crashes at each write, two trainers, clocks, repeated entries.
import assert from "node:assert/strict";
import fc from "fast-check";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import { DECISIONS } from "../log/decision_log.ts";
import { type Crash, Crashed, dyingStore, rightIs, type TestWorld, testWorld } from "./_testing.ts";
import { trainOnce } from "./train_once.ts";
import type { TrainerOptions } from "./trainer_options.ts";
import { readVerdicts, type VerdictRecord, VERDICTS } from "./verdicts.ts";

/** The gate stays shut, so that where it stands does not depend on when it was looked at. */
const SHUT: Partial<TrainerOptions> = { gate: { minEss: 1e9 }, lease: 1000 };

/** What must be the same however the log was taken. */
async function taken(world: TestWorld) {
  const { offset, folds, forecasts, seen, repeated, outcomes, standings } = await world.state();
  return { offset, folds, forecasts, seen, repeated, outcomes, gate: standings["open"]?.gate };
}

/** Trains the same log at once, in a store of its own. */
async function atOnce(world: TestWorld) {
  const store = openMemoryStore();
  const entries = await world.store.read(DECISIONS, { limit: 1e6 });
  await store.append(DECISIONS, entries.map(({ value }) => value));
  const other = testWorld(world.prior, store);
  await trainOnce(other.trainer(SHUT));
  return await taken(other);
}

/** The stream has each verdict once, and all rows are in them. */
async function checkVerdicts({ store, state }: TestWorld): Promise<void> {
  const stream = await store.read<VerdictRecord>(VERDICTS);
  assert.deepEqual(stream.map(({ value }) => value.n), stream.map(({ offset }) => offset));
  const rows = stream.reduce((sum, { value }) => sum + value.rows, 0);
  assert.equal(rows, (await state()).standings["open"]?.gate.n ?? 0);
}

async function crashing(store: Store, crash: Crash, options: TrainerOptions): Promise<boolean> {
  try {
    await trainOnce({ ...options, store: dyingStore(store, crash) });
    return false;
  } catch (error) {
    assert.ok(error instanceof Crashed, String(error));
    return true;
  }
}

Deno.test("trainOnce() counts each entry once after a crash before or after any of its writes", async () => {
  let crashes = 0;
  for (const after of [false, true]) {
    for (let write = 1; write <= 8; write++) {
      const world = testWorld();
      const session = await world.session();
      await world.play(session, 12, rightIs("esearch"));
      await trainOnce(world.trainer(SHUT));
      await world.play(session, 12, rightIs("esearch"));
      if (await crashing(world.store, { write, after }, world.trainer(SHUT))) crashes++;
      world.now += 1001;
      await trainOnce(world.trainer(SHUT));
      assert.deepEqual(await taken(world), await atOnce(world), `write ${write}, ${after}`);
      await checkVerdicts(world);
      assert.equal((await readVerdicts(world.store)).length, 2);
    }
  }
  // Lease taken and prolonged, state, verdicts; that it cannot be given back ends nothing.
  assert.equal(crashes, 2 * 4);
});

Deno.test("trainOnce() counts each entry once under any schedule of work, crashes and clocks", async () => {
  const step = fc.oneof(
    fc.record({ play: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ crash: fc.record({ write: fc.integer({ min: 1, max: 5 }), after: fc.boolean() }) }),
    fc.record({ most: fc.integer({ min: 1, max: 7 }) }),
    fc.record({ clock: fc.integer({ min: -5000, max: 5000 }) }),
    fc.record({ again: fc.nat() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = testWorld();
      const session = await world.session();
      for (const step of steps) {
        if ("play" in step) await world.play(session, step.play, rightIs("esearch"));
        else if ("clock" in step) world.now += step.clock;
        else if ("most" in step) await trainOnce(world.trainer({ ...SHUT, most: step.most }));
        else if ("crash" in step) await crashing(world.store, step.crash, world.trainer(SHUT));
        else {
          const entries = await world.store.read(DECISIONS);
          const one = entries[step.again % Math.max(1, entries.length)];
          if (one !== undefined) await world.store.append(DECISIONS, [one.value]);
        }
      }
      await world.play(session, 1, rightIs("esearch"));
      world.now += 1e6;
      assert.equal((await trainOnce(world.trainer(SHUT))).ran, true);
      assert.deepEqual(await taken(world), await atOnce(world));
      await checkVerdicts(world);
    }),
    { numRuns: 60, seed: 11 },
  );
});

Deno.test("trainOnce() leaves a log alone that another trainer is at, until its lease runs out", async () => {
  const world = testWorld();
  await world.play(await world.session(), 9, rightIs("esearch"));
  await crashing(world.store, { write: 2, after: false }, world.trainer(SHUT));
  const held = await trainOnce(world.trainer(SHUT));
  assert.deepEqual([held.ran, held.why, held.entries], [false, "another trainer is at work", 0]);
  world.now += 999;
  assert.equal((await trainOnce(world.trainer(SHUT))).ran, false);
  world.now += 1;
  assert.deepEqual([(await trainOnce(world.trainer(SHUT))).entries], [18]);
});

Deno.test("trainOnce() writes nothing once another trainer has taken its lease", async () => {
  // It sleeps before it prolongs its lease, and before it writes the state.
  for (const sleeps of [3, 4]) {
    const world = testWorld();
    const session = await world.session();
    await world.play(session, 9, rightIs("esearch"));
    const [asleep, wake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let updates = 0;
    const slow: Store = {
      ...dyingStore(world.store, { write: Infinity, after: false }),
      async update(key, change) {
        if (++updates === sleeps) {
          asleep.resolve();
          await wake.promise;
        }
        return await world.store.update(key, change);
      },
    };
    const first = trainOnce({ ...world.trainer(SHUT), store: slow });
    await asleep.promise;
    // The clock goes on, and back: who wrote last counts, not the time.
    world.now += 2000;
    await world.play(session, 5, rightIs("esearch"));
    assert.equal((await trainOnce(world.trainer(SHUT))).entries, 28);
    const after = await world.store.list("rl.");
    world.now -= 8000;
    wake.resolve();
    const { ran, why } = await first;
    assert.deepEqual([ran, why], [false, "the lease ran out, and another trainer has taken it"]);
    assert.deepEqual(await world.store.list("rl."), after);
    assert.deepEqual(await taken(world), await atOnce(world));
    await checkVerdicts(world);
  }
});

Deno.test("trainOnce() lets trainers that start together count each entry once", async () => {
  const world = testWorld();
  const session = await world.session();
  for (let round = 0; round < 8; round++) {
    await world.play(session, 4, rightIs("esearch"));
    const many = [1, 2, 3].map(() => trainOnce(world.trainer(SHUT)));
    const ran = (await Promise.all(many)).filter((report) => report.ran && report.entries > 0);
    assert.equal(ran.length, 1);
  }
  assert.deepEqual(await taken(world), await atOnce(world));
  await checkVerdicts(world);
});

Deno.test("trainOnce() does not wait for a lease from a clock that was set back", async () => {
  const world = testWorld();
  await world.play(await world.session(), 5, rightIs("esearch"));
  world.now = 1e12;
  await crashing(world.store, { write: 2, after: false }, world.trainer(SHUT));
  world.now = 5;
  assert.deepEqual([(await trainOnce(world.trainer(SHUT))).entries], [10]);
});

Deno.test("trainOnce() counts poisoned and repeated entries, and they change nothing else", async () => {
  const world = testWorld();
  const session = await world.session();
  await world.play(session, 10, rightIs("esearch"));
  const clean = await atOnce(world);
  const entries = await world.store.read<Record<string, unknown>>(DECISIONS);
  const [first] = entries.map(({ value }) => value);
  const reward = { v: 1, kind: "reward", ts: 1, components: { feedback: 10 }, final: true };
  const odd = [
    { ...first, event_id: "p", propensity: 0 },
    { ...first, event_id: "q", propensity: 1.5 },
    { ...reward, event_id: "nobody's" },
    { ...reward, event_id: first!["event_id"], components: { feedback: "Infinity" } },
    { v: 2, kind: "decision" },
    { v: 1, kind: "control", event_id: "c", ts: 1, action: "import", state: { v: 1, sum: 1 } },
    null,
    "text",
  ];
  await world.store.append(DECISIONS, [...odd, ...entries.map(({ value }) => value)]);
  const { entries: read } = await trainOnce(world.trainer(SHUT));
  assert.equal(read, 20 + odd.length + 20);
  const { folds, repeated, outcomes, gate } = await taken(world);
  assert.deepEqual([repeated, outcomes, gate], [10, clean.outcomes, clean.gate]);
  for (const [name, { beliefs, learned, tools }] of Object.entries(clean.folds)) {
    const now = folds[name]!;
    assert.deepEqual([now.beliefs, now.learned, now.tools], [beliefs, learned, tools]);
  }
});
