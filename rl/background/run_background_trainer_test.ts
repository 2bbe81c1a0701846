import assert from "node:assert/strict";
import { DECISIONS } from "../log/decision_log.ts";
import { dyingStore, rightIs, testWorld } from "./_testing.ts";
import { runBackgroundTrainer } from "./run_background_trainer.ts";
import type { TrainingReport } from "./trainer_options.ts";

/** Deno's own checks see a timer that is left. */
const strict = { sanitizeOps: true, sanitizeResources: true } as const;

Deno.test("runBackgroundTrainer() takes what comes, and commits all of it before it has ended", async () => {
  const world = testWorld();
  const session = await world.session();
  const passes: TrainingReport[] = [];
  const seen = Promise.withResolvers<void>();
  const trainer = runBackgroundTrainer({
    ...world.trainer(),
    interval: 1,
    onPass(report) {
      passes.push(report);
      if (report.offset >= 10) seen.resolve();
    },
  });
  await world.play(session, 5, rightIs("esearch"));
  await seen.promise;
  await new Promise((resolve) => setTimeout(resolve, 10));
  await world.play(session, 7, rightIs("esearch"));
  await trainer.stop();
  assert.equal((await world.state()).offset, 24);
  assert.equal(passes.reduce((sum, { entries }) => sum + entries, 0), 24);
  assert.ok(passes.every(({ entries }) => entries > 0), "it looks only when something is new");
  await trainer.stop();
});

Deno.test(
  "runBackgroundTrainer() ends by its signal in the midst of a long pause",
  strict,
  async () => {
    const world = testWorld();
    const abort = new AbortController();
    const { ended } = runBackgroundTrainer({
      ...world.trainer(),
      interval: 2 ** 31 - 1,
      signal: abort.signal,
    });
    await world.play(await world.session(), 3, rightIs("esearch"));
    abort.abort();
    await ended;
    assert.equal((await world.state()).offset, 6);
    const late = runBackgroundTrainer({ ...world.trainer(), signal: abort.signal });
    await late.ended;
  },
);

Deno.test("runBackgroundTrainer() tells once what goes wrong, and goes on when it is over", async () => {
  const world = testWorld();
  await world.play(await world.session(), 3, rightIs("esearch"));
  const warnings: string[] = [];
  let broken = 5;
  const fixed = Promise.withResolvers<void>();
  const trainer = runBackgroundTrainer({
    ...world.trainer(),
    interval: 1,
    store: {
      ...dyingStore(world.store, { write: Infinity, after: false }),
      head: (stream) =>
        stream === DECISIONS && broken-- > 0
          ? Promise.reject(new Error("the disk is full"))
          : world.store.head(stream),
    },
    warn: (text) => void warnings.push(text),
    onPass: () => fixed.resolve(),
  });
  await fixed.promise;
  await trainer.stop();
  assert.deepEqual(warnings, ["the background trainer: the disk is full"]);
  assert.equal((await world.state()).offset, 6);
});

Deno.test("runBackgroundTrainer() lets two work on one store, and each entry counts once", async () => {
  const world = testWorld();
  const session = await world.session();
  let taken = 0;
  const onPass = ({ ran, entries }: TrainingReport) => void (taken += ran ? entries : 0);
  const two = [0, 1].map(() => runBackgroundTrainer({ ...world.trainer(), interval: 1, onPass }));
  for (let i = 0; i < 20; i++) {
    await world.play(session, 1, rightIs("esearch"));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (const trainer of two) await trainer.stop();
  assert.deepEqual([taken, (await world.state()).offset], [40, 40]);
});

Deno.test("runBackgroundTrainer() refuses an interval that is none", () => {
  for (const interval of [-1, NaN, Infinity]) {
    assert.throws(() => runBackgroundTrainer({ ...testWorld().trainer(), interval }), RangeError);
  }
});
