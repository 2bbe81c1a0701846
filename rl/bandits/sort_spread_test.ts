import assert from "node:assert/strict";
import fc from "fast-check";
import { createSpreadSort } from "./_sort_spread.ts";

Deno.test("createSpreadSort() sorts as the general sort does, whatever stands behind", () => {
  const sort = createSpreadSort(300);
  const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 300 }), fc.nat(), (list, rest) => {
      const n = 1 + rest % list.length;
      const numbers = Float64Array.from(list);
      const first = numbers.slice(0, n);
      sort(numbers, n, Math.min(...first), Math.max(...first));
      assert.deepEqual([...numbers.subarray(0, n)], [...first.sort()]);
      assert.deepEqual([...numbers.subarray(n)], list.slice(n));
    }),
    { seed: 5, numRuns: 300 },
  );
});

Deno.test("createSpreadSort() takes numbers that are all the same, and ranges of rounding errors", () => {
  const sort = createSpreadSort(4);
  const numbers = Float64Array.of(2, 2, 2);
  sort(numbers, 3, 2, 2);
  assert.deepEqual([...numbers], [2, 2, 2]);
  const near = Float64Array.of(1 + 2 ** -52, 1, 1 + 2 ** -51);
  sort(near, 3, 1, 1 + 2 ** -51);
  assert.deepEqual([...near], [1, 1 + 2 ** -52, 1 + 2 ** -51]);
});
