import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { createPageHinkley } from "./mod.ts";

/** How many numbers of the new mean it takes until the alarm. */
function delay(before: number, after: number, lambda = 50): number {
  const rng = createRng(3);
  const detector = createPageHinkley({ lambda });
  for (let i = 0; i < 300; i++) {
    assert.equal(detector.add(rng.float() < before ? 1 : 0), false, `false alarm at ${i}`);
  }
  for (let i = 1; i <= 500; i++) if (detector.add(rng.float() < after ? 1 : 0)) return i;
  return Infinity;
}

Deno.test("createPageHinkley() finds a change in either direction, a greater one sooner", () => {
  assert.ok(delay(0.8, 0.2) < 90);
  assert.ok(delay(0.2, 0.8) < 90);
  assert.ok(delay(0.8, 0.2) < delay(0.8, 0.6));
  assert.ok(delay(0.8, 0.2, 40) < delay(0.8, 0.2, 60));
});

Deno.test("createPageHinkley() is what its formula says, number by number", () => {
  const rng = createRng(5);
  const numbers = Array.from({ length: 400 }, (_, i) => rng.float() + (i > 200 ? 0.4 : 0));
  const detector = createPageHinkley({ lambda: 30, delta: 0.08 });
  const alarm = numbers.findIndex((x) => detector.add(x));
  let expected = -1;
  let [up, upLowest, down, downLowest] = [0, 0, 0, 0];
  for (let n = 1; n <= numbers.length && expected < 0; n++) {
    const seen = numbers.slice(0, n);
    const mean = seen.reduce((a, b) => a + b) / n;
    const sigma = Math.sqrt(seen.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
    up += numbers[n - 1]! - mean - 0.08;
    upLowest = Math.min(upLowest, up);
    down += mean - numbers[n - 1]! - 0.08;
    downLowest = Math.min(downLowest, down);
    if (n >= 30 && Math.max(up - upLowest, down - downLowest) > 30 * sigma) expected = n - 1;
  }
  assert.ok(expected > 200);
  assert.equal(alarm, expected);
});

Deno.test("createPageHinkley() starts anew after an alarm, and from its snapshot", () => {
  const detector = createPageHinkley({ lambda: 2 });
  for (let i = 0; i < 40; i++) detector.add(i % 2);
  const restored = createPageHinkley({ lambda: 2, from: detector.snapshot() });
  const alarms = [detector, restored].map((each) => {
    let n = 1;
    while (!each.add(5)) n++;
    return n;
  });
  assert.equal(alarms[0], alarms[1]);
  assert.deepEqual(detector.snapshot(), [0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("createPageHinkley() refuses numbers, options and states that are none", () => {
  const detector = createPageHinkley();
  for (const bad of [NaN, Infinity, 1e101]) assert.throws(() => detector.add(bad), RangeError);
  assert.deepEqual(detector.snapshot(), [0, 0, 0, 0, 0, 0, 0]);
  assert.throws(() => createPageHinkley({ lambda: -1 }), RangeError);
  assert.throws(() => createPageHinkley({ least: 0 }), RangeError);
  for (
    const from of [[1], [1, 0, -1, 0, 0, 0, 0], [NaN, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0, 0]]
  ) {
    assert.throws(() => createPageHinkley({ from }), /not the state/);
  }
});
