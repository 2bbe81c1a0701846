import assert from "node:assert/strict";
import { createEarlyStop } from "./early_stop.ts";

Deno.test("earlyStop follows an exponential mean that is not drawn to 0 at its start", () => {
  const early = createEarlyStop({ decay: 0.5 });
  assert.ok(Number.isNaN(early.smoothed));
  early.add(8);
  assert.equal(early.smoothed, 8);
  early.add(2);
  assert.equal(early.smoothed, (0.5 * 0.5 * 8 + 0.5 * 2) / 0.75);
});

Deno.test("earlyStop stops after patience episodes without a new best, and not before", () => {
  const early = createEarlyStop({ patience: 5, warmUp: 3 });
  const after = Array.from({ length: 9 }, () => {
    early.add(1);
    return early.stop;
  });
  // The third sets the best; a mean that stays the same is no new one.
  assert.deepEqual(after, [false, false, false, false, false, false, false, true, true]);
});

Deno.test("earlyStop counts anew from each new best", () => {
  const early = createEarlyStop({ patience: 3, warmUp: 1, decay: 0 });
  for (const value of [1, 0, 0, 2, 0, 0]) early.add(value);
  assert.equal(early.stop, false);
  early.add(0);
  assert.equal(early.stop, true);
});

Deno.test("earlyStop goes on while returns grow, and without patience always", () => {
  const early = createEarlyStop({ patience: 2, warmUp: 1 });
  for (let i = 0; i < 50; i++) assert.equal(early.add(i), true);
  assert.equal(early.stop, false);
  const patient = createEarlyStop({ warmUp: 1 });
  for (let i = 0; i < 50; i++) patient.add(-i);
  assert.equal(patient.stop, false);
});

Deno.test("earlyStop passes over a return that is no finite number", () => {
  const early = createEarlyStop({ patience: 1, warmUp: 1 });
  early.add(1);
  const before = early.snapshot();
  assert.equal(early.add(NaN) || early.add(Infinity), false);
  assert.deepEqual(early.snapshot(), before);
});

Deno.test("earlyStop goes on from a snapshot, and refuses a damaged one", () => {
  const one = createEarlyStop({ patience: 3, warmUp: 1 });
  for (const value of [3, 1, 1]) one.add(value);
  const other = createEarlyStop({ patience: 3, warmUp: 1 });
  other.restore(JSON.parse(JSON.stringify(one.snapshot())))();
  one.add(1);
  other.add(1);
  assert.deepEqual(other.snapshot(), one.snapshot());
  assert.equal(other.stop, true);
  assert.throws(() => other.restore({ sum: null }), /not a state of early stopping/);
});

Deno.test("createEarlyStop() refuses options out of their range", () => {
  for (const options of [{ patience: -1 }, { decay: 1 }, { minDelta: NaN }, { warmUp: -1 }]) {
    assert.throws(() => createEarlyStop(options), RangeError);
  }
});
