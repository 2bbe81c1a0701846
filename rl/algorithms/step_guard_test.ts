import assert from "node:assert/strict";
import { createStepGuard } from "./step_guard.ts";

Deno.test("stepGuard skips what is not finite, counts, and gives up after ten in a row", () => {
  const guard = createStepGuard();
  for (let i = 0; i < 9; i++) {
    assert.equal(guard.accept(i % 2 ? NaN : 1, i % 2 ? 1 : Infinity), false);
  }
  assert.equal(guard.accept(1, 2), true);
  for (let i = 0; i < 9; i++) assert.equal(guard.accept(NaN), false);
  assert.equal(guard.skipped, 18);
  assert.throws(() => guard.accept(NaN), /10 steps in a row .* lower the learning rate/);
});

Deno.test("stepGuard.restore() goes on counting, and refuses counts that are none", () => {
  const guard = createStepGuard(3);
  guard.restore({ skipped: 7, inARow: 2 });
  assert.throws(() => guard.restore({ skipped: -1, inARow: 0 }), RangeError);
  assert.throws(() => guard.accept(NaN), /3 steps in a row/);
  assert.equal(guard.skipped, 8);
});
