import assert from "node:assert/strict";
import fc from "fast-check";
import { Ranges } from "./_ranges.ts";
import { Ring } from "./_ring.ts";

Deno.test("Ring does what an array does, from both ends", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom("push", "push", "push", "unshift"), n: fc.nat(20) }),
    fc.record({ do: fc.constantFrom("shift", "shift", "remove", "clear"), n: fc.nat(20) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const ring = new Ring<number>();
    let list: number[] = [];
    for (const { do: what, n } of steps) {
      if (what === "push") ring.push(n), list.push(n);
      else if (what === "unshift") ring.unshift(n), list.unshift(n);
      else if (what === "shift") assert.equal(ring.shift(), list.shift());
      else if (what === "clear") assert.deepEqual(ring.clear(), list), list = [];
      else {
        const at = list.indexOf(n);
        assert.equal(ring.remove(n), at >= 0);
        if (at >= 0) list.splice(at, 1);
      }
      assert.deepEqual([ring.length, ring.peek()], [list.length, list[0]]);
      assert.equal(ring.find((item) => item > 10), list.find((item) => item > 10));
    }
    assert.deepEqual(ring.clear(), list);
  }));
});

Deno.test("Ring takes 400,000 and gives them back as fast as few", () => {
  const ring = new Ring<number>();
  for (let i = 0; i < 400_000; i++) ring.push(i);
  const started = performance.now();
  for (let i = 0; i < 400_000; i++) assert.ok(ring.shift() === i);
  assert.ok(performance.now() - started < 2000);
});

Deno.test("Ranges holds what a set holds", () => {
  fc.assert(fc.property(fc.nat(5), fc.array(fc.integer({ min: 1, max: 40 })), (start, numbers) => {
    let ranges = Ranges.upTo(start);
    const set = new Set(Array.from({ length: start }, (_, i) => i + 1));
    for (const n of numbers) {
      const more = ranges.with(n);
      assert.equal(ranges.has(n), set.has(n));
      ranges.add(n);
      set.add(n);
      assert.deepEqual(more.toJSON(), ranges.toJSON());
      ranges = new Ranges(JSON.parse(JSON.stringify(ranges)));
    }
    for (let n = 1; n <= 42; n++) assert.equal(ranges.has(n), set.has(n));
    let contiguous = 0;
    while (set.has(contiguous + 1)) contiguous++;
    assert.equal(ranges.contiguous, contiguous);
    assert.equal(ranges.last, Math.max(0, ...set));
    assert.equal(ranges.size, set.size);
  }));
});
